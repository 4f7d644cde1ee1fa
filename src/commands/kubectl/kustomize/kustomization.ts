import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { yamlText } from "../../yaml/write.ts";
import { CommandError } from "../errors.ts";
import type { Replacement } from "./replacements.ts";

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
  replacements: Replacement[];
  sortOptions?: SortOptions;
  /** Whether each object is labelled with the program that built it. */
  saysWhoBuilt: boolean;
}

export interface SortOptions {
  order?: string;
  legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] };
}

const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const simulated = [
  ...["apiVersion", "kind", "metadata", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "commonAnnotations"],
  ...["patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags", "replicas", "resources", "bases", "components"],
  ...["configMapGenerator", "secretGenerator", "generatorOptions", "sortOptions", "buildMetadata", "replacements"],
];
const known = [
  ...["openapi", "vars", "crds", "helmGlobals", "helmCharts", "helmChartInflationGenerator", "configurations"],
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
export function readKustomization(fs: FileSystem, directory: string, warn: (text: string) => void, charts = false): Kustomization {
  const found = names.filter((name) => fs.stat(`${directory}/${name}`)?.kind === "file");
  const [file] = found;
  if (file === undefined)
    throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`);
  if (found.length > 1) throw new CommandError(`Found multiple kustomization files: ${directory}`);
  const raw = valuesOf(fs.readText(`${directory}/${file}`));
  const [chart] = Array.isArray(raw["helmCharts"]) ? (raw["helmCharts"] as unknown[]) : [];
  if (chart !== undefined && charts) throw new CommandError("Podyard does not simulate the helm charts of a kustomization");
  if (chart !== undefined)
    throw new CommandError(
      `trouble configuring builtin HelmChartInflationGenerator with config: \`\n${yamlText(chart)}\`: must specify --enable-helm`,
    );
  for (const key of Object.keys(raw).sort()) {
    if (known.includes(key)) throw new CommandError(`Podyard does not simulate the field ${key} of a kustomization`);
    if (!simulated.includes(key)) throw new CommandError(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
  }
  for (const [old, better] of older)
    if (raw[old] !== undefined) warn(`# Warning: '${old}' is deprecated. Please use '${better}' instead. ${editFix}`);
  return kustomizationOf(raw, directory);
}

function valuesOf(text: string): Record<string, unknown> {
  try {
    const value = parseYaml(text).value;
    if (value === null || value === undefined) throw new CommandError("kustomization.yaml is empty");
    if (typeof value !== "object" || Array.isArray(value))
      throw new CommandError("invalid Kustomization: json: cannot unmarshal into Go value of type types.Kustomization");
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`invalid Kustomization: ${error.message.replace("error converting YAML to JSON: ", "")}`);
    throw error;
  }
}

function kustomizationOf(raw: Record<string, unknown>, directory: string): Kustomization {
  const list = <T>(key: string): T[] => {
    const value = raw[key] ?? [];
    if (!Array.isArray(value))
      throw new CommandError(`invalid Kustomization: json: cannot unmarshal ${typeName(value)} into Go struct field Kustomization.${key}`);
    return value as T[];
  };
  const refused = (value: unknown, field: string) =>
    new CommandError(`invalid Kustomization: json: cannot unmarshal ${typeName(value)} into Go struct field ${field} of type string`);
  const text = (key: string): string => {
    const value = raw[key] ?? "";
    if (typeof value !== "string") throw refused(value, `Kustomization.${key}`);
    return value;
  };
  const texts = (map: object | undefined, field: string) => {
    for (const value of Object.values(map ?? {})) if (typeof value !== "string" && value !== null) throw refused(value, field);
    return (map ?? {}) as Record<string, string>;
  };
  const map = (key: string) => texts(raw[key] as object | undefined, `Kustomization.${key}`);
  const kind = text("kind") || "Kustomization";
  if (kind !== "Kustomization" && kind !== "Component")
    throw new CommandError(`Failed to read kustomization file under ${directory}:\nkind should be Kustomization or Component`);
  const common = map("commonLabels");
  for (const { pairs } of list<LabelChange>("labels")) texts(pairs, "Label.labels.pairs");
  const noted = list<string>("buildMetadata");
  for (const name of noted)
    if (name !== "managedByLabel") throw new CommandError(`Podyard does not simulate ${name} among the buildMetadata of a kustomization`);
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
    replacements: list("replacements"),
    ...(raw["sortOptions"] ? { sortOptions: raw["sortOptions"] as SortOptions } : {}),
    saysWhoBuilt: noted.includes("managedByLabel"),
  };
}

const typeName = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value === "boolean" ? "bool" : typeof value;
