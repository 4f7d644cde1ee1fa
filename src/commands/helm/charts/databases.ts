import { defineChart } from "./chart.ts";
import { objectNamed } from "./parts.ts";

/** What makes one database's chart differ from another's. */
interface Database {
  name: string;
  version: string;
  appVersion: string;
  description: string;
  image: string;
  port: number;
  /** Where it keeps its data. */
  path: string;
  /** The name of the secret's key and of the variable that the image reads it from. */
  passwordKey: string;
  passwordVariable: string;
  /** Further variables, as YAML below `env:`. */
  variables: string;
  auth: string;
  /** How to connect, for the notes. */
  client: string;
}

const secret = (key: string) => `
{{- if not .Values.auth.existingSecret }}
{{- $name := include "NAME.fullname" . }}
{{- $old := lookup "v1" "Secret" .Release.Namespace $name }}
{{- $password := randAlphaNum 10 | b64enc }}
{{- with $old.data }}
{{- $password = index . "${key}" | default $password }}
{{- end }}
{{- with .Values.auth.${key === "redis-password" ? "password" : key === "postgres-password" ? "postgresPassword" : "rootPassword"} }}
{{- $password = b64enc . }}
{{- end }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ $name }}
  labels:
    {{- include "NAME.labels" . | nindent 4 }}
type: Opaque
data:
  ${key}: {{ $password | quote }}
{{- end }}
`;

const headless = (port: number) => `
${objectNamed("v1", "Service", "-headless")}spec:
  clusterIP: None
  publishNotReadyAddresses: true
  ports:
    - name: tcp-{{ .Chart.Name }}
      port: ${port}
      targetPort: db
  selector:
    {{- include "NAME.selectorLabels" . | nindent 4 }}
    app.kubernetes.io/component: primary
`;

const service = `
${objectNamed("v1", "Service", "SUFFIX")}    app.kubernetes.io/component: primary
spec:
  type: {{ .Values.primary.service.type }}
  ports:
    - name: tcp-{{ .Chart.Name }}
      port: {{ .Values.primary.service.port }}
      targetPort: db
  selector:
    {{- include "NAME.selectorLabels" . | nindent 4 }}
    app.kubernetes.io/component: primary
`;

const statefulSet = ({ port, path, passwordKey, passwordVariable, variables }: Database) => `
${objectNamed("apps/v1", "StatefulSet", "SUFFIX")}    app.kubernetes.io/component: primary
spec:
  replicas: 1
  serviceName: {{ include "NAME.fullname" . }}-headless
  selector:
    matchLabels:
      {{- include "NAME.selectorLabels" . | nindent 6 }}
      app.kubernetes.io/component: primary
  template:
    metadata:
      labels:
        {{- include "NAME.labels" . | nindent 8 }}
        app.kubernetes.io/component: primary
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          COMMAND
          env:
            - name: ${passwordVariable}
              valueFrom:
                secretKeyRef:
                  name: {{ .Values.auth.existingSecret | default (include "NAME.fullname" .) }}
                  key: ${passwordKey}
${variables ? `            ${variables.trim().split("\n").join("\n            ")}` : ""}
          ports:
            - name: db
              containerPort: ${port}
          readinessProbe:
            tcpSocket:
              port: db
            initialDelaySeconds: 5
          {{- with .Values.primary.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: data
              mountPath: ${path}
  {{- if .Values.primary.persistence.enabled }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: ["ReadWriteOnce"]
        {{- with .Values.primary.persistence.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ .Values.primary.persistence.size }}
  {{- else }}
      volumes:
        - name: data
          emptyDir: {}
  {{- end }}
`;

const notes = (db: Database) => `
CHART NAME: {{ .Chart.Name }}
CHART VERSION: {{ .Chart.Version }}
APP VERSION: {{ .Chart.AppVersion }}

{{ .Chart.Name }} can be reached inside the cluster under this name:

    {{ include "NAME.fullname" . }}SUFFIX.{{ .Release.Namespace }}.svc.cluster.local (port {{ .Values.primary.service.port }})

Its password:

    kubectl get secret --namespace {{ .Release.Namespace }} {{ .Values.auth.existingSecret | default (include "NAME.fullname" .) }} -o jsonpath="{.data.${db.passwordKey}}" | base64 -d

To connect to it:

    ${db.client}
`;

