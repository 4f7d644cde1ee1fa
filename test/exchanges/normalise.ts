// What differs between two runs of one recording although the server behaves the same is given a name or masked, so that a recorded answer and
// a replayed one can be compared as they are.

/** What one suite remembers: the answers of its steps, and the names given to uids and resource versions in order of appearance. */
export class Context {
  readonly answers = new Map<string, unknown>();
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  /** Fills `${STEP:path}` in a request with a value out of an earlier answer. */
  fill<T>(value: T): T {
    if (typeof value === "string")
      return value.replace(/\$\{([^}:]+):([^}]+)\}/g, (_, step: string, path: string) => String(dig(this.answers.get(step), path) ?? "")) as T;
    if (Array.isArray(value)) return value.map((item) => this.fill(item)) as T;
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)])) as T;
  }

  text(text: string): string {
    return text
      .replace(/kube-api-access-[a-z0-9]{5}\b/g, "kube-api-access-*****")
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uid) => named(this.#uids, uid, "uid"))
      .replace(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) => (Date.parse(time) > Date.UTC(2026, 5, 1) ? "<time>" : time))
      .replace(/\b10\.(9[6-9]|10\d|11[01])\.\d+\.\d+\b/g, (address) => (address === "10.96.0.1" ? address : "<clusterIP>"));
  }

  normalise(value: unknown, key = "", inList = false): unknown {
    if (typeof value === "string") return this.#string(value, key, inList);
    if (typeof value === "number") return numberOf(value, key);
    if (Array.isArray(value)) return value.map((item) => this.normalise(item, key));
    return isMap(value) ? this.#map(value, inList) : value;
  }

  #string(text: string, key: string, inList: boolean): string {
    if (key === "resourceVersion" && /^[1-9]\d*$/.test(text)) return inList ? "<rv>" : named(this.#versions, text, "rv");
    if (key === "continue" && text) return "<continue>";
    if (key === "token" && text.split(".").length === 3) return "<token>";
    return this.text(key === "message" ? withoutDumps(text) : text);
  }

  #map(given: Record<string, unknown>, inList: boolean): Record<string, unknown> {
    const map = given["kind"] === "Table" && Array.isArray(given["columnDefinitions"]) ? withoutAges(given) : given;
    const isList = /(List|Table)$/.test(String(map["kind"] ?? "")) && ("items" in map || "rows" in map);
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(map).sort()) {
      let child = map[key];
      const { generateName } = map;
      if (key === "name" && typeof generateName === "string" && String(child).startsWith(generateName)) child = `${generateName}*****`;
      // Entries that were written within one second stand in no certain order.
      if (key === "managedFields" && Array.isArray(child)) child = child.toSorted((a, b) => writerOf(a).localeCompare(writerOf(b)));
      result[this.text(key)] = this.normalise(child, key, key === "metadata" ? isList : inList);
    }
    return result;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const dig = (from: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], from);

function named(names: Map<string, string>, key: string, word: string): string {
  let name = names.get(key);
  if (!name) {
    name = `<${word}-${names.size + 1}>`;
    names.set(key, name);
  }
  return name;
}

function numberOf(value: number, key: string): unknown {
  if (key === "nodePort" && value >= 30000 && value <= 32767 && value !== 31080) return "<nodePort>";
  if (key === "healthCheckNodePort" && value) return "<nodePort>";
  return key === "remainingItemCount" ? "<n>" : value;
}

const ageColumns = /^(Age|Last Seen|First Seen|Last Schedule|Duration)$/;

function withoutAges(table: Record<string, unknown>): Record<string, unknown> {
  const ages = (table["columnDefinitions"] as { name: string }[]).map(({ name }) => ageColumns.test(name));
  const rows = (table["rows"] as { cells: unknown[] }[] | undefined) ?? [];
  const masked = (cell: unknown, i: number) => (ages[i] && typeof cell === "string" && /^\d/.test(cell) ? "<age>" : cell);
  return { ...table, rows: rows.map((row) => ({ ...row, cells: row.cells.map(masked) })) };
}

const writerOf = (entry: Record<string, unknown>) => String([entry["manager"], entry["operation"], entry["subresource"], entry["apiVersion"]]);

/** Cuts what only the real server's language prints: dumps of structs and diffs inside messages. */
function withoutDumps(text: string): string {
  let line = text.split("\n")[0] ?? "";
  const mark = "nvalid value: ";
  for (let at = line.indexOf(mark); at >= 0; at = line.indexOf(mark, at)) {
    const start = at + mark.length;
    at = start;
    const open = line[start];
    if (line.startsWith('"{\\"', start)) {
      const stop = line.indexOf('}": ', start);
      line = `${line.slice(0, start)}{…}${stop < 0 ? "" : line.slice(stop + 2)}`;
    } else if (open === "{" || open === "[") line = line.slice(0, start) + (open === "{" ? "{…}" : "[…]") + line.slice(endOfDump(line, start));
  }
  return line;
}

function endOfDump(line: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let end = start; end < line.length; end++) {
    const char = line[end];
    if (quoted) {
      if (char === "\\") end++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return end + 1;
  }
  return line.length + 1;
}

/** The first paths where two normalised answers differ. */
export function differences(want: unknown, got: unknown, path = "", found: Difference[] = []): Difference[] {
  if (found.length >= 8 || Object.is(want, got)) return found;
  const isTree = (value: unknown) => typeof value === "object" && value !== null;
  if (isTree(want) && isTree(got) && Array.isArray(want) === Array.isArray(got)) {
    const [a, b] = [want as Record<string, unknown>, got as Record<string, unknown>];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) differences(a[key], b[key], `${path}/${key}`, found);
  } else found.push({ path, want, got });
  return found;
}

export interface Difference {
  path: string;
  want: unknown;
  got: unknown;
}

const names = /<(?:uid|rv)-\d+>/g;

/**
 * Uids and versions are named in order of appearance, and a part of a recording has other appearances than the whole: pairs the names of what was
 * replayed with those that were recorded, one to one, for a suite.
 */
export class Pairing {
  readonly #to = new Map<string, string>();
  readonly #from = new Map<string, string>();

  /** What was got in the recording's names; `keep` when it was equal. */
  aligned(want: unknown, got: unknown): { got: unknown; keep: () => void } {
    const wanted = JSON.stringify(want).match(names) ?? [];
    const given = JSON.stringify(got).match(names) ?? [];
    const fresh = new Map<string, string>();
    if (wanted.length === given.length) for (const [i, name] of given.entries()) this.#pair(fresh, name, wanted[i] ?? "");
    const inTheirNames = (name: string) => this.#to.get(name) ?? fresh.get(name) ?? name.replace(">", "?>");
    const keep = () => {
      for (const [mine, theirs] of fresh) {
        this.#to.set(mine, theirs);
        this.#from.set(theirs, mine);
      }
    };
    return { got: given.length > 0 ? JSON.parse(JSON.stringify(got).replace(names, inTheirNames)) : got, keep };
  }

  #pair(fresh: Map<string, string>, mine: string, theirs: string): void {
    const isTaken = this.#to.has(mine) || fresh.has(mine) || this.#from.has(theirs) || [...fresh.values()].includes(theirs);
    if (!isTaken) fresh.set(mine, theirs);
  }
}
