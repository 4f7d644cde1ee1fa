import { defineChart } from "./chart.ts";
import { deploymentOf, objectNamed, webService } from "./parts.ts";

const service = webService(
  "ports.http",
  `      {{- if and (eq .Values.service.type "NodePort") .Values.service.nodePorts.http }}
      nodePort: {{ .Values.service.nodePorts.http }}
      {{- end }}
`,
);

const ingress = `
{{- if .Values.ingress.enabled }}
${objectNamed("networking.k8s.io/v1", "Ingress")}  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .Values.ingress.ingressClassName }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    - host: {{ .Values.ingress.hostname | quote }}
      http:
        paths:
          - path: {{ .Values.ingress.path }}
            pathType: {{ .Values.ingress.pathType }}
            backend:
              service:
                name: {{ include "NAME.fullname" . }}
                port:
                  name: http
{{- end }}
`;

const autoscaler = `
{{- if .Values.autoscaling.enabled }}
${objectNamed("autoscaling/v2", "HorizontalPodAutoscaler")}spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "NAME.fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .Values.autoscaling.targetCPU }}
{{- end }}
`;

/** `path`: what a probe asks for. */
const deployment = (path: string, containerName = "NAME.") => `${deploymentOf(
  "labels",
  `  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
`,
)}      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      containers:
        - name: ${containerName === "NAME." ? "{{ .Chart.Name }}" : containerName}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          {{- with .Values.extraEnvVars }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - name: http
              containerPort: {{ .Values.containerPorts.http }}
          {{- if .Values.livenessProbe.enabled }}
          livenessProbe:
            tcpSocket:
              port: http
            initialDelaySeconds: {{ .Values.livenessProbe.initialDelaySeconds }}
          {{- end }}
          {{- if .Values.readinessProbe.enabled }}
          readinessProbe:
            httpGet:
              path: ${path}
              port: http
            initialDelaySeconds: {{ .Values.readinessProbe.initialDelaySeconds }}
          {{- end }}
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- if .Values.staticSite }}
          volumeMounts:
            - name: static-site
              mountPath: {{ .Values.documentRoot }}
      volumes:
        - name: static-site
          configMap:
            name: {{ include "NAME.fullname" . }}-site
          {{- end }}
`;

const site = `
{{- if .Values.staticSite }}
${objectNamed("v1", "ConfigMap", "-site")}data:
  index.html: |
    {{- .Values.staticSite | nindent 4 }}
{{- end }}
`;

const notes = `
CHART NAME: {{ .Chart.Name }}
CHART VERSION: {{ .Chart.Version }}
APP VERSION: {{ .Chart.AppVersion }}

{{ .Chart.Name }} can be reached inside the cluster under this name:

    {{ include "NAME.fullname" . }}.{{ .Release.Namespace }}.svc.cluster.local (port {{ .Values.service.ports.http }})

From outside of the cluster:
{{- if .Values.ingress.enabled }}

    http://{{ .Values.ingress.hostname }}/
{{- else if eq .Values.service.type "ClusterIP" }}

    kubectl port-forward --namespace {{ .Release.Namespace }} svc/{{ include "NAME.fullname" . }} 8080:{{ .Values.service.ports.http }} &
    curl http://127.0.0.1:8080/
{{- else if eq .Values.service.type "NodePort" }}

    export NODE_PORT=$(kubectl get --namespace {{ .Release.Namespace }} -o jsonpath="{.spec.ports[0].nodePort}" services {{ include "NAME.fullname" . }})
    export NODE_IP=$(kubectl get nodes -o jsonpath="{.items[0].status.addresses[0].address}")
    curl http://$NODE_IP:$NODE_PORT/
{{- else }}

    kubectl get --namespace {{ .Release.Namespace }} svc -w {{ include "NAME.fullname" . }}
    export SERVICE_IP=$(kubectl get --namespace {{ .Release.Namespace }} svc {{ include "NAME.fullname" . }} -o jsonpath="{.status.loadBalancer.ingress[0].ip}")
    curl http://$SERVICE_IP:{{ .Values.service.ports.http }}/
{{- end }}
`;

