import { type Shape, struct } from "./decode.ts";

// The fields of a kustomization and of what stands in it, under the names of their Go types: https://kubectl.docs.kubernetes.io/references/kustomize/

/** Several fields that hold the same. */
const fields = (shape: Shape, ...names: string[]): Record<string, Shape> => Object.fromEntries(names.map((name) => [name, shape]));

export interface Selector {
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

const kinds = { group: "string", version: "string", kind: "string" } as const;
const resource = { ...kinds, name: "string", namespace: "string" } as const;
export const selector = struct("Selector", { ...resource, labelSelector: "string", annotationSelector: "string" });

export interface Patch {
  path?: string;
  patch?: string;
  target?: Selector;
  options?: { allowNameChange?: boolean; allowKindChange?: boolean };
}

export const patch = struct("Patch", {
  path: "string",
  patch: "string",
  target: selector,
  options: struct("PatchArgs", { allowNameChange: "bool", allowKindChange: "bool" }),
});

export interface GeneratorOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  disableNameSuffixHash?: boolean;
  immutable?: boolean;
}

const generatorOptions = struct("GeneratorOptions", { labels: "texts", annotations: "texts", disableNameSuffixHash: "bool", immutable: "bool" });

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

const generator = {
  ...fields("string", "name", "namespace", "behavior", "env"),
  ...fields(["string"], "literals", "files", "envs"),
  options: generatorOptions,
};

export const configMapGenerator = struct("ConfigMapArgs", generator);
export const secretGenerator = struct("SecretArgs", { ...generator, type: "string" });

export interface ImageChange {
  name?: string;
  newName?: string;
  newTag?: string;
  digest?: string;
  tagSuffix?: string;
}

export const image = struct("Image", { name: "string", newName: "string", newTag: "string", digest: "string", tagSuffix: "string" });

export interface Replica {
  name?: string;
  count?: number;
}

export const replica = struct("Replica", { name: "string", count: "int" });

export const fieldSpec = struct("FieldSpec", { ...kinds, path: "string", create: "bool" });

const label = struct("Label", { pairs: "texts", includeSelectors: "bool", includeTemplates: "bool", fields: [fieldSpec] });

export interface FieldOptions {
  delimiter?: string;
  index?: number;
  create?: boolean;
}

/** A value of one object that is put into others. */
export interface Replacement {
  /** A file with more of them. */
  path?: string;
  source?: Selector & { fieldPath?: string; options?: FieldOptions };
  sourceValue?: string;
  targets?: { select?: Selector; reject?: Selector[]; fieldPaths?: string[]; options?: FieldOptions }[];
}

const fieldOptions = struct("FieldOptions", { delimiter: "string", index: "int", encoding: "string", create: "bool" });

export const replacement = struct("ReplacementField", {
  path: "string",
  sourceValue: "string",
  source: struct("SourceSelector", { ...resource, fieldPath: "string", options: fieldOptions }),
  targets: [struct("TargetSelector", { select: selector, reject: [selector], fieldPaths: ["string"], options: fieldOptions })],
});

export interface Var {
  name: string;
  objref?: { apiVersion?: string; group?: string; version?: string; kind?: string; name?: string; namespace?: string };
  fieldref?: { fieldPath?: string };
}

const variable = struct("Var", {
  name: "string",
  objref: struct("Target", { apiVersion: "string", ...resource }),
  fieldref: struct("FieldSelector", { fieldPath: "string" }),
});

export interface SortOptions {
  order?: string;
  legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] };
}

const sortOptions = struct("SortOptions", {
  order: "string",
  legacySortOptions: struct("LegacySortOptions", { orderFirst: ["string"], orderLast: ["string"] }),
});

const chart = {
  ...fields("string", "name", "version", "repo", "releaseName", "namespace", "valuesFile"),
  ...fields("string", "nameTemplate", "valuesMerge"),
  ...fields("any", "valuesInline"),
  ...fields(["string"], "additionalValuesFiles", "apiVersions"),
  ...fields("bool", "includeCRDs", "skipHooks", "skipTests", "debug", "devel"),
  ...fields("string", "kubeVersion"),
};

const olderChart = {
  ...fields("string", "chartName", "chartVersion", "chartRepoUrl", "chartHome", "chartRepoName", "helmBin"),
  ...fields("string", "helmHome", "values", "valuesMerge", "releaseName", "releaseNamespace"),
  ...fields("any", "valuesLocal"),
  extraArgs: ["string"] as const,
};

export const kustomization = struct("Kustomization", {
  ...fields("string", "apiVersion", "kind"),
  ...fields("any", "metadata"),
  ...fields("texts", "openapi"),
  ...fields("string", "namePrefix", "nameSuffix", "namespace"),
  ...fields("texts", "commonLabels", "commonAnnotations"),
  labels: [label],
  patchesStrategicMerge: ["string"],
  patchesJson6902: [patch],
  patches: [patch],
  images: [image],
  imageTags: [image],
  replacements: [replacement],
  replicas: [replica],
  vars: [variable],
  sortOptions,
  ...fields(["string"], "resources", "components", "crds", "bases"),
  configMapGenerator: [configMapGenerator],
  secretGenerator: [secretGenerator],
  helmGlobals: struct("HelmGlobals", { chartHome: "string", configHome: "string" }),
  helmCharts: [struct("HelmChart", chart)],
  helmChartInflationGenerator: [struct("HelmChartArgs", olderChart)],
  generatorOptions,
  ...fields(["string"], "configurations", "generators", "transformers", "validators", "buildMetadata"),
});
