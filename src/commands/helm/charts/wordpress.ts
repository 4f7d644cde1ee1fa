import { defineChart } from "./chart.ts";
import { deploymentOf, objectNamed, webService } from "./parts.ts";

export const wordpress = defineChart({
  name: "wordpress",
  version: "27.0.7",
  appVersion: "6.8",
  description: "WordPress is a blog and a content management system",
  keywords: ["wordpress", "blog", "cms", "web"],
  values: `
nameOverride: ""
fullnameOverride: ""
replicaCount: 1
image:
  repository: wordpress
  # The chart's appVersion unless said.
  tag: ""
  pullPolicy: IfNotPresent
wordpressUsername: user
# Made up unless said.
wordpressPassword: ""
service:
  type: LoadBalancer
  ports:
    http: 80
persistence:
  enabled: true
  storageClass: ""
  size: 10Gi
externalDatabase:
  host: ""
  user: wordpress
  database: wordpress
resources: {}
`,
  templates: {
    "secret.yaml": `
${objectNamed("v1", "Secret")}type: Opaque
data:
  wordpress-password: {{ .Values.wordpressPassword | default (randAlphaNum 10) | b64enc | quote }}
`,
    "pvc.yaml": `
{{- if .Values.persistence.enabled }}
${objectNamed("v1", "PersistentVolumeClaim")}spec:
  accessModes: ["ReadWriteOnce"]
  {{- with .Values.persistence.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .Values.persistence.size }}
{{- end }}
`,
    "service.yaml": webService("ports.http"),
    "deployment.yaml": `${deploymentOf("labels")}    spec:
      containers:
        - name: wordpress
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          env:
            - name: WORDPRESS_DB_HOST
              value: {{ .Values.externalDatabase.host | default (printf "%s-mariadb" .Release.Name) | quote }}
            - name: WORDPRESS_DB_USER
              value: {{ .Values.externalDatabase.user | quote }}
            - name: WORDPRESS_DB_NAME
              value: {{ .Values.externalDatabase.database | quote }}
          ports:
            - name: http
              containerPort: 80
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: data
              mountPath: /var/www/html
      volumes:
        - name: data
          {{- if .Values.persistence.enabled }}
          persistentVolumeClaim:
            claimName: {{ include "NAME.fullname" . }}
          {{- else }}
          emptyDir: {}
          {{- end }}
`,
    "NOTES.txt": `
WordPress can be reached inside the cluster under this name:

    {{ include "NAME.fullname" . }}.{{ .Release.Namespace }}.svc.cluster.local (port {{ .Values.service.ports.http }})

Who may write:

    echo Username: {{ .Values.wordpressUsername }}
    echo Password: $(kubectl get secret --namespace {{ .Release.Namespace }} {{ include "NAME.fullname" . }} -o jsonpath="{.data.wordpress-password}" | base64 -d)
`,
  },
});
