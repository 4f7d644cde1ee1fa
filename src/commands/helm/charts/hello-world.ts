import { defineChart } from "./chart.ts";
import { deploymentOf, objectNamed, webService } from "./parts.ts";

export const helloWorld = defineChart({
  name: "hello-world",
  version: "0.1.0",
  appVersion: "1.16.0",
  description: "A Helm chart for Kubernetes",
  values: `
replicaCount: 1
image:
  repository: nginx
  pullPolicy: IfNotPresent
  tag: ""
nameOverride: ""
fullnameOverride: ""
serviceAccount:
  create: true
service:
  type: ClusterIP
  port: 80
`,
  templates: {
    "serviceaccount.yaml": `
{{- if .Values.serviceAccount.create }}
${objectNamed("v1", "ServiceAccount")}{{- end }}
`,
    "service.yaml": webService("port"),
    "deployment.yaml": `${deploymentOf("selectorLabels")}    spec:
      {{- if .Values.serviceAccount.create }}
      serviceAccountName: {{ include "NAME.fullname" . }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          ports:
            - name: http
              containerPort: 80
          livenessProbe:
            httpGet:
              path: /
              port: http
          readinessProbe:
            httpGet:
              path: /
              port: http
`,
    "NOTES.txt": `
1. Get the application URL by running these commands:
  kubectl --namespace {{ .Release.Namespace }} port-forward service/{{ include "NAME.fullname" . }} 8080:{{ .Values.service.port }}
  echo "Visit http://127.0.0.1:8080 to use your application"
`,
  },
});
