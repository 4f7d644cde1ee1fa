import { type Chart, type Dict, setDependencies } from "./chart.ts";
import { coalesceValues, mergeTables, mergeValues, tableAt, type Warn } from "./coalesce.ts";
import type { Dependency } from "./metadata.ts";
import { parseConstraint, parseVersion, satisfies } from "./version.ts";

/** What is told of values that do not fit, as pairs for the log. */
export interface Notices {
  /** A line of what Go's own log says. */
  say: Warn;
  warn: (message: string, pairs: Readonly<Record<string, string>>) => void;
}

/** Whether a version is one that a constraint names; what cannot be read is not. */
export function isInRange(constraint: string, version: string): boolean {
  try {
    return satisfies(parseVersion(version), parseConstraint(constraint));
  } catch {
    return false;
  }
}

/** Leaves of a chart's dependencies those that conditions and tags turn on, under their aliases, and takes over the values that it imports. */
export function processDependencies(chart: Chart, values: Dict, notices: Notices): void {
  enabled(chart, values, "", notices);
  imported(chart, notices);
}

/** The dependency's chart under the name that it goes by here. */
function aliased(charts: readonly Chart[], wanted: Dependency): Chart | undefined {
  const found = charts.find(({ metadata }) => metadata.name === wanted.name && isInRange(wanted.version ?? "", metadata.version));
  if (!found) return undefined;
  const copy: Chart = {
    ...found,
    metadata: { ...found.metadata, ...(found.metadata.dependencies && { dependencies: found.metadata.dependencies.map((d) => ({ ...d })) }) },
  };
  setDependencies(
    copy,
    found.dependencies.map((sub) => ({ ...sub })),
  );
  if (wanted.alias) copy.metadata.name = wanted.alias;
  return copy;
}

function enabled(chart: Chart, values: Dict, prefix: string, notices: Notices): void {
  const wanted = chart.metadata.dependencies;
  if (!wanted) return;
  const unnamed = chart.dependencies.filter(
    ({ metadata }) => !wanted.some((d) => d.name === metadata.name && isInRange(d.version ?? "", metadata.version)),
  );
  const named = wanted.flatMap((dependency) => {
    const found = aliased(chart.dependencies, dependency);
    if (dependency.alias) dependency.name = dependency.alias;
    return found ? [found] : [];
  });
  setDependencies(chart, [...unnamed, ...named]);

  for (const dependency of wanted) dependency.enabled = true;
  const all = coalesceValues(chart, values, notices.say);
  byTags(wanted, all, notices);
  byConditions(wanted, all, prefix, notices);
  const off = new Set(wanted.filter((d) => !d.enabled).map((d) => d.name));
  const kept = chart.dependencies.filter(({ metadata }) => !off.has(metadata.name));
  for (const sub of kept) enabled(sub, all, `${prefix}${sub.metadata.name}.`, notices);
  chart.metadata.dependencies = wanted.filter((d) => !off.has(d.name));
  setDependencies(chart, kept);
}

function byTags(wanted: readonly Dependency[], values: Dict, notices: Notices): void {
  const tags = tableAt(values, "tags");
  if (!tags) return;
  for (const dependency of wanted) {
    const said = (dependency.tags ?? []).filter((tag) => Object.hasOwn(tags, tag));
    for (const tag of said) if (typeof tags[tag] !== "boolean") notices.warn("returned non-bool value", { tag, chart: dependency.name });
    const on = said.some((tag) => tags[tag] === true);
    dependency.enabled = on || !said.some((tag) => tags[tag] === false);
  }
}

function byConditions(wanted: readonly Dependency[], values: Dict, prefix: string, notices: Notices): void {
  for (const dependency of wanted) {
    // The first path that leads to a boolean counts.
    for (const path of (dependency.condition ?? "").trim().split(",")) {
      if (path === "") continue;
      const value = valueAt(values, prefix + path);
      if (value === undefined) continue;
      if (typeof value === "boolean") {
        dependency.enabled = value;
        break;
      }
      notices.warn("returned non-bool value", { path, chart: dependency.name });
    }
  }
}

/** What stands at `a.b.c`, where that is no map. */
function valueAt(values: Dict, dotted: string): unknown {
  const at = dotted.lastIndexOf(".");
  const table = at < 0 ? values : tableAt(values, dotted.slice(0, at));
  const value = table?.[dotted.slice(at + 1)];
  return typeof value === "object" && value !== null && !Array.isArray(value) && tableAt(values, dotted) ? undefined : (value ?? undefined);
}

function imported(chart: Chart, notices: Notices): void {
  for (const sub of chart.dependencies) imported(sub, notices);
  const wanted = chart.metadata.dependencies;
  if (!wanted) return;
  const values = mergeValues(chart, {}, notices.say);
  let taken: Dict = {};
  for (const dependency of wanted) {
    const known: unknown[] = [];
    for (const asked of dependency["import-values"] ?? []) {
      const isText = typeof asked === "string";
      const { child, parent } = isText ? { child: `exports.${asked}`, parent: "." } : (asked as { child: string; parent: string });
      known.push({ child, parent });
      const table = tableAt(values, `${dependency.name}.${child}`);
      if (table) taken = mergeTables(taken, wrapped(parent, table), notices.say);
      else {
        const error = `${JSON.stringify(child.split(".").at(-1))} is not a table`;
        if (isText) notices.warn("ImportValues missing table", { error });
        else notices.warn("ImportValues missing table from chart", { chart: dependency.name, error });
      }
    }
    if (known.length > 0) dependency["import-values"] = known;
  }
  chart.values = mergeTables(values, taken, notices.say);
}

/** A map at the end of a path. */
const wrapped = (path: string, map: Dict): Dict =>
  path === "." ? map : path.split(".").reduceRight<Dict>((inner, name) => ({ [name]: inner }), map);
