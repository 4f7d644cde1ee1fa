/** A chart that comes along: its files as text. */
export interface BundledChart {
  name: string;
  version: string;
  appVersion: string;
  description: string;
  files: Readonly<Record<string, string>>;
}

interface Wanted {
  name: string;
  version: string;
  appVersion: string;
  description: string;
  keywords?: readonly string[];
  values: string;
  templates: Readonly<Record<string, string>>;
  /** Files beside the templates. */
  others?: Readonly<Record<string, string>>;
}

/** The names and labels that all bundled charts share. */
const helpers = (name: string): string => `{{- define "${name}.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "${name}.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "${name}.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "${name}.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "${name}.selectorLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ include "${name}.name" . }}
{{- end }}

{{- define "${name}.labels" -}}
{{ include "${name}.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
`;

/** Declares a chart. `NAME` in its templates stands for its own name. */
export function defineChart({ name, version, appVersion, description, keywords = [], values, templates, others = {} }: Wanted): BundledChart {
  const own = (text: string) => `${text.replaceAll("NAME.", `${name}.`).trim()}\n`;
  const keywordLines = keywords.length > 0 ? `keywords:\n${keywords.map((word) => `  - ${word}\n`).join("")}` : "";
  return {
    name,
    version,
    appVersion,
    description,
    files: {
      "Chart.yaml": `apiVersion: v2\nname: ${name}\ndescription: ${JSON.stringify(description)}\ntype: application\nversion: ${version}\nappVersion: "${appVersion}"\n${keywordLines}`,
      "values.yaml": `${values.trim()}\n`,
      "README.md": `# ${name}\n\n${description}. A small chart of Podyard's own under a name that tutorials use: its values are the first ones of the chart of that name.\n`,
      "templates/_helpers.tpl": helpers(name),
      ...Object.fromEntries(Object.entries(templates).map(([path, text]) => [`templates/${path}`, own(text)])),
      ...others,
    },
  };
}
