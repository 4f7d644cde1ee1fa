import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { CommandError } from "../errors.ts";

export interface Target {
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

export interface Patch {
  path?: string;
  patch?: string;
  target?: Target;
  options?: { allowNameChange?: boolean; allowKindChange?: boolean };
}

export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

export interface Generator {
  name?: string;
  namespace?: string;
  behavior?: string;
  literals?: string[];
  files?: string[];
  envs?: string[];
  env?: string;
  type?: string;
  options?: GeneratorOptions;
}

export interface ImageChange {
  name: string;
  newName?: string;
  newTag?: string;
  digest?: string;
  tagSuffix?: string;
}

export interface LabelChange {
  pairs?: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
  fields?: { path: string; kind?: string; group?: string; create?: boolean }[];
}

/** What a kustomization.yaml says, its older fields written as the newer ones. */
export interface Kustomization {
  kind: string;
  resources: string[];
  components: string[];
  namePrefix: string;
  nameSuffix: string;
  namespace: string;
  labels: LabelChange[];
  commonAnnotations: Record<string, string>;
  patches: Patch[];
  jsonPatches: Patch[];
  mergePatches: string[];
  images: ImageChange[];
  replicas: { name: string; count: number }[];
  configMapGenerator: Generator[];
  secretGenerator: Generator[];
  generatorOptions: GeneratorOptions;
}

const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const simulated = [
  ...["apiVersion", "kind", "metadata", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "commonAnnotations"],
  ...["patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags", "replicas", "resources", "bases", "components"],
  ...["configMapGenerator", "secretGenerator", "generatorOptions", "sortOptions", "buildMetadata"],
];
const known = [
  ...["openapi", "replacements", "vars", "crds", "helmGlobals", "helmCharts", "helmChartInflationGenerator", "configurations"],
  ...["generators", "transformers", "validators"],
];

const editFix = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const older = [
  ["bases", "resources"],
  ["commonLabels", "labels"],
  ["imageTags", "images"],
  ["patchesJson6902", "patches"],
  ["patchesStrategicMerge", "patches"],
] as const;

/** Reads the kustomization of a directory; `shown` is the directory in messages. */
export function readKustomization(fs: FileSystem, directory: string, warn: (text: string) => void): Kustomization {
  const found = names.filter((name) => fs.stat(`${directory}/${name}`)?.kind === "file");
  const [file] = found;
  if (file === undefined)
    throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`);
  if (found.length > 1) throw new CommandError(`Found multiple kustomization files: ${directory}`);
  const raw = valuesOf(fs.readText(`${directory}/${file}`));
  for (const key of Object.keys(raw).sort()) {
    if (known.includes(key)) throw new CommandError(`Podyard does not simulate the field ${key} of a kustomization`);
    if (!simulated.includes(key)) throw new CommandError(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
  }
  for (const [old, better] of older)
    if (raw[old] !== undefined) warn(`# Warning: '${old}' is deprecated. Please use '${better}' instead. ${editFix}`);
  return kustomizationOf(raw);
}

function valuesOf(text: string): Record<string, unknown> {
  try {
    const value = parseYaml(text).value;
    if (value === null || value === undefined) throw new CommandError("kustomization.yaml is empty");
    if (typeof value !== "object" || Array.isArray(value))
      throw new CommandError("invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization");
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`invalid Kustomization: error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

function kustomizationOf(raw: Record<string, unknown>): Kustomization {
  const list = <T>(key: string): T[] => {
    const value = raw[key] ?? [];
    if (!Array.isArray(value))
      throw new CommandError(`invalid Kustomization: json: cannot unmarshal ${typeName(value)} into Go struct field Kustomization.${key}`);
    return value as T[];
  };
  const text = (key: string): string => (raw[key] === undefined || raw[key] === null ? "" : String(raw[key]));
  const map = (key: string) => (raw[key] ?? {}) as Record<string, string>;
  const kind = text("kind") || "Kustomization";
  if (kind !== "Kustomization" && kind !== "Component") throw new CommandError("kind should be Kustomization or Component");
  const common = map("commonLabels");
  return {
    kind,
    resources: [...list<string>("resources"), ...list<string>("bases")],
    components: list("components"),
    namePrefix: text("namePrefix"),
    nameSuffix: text("nameSuffix"),
    namespace: text("namespace"),
    labels: [...list<LabelChange>("labels"), ...(Object.keys(common).length > 0 ? [{ pairs: common, includeSelectors: true }] : [])],
    commonAnnotations: map("commonAnnotations"),
    patches: list("patches"),
    jsonPatches: list("patchesJson6902"),
    mergePatches: list("patchesStrategicMerge"),
    images: [...list<ImageChange>("images"), ...list<ImageChange>("imageTags")],
    replicas: list("replicas"),
    configMapGenerator: list("configMapGenerator"),
    secretGenerator: list("secretGenerator"),
    generatorOptions: (raw["generatorOptions"] ?? {}) as GeneratorOptions,
  };
}

const typeName = (value: unknown): string => (typeof value === "object" ? "object" : typeof value === "boolean" ? "bool" : typeof value);
