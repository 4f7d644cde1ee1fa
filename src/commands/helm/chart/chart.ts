import { textOf } from "#base/streams.ts";
import { parseYaml, parseYamlDocuments, YamlError } from "#machinery/yaml.ts";
import { isMap } from "../../go-template/values.ts";
import { HelmError, messageOf } from "../errors.ts";
import { baseName } from "../functions/paths.ts";
import { readArchive } from "./archive.ts";
import { dependenciesFrom, type Lock, lockFrom, type Metadata, metadataFrom, validate } from "./metadata.ts";

/** A file of a chart, named from the chart's directory. */
export interface ChartFile {
  name: string;
  bytes: Uint8Array;
}

export type Dict = Record<string, unknown>;

/** A chart that was read. */
export interface Chart {
  metadata: Metadata;
  lock: Lock | undefined;
  /** All files as they were read. */
  raw: readonly ChartFile[];
  templates: ChartFile[];
  values: Dict;
  schema: Uint8Array | undefined;
  /** What is neither template nor anything else that helm knows. */
  files: ChartFile[];
  dependencies: Chart[];
  parent: Chart | undefined;
}

export const isDict = (value: unknown): value is Dict => isMap(value) && !(value instanceof Map);

/** `parent/charts/child`. */
export const fullPath = ({ parent, metadata }: Chart): string => (parent ? `${fullPath(parent)}/charts/${metadata.name}` : metadata.name);

/** Makes charts the dependencies of another. */
export function setDependencies(chart: Chart, dependencies: readonly Chart[]): void {
  for (const dependency of dependencies) dependency.parent = chart;
  chart.dependencies = [...dependencies];
}

/** The files that define custom resources, of a chart and of those that it needs. */
export function crdsOf(chart: Chart): { name: string; filename: string; bytes: Uint8Array }[] {
  const own = chart.files
    .filter(({ name }) => name.startsWith("crds/") && /\.(ya?ml|json)$/i.test(name))
    .map(({ name, bytes }) => ({ name, filename: `${fullPath(chart)}/${name}`, bytes }));
  return [...own, ...chart.dependencies.flatMap(crdsOf)];
}

/** The words of a YAML reader that stands behind JSON. */
export function yamlProblem(problem: unknown): string {
  if (!(problem instanceof YamlError)) return messageOf(problem);
  return problem.message.startsWith("error") ? problem.message : `error converting YAML to JSON: ${problem.message}`;
}

function read<T>(file: ChartFile, into: (value: unknown) => T): T {
  try {
    return into(parseYaml(textOf(file.bytes)).value);
  } catch (problem) {
    throw new HelmError(`cannot load ${file.name}: ${yamlProblem(problem)}`);
  }
}

/** Values of a YAML text; of several documents the later ones count. */
export function valuesFrom(text: string): Dict {
  try {
    return parseYamlDocuments(text).reduce<Dict>((all, { value }) => {
      if (isDict(value)) return mergedMaps(all, value);
      const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
      throw new HelmError(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
      );
    }, {});
  } catch (problem) {
    throw new HelmError(`cannot unmarshal yaml document: ${yamlProblem(problem)}`);
  }
}

/** One map over another, all the way down; lists are replaced. */
export function mergedMaps(under: Dict, over: Dict): Dict {
  const result = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const old = result[key];
    result[key] = isDict(value) && isDict(old) ? mergedMaps(old, value) : value;
  }
  return result;
}

/** Puts a chart together out of its files. Throws a `HelmError`. */
export function chartFrom(files: readonly ChartFile[]): Chart {
  const chartFile = files.find(({ name }) => name === "Chart.yaml");
  let metadata: Metadata | undefined;
  if (chartFile) {
    metadata = read(chartFile, metadataFrom);
    if (!metadata.apiVersion) metadata.apiVersion = "v1";
  }
  const chart: Omit<Chart, "metadata"> = {
    lock: undefined,
    raw: files,
    templates: [],
    values: {},
    schema: undefined,
    files: [],
    dependencies: [],
    parent: undefined,
  };
  const inner = new Map<string, ChartFile[]>();
  for (const file of files) {
    const { name, bytes } = file;
    const isOld = metadata?.apiVersion === "v1";
    if (name === "Chart.yaml") continue;
    if (name === "values.yaml") {
      try {
        chart.values = valuesFrom(textOf(bytes));
      } catch (problem) {
        throw new HelmError(`cannot load values.yaml: ${messageOf(problem)}`);
      }
    } else if (name === "values.schema.json") chart.schema = bytes;
    else if (name === "Chart.lock" || name === "requirements.lock") {
      chart.lock = read(file, lockFrom);
      if (name !== "Chart.lock" && isOld) chart.files.push(file);
    } else if (name === "requirements.yaml") {
      const dependencies = read(file, dependenciesFrom);
      metadata ??= metadataFrom({});
      if (dependencies.length > 0) metadata.dependencies = dependencies;
      if (isOld) chart.files.push(file);
    } else if (name.startsWith("templates/")) chart.templates.push(file);
    else if (name.startsWith("charts/") && !name.endsWith(".prov")) {
      const rest = name.slice("charts/".length);
      const key = rest.split("/")[0] ?? "";
      inner.set(key, [...(inner.get(key) ?? []), { name: rest, bytes }]);
    } else chart.files.push(file);
  }
  if (!metadata) throw new HelmError("Chart.yaml file is missing");
  validate(metadata);
  const whole: Chart = { metadata, ...chart };
  setDependencies(
    whole,
    [...inner].flatMap(([key, parts]) => subchart(whole, key, parts)),
  );
  return whole;
}

function subchart(parent: Chart, key: string, files: readonly ChartFile[]): Chart[] {
  if (/^[_.]/.test(key)) return [];
  try {
    if (!key.endsWith(".tgz"))
      return [chartFrom(files.flatMap(({ name, bytes }) => (name.includes("/") ? [{ name: name.slice(name.indexOf("/") + 1), bytes }] : [])))];
    const [file] = files;
    if (!file || file.name !== key)
      throw new HelmError(`error unpacking subchart tar in ${parent.metadata.name}: expected ${key}, got ${file?.name ?? ""}`);
    return [chartFrom(readArchive(file.bytes))];
  } catch (problem) {
    throw new HelmError(`error unpacking subchart ${key} in ${parent.metadata.name}: ${messageOf(problem)}`);
  }
}

/** Whether a chart only lends templates to others. */
export const isLibrary = ({ metadata }: Chart): boolean => metadata.type?.toLowerCase() === "library";

/** Whether a template of a chart counts: a library's only where they are named as parts. */
export const countsAsTemplate = (chart: Chart, name: string): boolean => !isLibrary(chart) || baseName(name).startsWith("_");
