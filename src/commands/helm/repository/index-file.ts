import { yamlText } from "#machinery/go-yaml.ts";
import { parseYaml } from "#machinery/yaml.ts";
import { byBytes } from "../../go-template/values.ts";
import { type Dict, isDict, yamlProblem } from "../chart/chart.ts";
import { type Metadata, metadataFrom, written } from "../chart/metadata.ts";
import { compareVersions, parseConstraint, parseVersion, satisfies } from "../chart/version.ts";
import { HelmError } from "../errors.ts";

/** One version of a chart in a repository. */
export interface IndexedChart {
  metadata: Metadata;
  urls: string[];
  created: string;
  digest: string;
}

/** index.yaml: what a repository offers, the newest version of each chart first. */
export interface IndexFile {
  generated: string;
  entries: Map<string, IndexedChart[]>;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads an index. Throws a `HelmError`. */
export function parseIndex(source: string): IndexFile {
  if (source.trim() === "") throw new HelmError("empty index.yaml file");
  let value: unknown;
  try {
    ({ value } = parseYaml(source));
  } catch (problem) {
    throw new HelmError(yamlProblem(problem));
  }
  if (!isDict(value))
    throw new HelmError("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type repo.IndexFile");
  if (!value["apiVersion"]) throw new HelmError("no API version specified");
  const entries = new Map<string, IndexedChart[]>();
  for (const [name, versions] of Object.entries((value["entries"] ?? {}) as Dict)) {
    if (!Array.isArray(versions)) continue;
    const read = (versions as Dict[]).filter(isDict).map((entry) => ({
      metadata: metadataFrom(entry),
      urls: ((entry["urls"] ?? []) as unknown[]).map(text),
      created: text(entry["created"]),
      digest: text(entry["digest"]),
    }));
    entries.set(name, sorted(read));
  }
  return { generated: text(value["generated"]), entries };
}

/** The newest first; what is no version goes. */
function sorted(charts: readonly IndexedChart[]): IndexedChart[] {
  return charts
    .flatMap((chart) => {
      try {
        return [{ chart, version: parseVersion(chart.metadata.version) }];
      } catch {
        return [];
      }
    })
    .sort((a, b) => compareVersions(b.version, a.version))
    .map(({ chart }) => chart);
}

const entryOf = ({ metadata, urls, created, digest }: IndexedChart): Dict => ({
  ...written(metadata),
  ...(created && { created }),
  ...(digest && { digest }),
  urls,
});

/** An index as YAML, or as JSON. */
export function indexText({ generated, entries }: IndexFile, json = false): string {
  const value = {
    apiVersion: "v1",
    entries: Object.fromEntries([...entries].map(([name, versions]) => [name, sorted(versions).map(entryOf)])),
    generated,
  };
  return json ? `${JSON.stringify(value, undefined, "  ")}` : yamlText(value);
}

/** The version of a chart that was asked for: exactly that one, the newest of a range, or the newest that is no early one. */
export function findVersion(index: IndexFile, name: string, version: string): IndexedChart {
  const versions = index.entries.get(name);
  if (!versions) throw new HelmError("no chart name found");
  if (versions.length === 0) throw new HelmError("no chart version found");
  const exact = version === "" ? undefined : versions.find(({ metadata }) => metadata.version === version);
  if (exact) return exact;
  const constraint = parseConstraint(version === "" ? "*" : version);
  const found = versions.find(({ metadata }) => satisfies(parseVersion(metadata.version), constraint));
  if (!found) throw new HelmError(`no chart version found for ${name}-${version}`);
  return found;
}

export const chartNames = ({ entries }: IndexFile): string[] => [...entries.keys()].sort(byBytes);
