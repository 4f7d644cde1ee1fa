import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { CommandError } from "../errors.ts";
import { decoded } from "./decode.ts";
import type { FieldSpec } from "./field-specs.ts";
import {
  type Generator,
  type GeneratorOptions,
  type ImageChange,
  type Patch,
  type Replacement,
  type Replica,
  type SortOptions,
  kustomization as shape,
  type Var,
} from "./shapes.ts";

export interface LabelChange {
  pairs?: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
  fields?: FieldSpec[];
}

/** What a kustomization.yaml says, its older fields written as the newer ones where those mean the same. */
export interface Kustomization {
  /** The file's own name. */
  file: string;
  kind: string;
  openapi: Record<string, string>;
  resources: string[];
  components: string[];
  crds: string[];
  configurations: string[];
  generators: string[];
  transformers: string[];
  validators: string[];
  namePrefix: string;
  nameSuffix: string;
  namespace: string;
  labels: LabelChange[];
  commonLabels: Record<string, string>;
  commonAnnotations: Record<string, string>;
  patches: Patch[];
  patchesJson6902: Patch[];
  patchesStrategicMerge: string[];
  images: ImageChange[];
  replicas: Replica[];
  configMapGenerator: Generator[];
  secretGenerator: Generator[];
  helmCharts: Record<string, unknown>[];
  generatorOptions: GeneratorOptions;
  replacements: Replacement[];
  vars: Var[];
  sortOptions?: SortOptions;
  buildMetadata: string[];
}

const names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const editFix = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const older = [
  ["bases", "resources"],
  ["commonLabels", "labels"],
  ["imageTags", "images"],
  ["patchesJson6902", "patches"],
  ["patchesStrategicMerge", "patches"],
  ["vars", "replacements"],
] as const;

/** Reads the kustomization of a directory. */
export function readKustomization(fs: FileSystem, directory: string, warn: (text: string) => void): Kustomization {
  const found = names.filter((name) => fs.stat(`${directory}/${name}`)?.kind === "file");
  const [file] = found;
  if (file === undefined)
    throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`);
  if (found.length > 1) throw new CommandError(`Found multiple kustomization files under: ${directory}\n`);
  const raw = valuesOf(fs.readText(`${directory}/${file}`));
  for (const [old, better] of older)
    if (raw[old] !== undefined)
      warn(`# Warning: '${old}' is deprecated. Please use '${better}' instead. ${old === "vars" ? "[EXPERIMENTAL] " : ""}${editFix}`);
  return checked({ ...kustomizationOf(raw), file }, raw, directory);
}

function valuesOf(text: string): Record<string, unknown> {
  try {
    return decoded(parseYaml(text).value ?? {}, shape);
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`invalid Kustomization: ${error.message.replace("error converting YAML to JSON: ", "")}`);
    if (error instanceof CommandError) throw new CommandError(`invalid Kustomization: ${error.message}`);
    throw error;
  }
}

/** The kustomization, if there is anything in it, and if it says that it is one. */
function checked(kustomization: Kustomization, raw: Readonly<Record<string, unknown>>, directory: string): Kustomization {
  const isEmpty = Object.entries(raw).every(([key, value]) => key === "apiVersion" || key === "kind" || value === "");
  if (isEmpty) throw new CommandError("kustomization.yaml is empty");
  const problems: string[] = [];
  const { kind } = kustomization;
  if (kind !== "Kustomization" && kind !== "Component") problems.push("kind should be Kustomization or Component");
  const version = `kustomize.config.k8s.io/${kind === "Component" ? "v1alpha1" : "v1beta1"}`;
  if (raw["apiVersion"] && raw["apiVersion"] !== version) problems.push(`apiVersion for ${kind} should be ${version}`);
  if (problems.length > 0) throw new CommandError(`Failed to read kustomization file under ${directory}:\n${problems.join("\n")}`);
  return kustomization;
}

function kustomizationOf(raw: Readonly<Record<string, unknown>>): Omit<Kustomization, "file"> {
  const list = <T>(key: string): T[] => (raw[key] ?? []) as T[];
  const text = (key: string): string => (raw[key] ?? "") as string;
  const map = (key: string): Record<string, string> => (raw[key] ?? {}) as Record<string, string>;
  const generators = (key: string): Generator[] =>
    list<Generator>(key).map(({ env, ...generator }) => (env ? { ...generator, envs: [...(generator.envs ?? []), env] } : generator));
  return {
    kind: text("kind") || "Kustomization",
    openapi: map("openapi"),
    resources: [...list<string>("resources"), ...list<string>("bases")],
    components: list("components"),
    crds: list("crds"),
    configurations: list("configurations"),
    generators: list("generators"),
    transformers: list("transformers"),
    validators: list("validators"),
    namePrefix: text("namePrefix"),
    nameSuffix: text("nameSuffix"),
    namespace: text("namespace"),
    labels: list("labels"),
    commonLabels: map("commonLabels"),
    commonAnnotations: map("commonAnnotations"),
    patches: list("patches"),
    patchesJson6902: list("patchesJson6902"),
    patchesStrategicMerge: list("patchesStrategicMerge"),
    images: [...list<ImageChange>("images"), ...list<ImageChange>("imageTags")],
    replicas: list("replicas"),
    configMapGenerator: generators("configMapGenerator"),
    secretGenerator: generators("secretGenerator"),
    helmCharts: [...list<Record<string, unknown>>("helmCharts"), ...list<Record<string, unknown>>("helmChartInflationGenerator").map(newerChart)],
    generatorOptions: (raw["generatorOptions"] ?? {}) as GeneratorOptions,
    replacements: list("replacements"),
    vars: list("vars"),
    ...(raw["sortOptions"] ? { sortOptions: raw["sortOptions"] as SortOptions } : {}),
    buildMetadata: list("buildMetadata"),
  };
}

const chartFields: Readonly<Record<string, string>> = {
  chartName: "name",
  chartVersion: "version",
  chartRepoUrl: "repo",
  releaseName: "releaseName",
  releaseNamespace: "namespace",
  values: "valuesFile",
  valuesLocal: "valuesInline",
  valuesMerge: "valuesMerge",
};

const newerChart = (chart: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(chart).flatMap(([key, value]) => (chartFields[key] ? [[chartFields[key], value]] : [])));
