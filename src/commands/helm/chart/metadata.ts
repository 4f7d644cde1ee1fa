import { numberText } from "#machinery/go-yaml.ts";
import { HelmError } from "../errors.ts";
import { parseVersion } from "./version.ts";

/** What Chart.yaml says. */
export interface Metadata {
  name: string;
  home?: string;
  sources?: string[];
  version: string;
  description?: string;
  keywords?: string[];
  maintainers?: Maintainer[];
  icon?: string;
  apiVersion: string;
  condition?: string;
  tags?: string;
  appVersion?: string;
  deprecated?: boolean;
  annotations?: Record<string, string>;
  kubeVersion?: string;
  dependencies?: Dependency[];
  type?: string;
}

export interface Maintainer {
  name?: string;
  email?: string;
  url?: string;
}

/** Another chart that a chart needs. */
export interface Dependency {
  name: string;
  version?: string;
  repository: string;
  condition?: string;
  tags?: string[];
  enabled?: boolean;
  "import-values"?: unknown[];
  alias?: string;
}

/** Chart.lock: which versions were found when the dependencies were looked up. */
export interface Lock {
  generated: string;
  digest: string;
  dependencies: Dependency[];
}

type Shape = "string" | "boolean" | "strings" | "map" | "maintainers" | "dependencies" | "any";

/** The fields in the order in which they are written. */
const fields: Readonly<Record<keyof Metadata, Shape>> = {
  name: "string",
  home: "string",
  sources: "strings",
  version: "string",
  description: "string",
  keywords: "strings",
  maintainers: "maintainers",
  icon: "string",
  apiVersion: "string",
  condition: "string",
  tags: "string",
  appVersion: "string",
  deprecated: "boolean",
  annotations: "map",
  kubeVersion: "string",
  dependencies: "dependencies",
  type: "string",
};

const maintainerFields: Readonly<Record<string, Shape>> = { name: "string", email: "string", url: "string" };
const dependencyFields: Readonly<Record<string, Shape>> = {
  name: "string",
  version: "string",
  repository: "string",
  condition: "string",
  tags: "strings",
  enabled: "boolean",
  "import-values": "any",
  alias: "string",
};

/** Text on one line, without what cannot be printed. */
const clean = (text: string): string => text.replace(/\s/g, " ").replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "");

const goTypes: Readonly<Record<Shape, string>> = {
  string: "string",
  boolean: "bool",
  strings: "[]string",
  map: "map[string]string",
  maintainers: "[]*v2.Maintainer",
  dependencies: "[]*v2.Dependency",
  any: "[]interface {}",
};

const nameOf = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value === "boolean" ? "bool" : typeof value;

function mistyped(value: unknown, path: string, shape: Shape | string, struct: string): HelmError {
  const type = goTypes[shape as Shape] ?? shape;
  return new HelmError(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${nameOf(value)} into Go struct field ${struct}.${path} of type ${type}`,
  );
}

function shaped(value: unknown, path: string, shape: Shape, struct = "Metadata"): unknown {
  switch (shape) {
    case "string":
      // Where text is asked for, numbers and truths are taken for what they look like.
      if (typeof value === "number") return numberText(value);
      if (typeof value === "boolean") return String(value);
      if (typeof value !== "string") throw mistyped(value, path, shape, struct);
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw mistyped(value, path, shape, struct);
      return value;
    case "strings":
      if (!Array.isArray(value)) throw mistyped(value, path, shape, struct);
      return value.map((item) => shaped(item ?? "", path, "string", struct));
    case "map":
      if (nameOf(value) !== "object") throw mistyped(value, path, shape, struct);
      return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, shaped(item ?? "", path, "string", struct)]));
    case "any":
      return value;
    default: {
      if (!Array.isArray(value)) throw mistyped(value, path, shape, struct);
      const [inner, type] = shape === "maintainers" ? [maintainerFields, "v2.Maintainer"] : [dependencyFields, "v2.Dependency"];
      return value.map((item) => {
        if (item === null) return null;
        if (nameOf(item) !== "object") throw mistyped(item, path, type, struct);
        return record(item as Record<string, unknown>, inner, `${path}.`, struct);
      });
    }
  }
}

function record(from: Readonly<Record<string, unknown>>, known: Readonly<Record<string, Shape>>, path = "", struct = "Metadata") {
  const entries = Object.entries(known).flatMap(([name, shape]) => {
    const value = from[name] ?? null;
    return value === null ? [] : [[name, shaped(value, path + name, shape, struct)] as const];
  });
  return Object.fromEntries(entries);
}

/** Reads what Chart.yaml holds, field by field; what Chart.yaml should have and has not is told by `validate`. */
export function metadataFrom(value: unknown): Metadata {
  if (value !== null && nameOf(value) !== "object")
    throw new HelmError(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${nameOf(value)} into Go value of type v2.Metadata`);
  const read = record((value ?? {}) as Record<string, unknown>, fields);
  return { name: "", version: "", apiVersion: "", ...read };
}