interface Site {
  repository: string;
  port: number;
  root: string;
  type: string;
}

const values = ({ repository, port, root, type }: Site) => `
nameOverride: ""
fullnameOverride: ""
# How many pods.
replicaCount: 1
image:
  repository: ${repository}
  # The chart's appVersion unless said.
  tag: ""
  pullPolicy: IfNotPresent
containerPorts:
  http: ${port}
service:
  # ClusterIP, NodePort or LoadBalancer
  type: ${type}
  ports:
    http: 80
  nodePorts:
    http: ""
ingress:
  enabled: false
  hostname: site.local
  path: /
  pathType: ImplementationSpecific
  ingressClassName: ""
  annotations: {}
# The text of index.html; the image's own unless said.
staticSite: ""
documentRoot: ${root}
podAnnotations: {}
extraEnvVars: []
resources: {}
livenessProbe:
  enabled: true
  initialDelaySeconds: 30
readinessProbe:
  enabled: true
  initialDelaySeconds: 5
autoscaling:
  enabled: false
  minReplicas: 1
  maxReplicas: 5
  targetCPU: 80
`;

const templates = {
  "deployment.yaml": deployment("/"),
  "service.yaml": service,
  "ingress.yaml": ingress,
  "hpa.yaml": autoscaler,
  "site-configmap.yaml": site,
  "NOTES.txt": notes,
};

const nginxValues = values({ repository: "nginx", port: 80, root: "/usr/share/nginx/html", type: "LoadBalancer" });
const nginxFacts = {
  name: "nginx",
  description: "NGINX is a web server that can be a reverse proxy and a load balancer too",
  keywords: ["nginx", "http", "web", "proxy"],
};

export const nginx = defineChart({ ...nginxFacts, version: "22.3.3", appVersion: "1.29", values: nginxValues, templates });

/** An earlier version, to upgrade from. */
export const nginxOld = defineChart({ ...nginxFacts, version: "21.0.8", appVersion: "1.28", values: nginxValues, templates });

export const apache = defineChart({
  name: "apache",
  version: "11.4.29",
  appVersion: "2.4",
  description: "Apache HTTP Server is a web server",
  keywords: ["apache", "http", "web"],
  values: values({ repository: "httpd", port: 80, root: "/usr/local/apache2/htdocs", type: "LoadBalancer" }),
  templates,
});

export const podinfo = defineChart({
  name: "podinfo",
  version: "6.9.2",
  appVersion: "6.9.2",
  description: "Podinfo is a tiny web application for trying out Kubernetes",
  keywords: ["podinfo", "demo"],
  values: `
nameOverride: ""
fullnameOverride: ""
replicaCount: 1
image:
  repository: ghcr.io/stefanprodan/podinfo
  tag: ""
  pullPolicy: IfNotPresent
ui:
  color: "#34577c"
  message: ""
service:
  type: ClusterIP
  externalPort: 9898
resources: {}
`,
  templates: {
    "deployment.yaml": `${deploymentOf("selectorLabels")}    spec:
      containers:
        - name: podinfo
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          env:
            - name: PODINFO_UI_COLOR
              value: {{ .Values.ui.color | quote }}
            {{- with .Values.ui.message }}
            - name: PODINFO_UI_MESSAGE
              value: {{ . | quote }}
            {{- end }}
          ports:
            - name: http
              containerPort: 9898
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
`,
    "service.yaml": webService("externalPort"),
    "NOTES.txt": `
1. Get the application URL by running these commands:
  kubectl -n {{ .Release.Namespace }} port-forward deploy/{{ include "NAME.fullname" . }} 8080:9898 &
  curl http://127.0.0.1:8080
`,
  },
});
