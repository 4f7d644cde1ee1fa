// What templates of several charts begin with. `NAME` stands for the chart's own name.

/** An object with the chart's name and labels, up to its spec; `name` is put behind the chart's. */
export const objectNamed = (apiVersion: string, kind: string, name = ""): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: {{ include "NAME.fullname" . }}${name}
  labels:
    {{- include "NAME.labels" . | nindent 4 }}
`;

/** What tells the chart's pods from others, as the end of a service. */
const selector = `  selector:
    {{- include "NAME.selectorLabels" . | nindent 4 }}
`;

/** A service of the type that the values name; `port` is the value that holds its port, `more` further lines of the port. */
export const webService = (port: string, more = ""): string => `
${objectNamed("v1", "Service")}spec:
  type: {{ .Values.service.type }}
  ports:
    - name: http
      port: {{ .Values.service.${port} }}
      targetPort: http
${more}${selector}`;

/** A deployment up to the spec of its pods; `labels` are those that the pods have. */
export const deploymentOf = (labels: "labels" | "selectorLabels", replicas = "  replicas: {{ .Values.replicaCount }}\n"): string => `
${objectNamed("apps/v1", "Deployment")}spec:
${replicas}  selector:
    matchLabels:
      {{- include "NAME.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "NAME.${labels}" . | nindent 8 }}
`;