/** The dependencies alone, which older charts keep in requirements.yaml. */
export const dependenciesFrom = (value: unknown): Dependency[] =>
  (record((value ?? {}) as Record<string, unknown>, { dependencies: "dependencies" })["dependencies"] as Dependency[] | undefined) ?? [];

export function lockFrom(value: unknown): Lock {
  const { generated, digest } = (value ?? {}) as Partial<Lock>;
  return { generated: String(generated ?? "0001-01-01T00:00:00Z"), digest: String(digest ?? ""), dependencies: dependenciesFrom(value) };
}

/** Only what says something, in the order of the fields: how Chart.yaml and releases are written. */
export function written(metadata: Metadata): Record<string, unknown> {
  const says = (value: unknown) =>
    value !== undefined && value !== "" && value !== false && !(typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.keys(fields).flatMap((name) => {
      const value = metadata[name as keyof Metadata];
      return says(value) ? [[name, name === "dependencies" ? (value as Dependency[]).map(writtenDependency) : value]] : [];
    }),
  );
}

/** A dependency's fields in their order; name and repository are always there. */
export function writtenDependency(dependency: Dependency): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(dependencyFields).flatMap((name) => {
      const value = dependency[name as keyof Dependency];
      const always = name === "name" || name === "repository";
      if (always) return [[name, value ?? ""]];
      return value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]];
    }),
  );
}

const problem = (message: string) => new HelmError(`validation: ${message}`);

/** Cleans the texts of a chart's metadata, and says what is wrong with them. */
export function validate(metadata: Metadata): void {
  for (const name of ["name", "description", "home", "icon", "condition", "tags", "appVersion", "kubeVersion"] as const) {
    const value = metadata[name];
    if (value !== undefined) metadata[name] = clean(value);
  }
  if (metadata.sources) metadata.sources = metadata.sources.map(clean);
  if (metadata.keywords) metadata.keywords = metadata.keywords.map(clean);
  const { name, version, apiVersion, type = "" } = metadata;
  if (!apiVersion) throw problem("chart.metadata.apiVersion is required");
  if (!name) throw problem("chart.metadata.name is required");
  if (name === "." || name === "..") throw problem(`chart.metadata.name ${JSON.stringify(name)} is not allowed`);
  if (name.includes("/")) throw problem(`chart.metadata.name ${JSON.stringify(name)} is invalid`);
  if (!version) throw problem("chart.metadata.version is required");
  if (!isVersion(version)) throw problem(`chart.metadata.version ${JSON.stringify(version)} is invalid`);
  if (!["", "application", "library"].includes(type)) throw problem("chart.metadata.type must be application or library");
  for (const maintainer of (metadata.maintainers ?? []) as (Maintainer | null)[])
    if (!maintainer) throw problem("maintainers must not contain empty or null nodes");
  const seen = new Set<string>();
  for (const dependency of (metadata.dependencies ?? []) as (Dependency | null)[]) {
    if (!dependency) throw problem("dependencies must not contain empty or null nodes");
    dependency.name ??= "";
    dependency.repository ??= "";
    if (dependency.alias && !/^[a-zA-Z0-9_-]+$/.test(dependency.alias))
      throw problem(`dependency ${JSON.stringify(dependency.name)} has disallowed characters in the alias`);
    const key = dependency.alias || dependency.name;
    if (seen.has(key)) throw problem(`more than one dependency with name or alias ${JSON.stringify(key)}`);
    seen.add(key);
  }
}

export function isVersion(text: string): boolean {
  try {
    parseVersion(text);
    return true;
  } catch {
    return false;
  }
}