function database(db: Database, { suffix = "", command = "" } = {}) {
  const own = (text: string) => text.replaceAll("SUFFIX", suffix).replace(/^ *COMMAND\n/m, command ? `          ${command}\n` : "");
  return defineChart({
    name: db.name,
    version: db.version,
    appVersion: db.appVersion,
    description: db.description,
    keywords: [db.name, "database"],
    values: `
nameOverride: ""
fullnameOverride: ""
image:
  repository: ${db.image}
  # The chart's appVersion unless said.
  tag: ""
  pullPolicy: IfNotPresent
auth:
${db.auth
  .trim()
  .split("\n")
  .map((line) => `  ${line}`)
  .join("\n")}
  # A secret that is there already, with the key ${db.passwordKey}.
  existingSecret: ""
primary:
  service:
    type: ClusterIP
    port: ${db.port}
  persistence:
    enabled: true
    storageClass: ""
    size: 8Gi
  resources: {}
`,
    templates: {
      "secret.yaml": secret(db.passwordKey),
      "headless-service.yaml": headless(db.port),
      "service.yaml": own(service),
      "statefulset.yaml": own(statefulSet(db)),
      "NOTES.txt": own(notes(db)),
    },
  });
}

const sqlAuth = `
# Made up unless said.
rootPassword: ""
database: my_database
`;

export const mysql = database({
  name: "mysql",
  version: "14.0.3",
  appVersion: "8.4",
  description: "MySQL is a relational database",
  image: "mysql",
  port: 3306,
  path: "/var/lib/mysql",
  passwordKey: "mysql-root-password",
  passwordVariable: "MYSQL_ROOT_PASSWORD",
  variables: `{{- with .Values.auth.database }}
- name: MYSQL_DATABASE
  value: {{ . | quote }}
{{- end }}`,
  auth: sqlAuth,
  client:
    'kubectl run mysql-client --rm --tty -i --restart=Never --image mysql:8.4 --namespace {{ .Release.Namespace }} -- mysql -h {{ include "NAME.fullname" . }} -uroot -p',
});

export const mariadb = database({
  name: "mariadb",
  version: "22.0.1",
  appVersion: "11.8",
  description: "MariaDB is a relational database that speaks as MySQL does",
  image: "mariadb",
  port: 3306,
  path: "/var/lib/mysql",
  passwordKey: "mariadb-root-password",
  passwordVariable: "MARIADB_ROOT_PASSWORD",
  variables: `{{- with .Values.auth.database }}
- name: MARIADB_DATABASE
  value: {{ . | quote }}
{{- end }}`,
  auth: sqlAuth,
  client:
    'kubectl run mariadb-client --rm --tty -i --restart=Never --image mariadb:11.8 --namespace {{ .Release.Namespace }} -- mariadb -h {{ include "NAME.fullname" . }} -uroot -p',
});

export const postgresql = database({
  name: "postgresql",
  version: "18.0.8",
  appVersion: "17",
  description: "PostgreSQL is a relational database",
  image: "postgres",
  port: 5432,
  path: "/var/lib/postgresql/data",
  passwordKey: "postgres-password",
  passwordVariable: "POSTGRES_PASSWORD",
  variables: `{{- with .Values.auth.database }}
- name: POSTGRES_DB
  value: {{ . | quote }}
{{- end }}`,
  auth: `
# Made up unless said.
postgresPassword: ""
database: ""
`,
  client:
    'kubectl run postgresql-client --rm --tty -i --restart=Never --image postgres:17 --namespace {{ .Release.Namespace }} -- psql --host {{ include "NAME.fullname" . }} -U postgres',
});

export const redis = database(
  {
    name: "redis",
    version: "23.1.1",
    appVersion: "8",
    description: "Redis keeps data structures in memory: a database, a cache and a message broker",
    image: "redis",
    port: 6379,
    path: "/data",
    passwordKey: "redis-password",
    passwordVariable: "REDIS_PASSWORD",
    variables: "",
    auth: `
# Made up unless said.
password: ""
`,
    client:
      'kubectl run redis-client --rm --tty -i --restart=Never --image redis:8 --namespace {{ .Release.Namespace }} -- redis-cli -h {{ include "NAME.fullname" . }}-master',
  },
  { suffix: "-master", command: 'args: ["redis-server", "--requirepass", "$(REDIS_PASSWORD)"]' },
);
