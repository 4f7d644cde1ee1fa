import { stringify } from "yaml";
import { yamlText } from "#machinery/go-yaml.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { CommandError } from "../../errors.ts";
import { sortedJson } from "../../print/json.ts";

/** `spec.containers.[name=web].image`, with `\.` for a dot that separates nothing. */
export const pathOf = (path: string): string[] =>
  (path.match(/(?:\\.|\[[^\]]*\]|[^.\\[])+/g) ?? []).map((step) => (step.startsWith("[") ? step : step.replace(/\\(.)/g, "$1")));

const chosen = (step: string) => /^\[(.+?)=(.*)\]$/s.exec(step);
const bare = (step: string): string => step.replace(/^\[(.*)\]$/s, "$1");

/** What stands at a path. */
export function valueAt(node: unknown, steps: readonly string[]): unknown {
  let value = node;
  for (const step of steps) {
    if (step === "*") throw new CommandError("error looking up replacement source: wildcard is not supported in PathGetter");
    value = below(value, step);
  }
  return value;
}

function below(node: unknown, step: string): unknown {
  if (typeof node !== "object" || node === null) return undefined;
  const [, key, wanted] = chosen(step) ?? [];
  if (Array.isArray(node)) return key === undefined ? (node[Number(step)] as unknown) : node.find((item) => String(below(item, key)) === wanted);
  return (node as Readonly<Record<string, unknown>>)[bare(step)];
}

interface Making {
  create: boolean;
  /** What is made at the end of a path that was not there. */
  empty: unknown;
}

/** The node with what stands at a path changed, wherever the path leads. */
export function put(node: unknown, steps: readonly string[], making: Making, change: (before: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return change(node);
  const [, key, wanted] = chosen(step) ?? [];
  const isIndex = Array.isArray(node) && /^\d+$/.test(step);
  if (step === "*" || key !== undefined || step === "-" || isIndex) return putInList(node, { step, key, wanted }, rest, making, change);
  if (node !== undefined && node !== null && (typeof node !== "object" || Array.isArray(node))) {
    const kind = Array.isArray(node) ? "SequenceNode" : "ScalarNode";
    throw new CommandError(`wrong node kind: expected MappingNode but got ${kind}: node contents:\n${yamlText(node).trimEnd()}`);
  }
  const map = (node ?? {}) as Readonly<Record<string, unknown>>;
  const name = bare(step);
  if (map[name] === undefined && !making.create) return node;
  const value = map[name] ?? (rest.length === 0 ? making.empty : undefined);
  const result = put(value, rest, making, change);
  return result === map[name] ? node : { ...map, [name]: result };
}

function putInList(
  node: unknown,
  { step, key, wanted }: { step: string; key: string | undefined; wanted: string | undefined },
  rest: readonly string[],
  making: Making,
  change: (before: unknown) => unknown,
): unknown {
  // A star goes through maps too.
  if (step === "*" && typeof node === "object" && node !== null && !Array.isArray(node))
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, put(value, rest, making, change)]));
  if (!Array.isArray(node) && !(making.create && node === undefined)) {
    if (node === undefined || node === null) return node;
    const kind = typeof node === "object" ? "MappingNode" : "ScalarNode";
    throw new CommandError(`wrong node kind: expected SequenceNode but got ${kind}: node contents:\n${yamlText(node).trimEnd()}`);
  }
  const list: readonly unknown[] = Array.isArray(node) ? node : [];
  const fits = (item: unknown, i: number) => step === "*" || (key === undefined ? String(i) === step : String(below(item, key)) === wanted);
  if (list.some(fits)) return list.map((item, i) => (fits(item, i) ? put(item, rest, making, change) : item));
  if (!making.create || step === "*") return node;
  return [...list, put(key === undefined ? undefined : { [key]: wanted }, rest, making, change)];
}

/** The object with a value put into a text that is itself a document; undefined where the path leads into no text. */
export function inDocument(object: unknown, steps: readonly string[], value: unknown, create: boolean): unknown {
  for (let i = 1; i < steps.length; i++) {
    if (steps.slice(0, i).includes("*")) return undefined;
    const text = valueAt(object, steps.slice(0, i));
    if (typeof text !== "string") continue;
    const changed = withinText(text, steps.slice(i), value, create);
    return changed === undefined ? undefined : put(object, steps.slice(0, i), { create: false, empty: undefined }, () => changed);
  }
  return undefined;
}

function withinText(text: string, steps: readonly string[], value: unknown, create: boolean): string | undefined {
  try {
    const document = parseYaml(text, "1.2").value;
    if (typeof document !== "object" || document === null) return undefined;
    let found = false;
    const result = put(document, steps, { create, empty: undefined }, (before) => {
      const after = retained(before, value);
      found = after !== undefined;
      return after;
    });
    if (!found) return text;
    if (!/^\s*[[{]/.test(text)) return stringify(result, { lineWidth: 0, indentSeq: false }).trim();
    return text.includes("\n") && text.includes("  ") ? JSON.stringify(JSON.parse(sortedJson(result)), undefined, 2) : sortedJson(result);
  } catch (error) {
    if (error instanceof YamlError || error instanceof CommandError) return undefined;
    throw error;
  }
}

/** A scalar stays of its type; what cannot be of it changes nothing. */
function retained(before: unknown, value: unknown): unknown {
  if (typeof value === "object" || typeof before === "object" || before === undefined) return value;
  if (typeof before === "string") return String(value);
  const read = parseYaml(String(value), "1.2").value;
  return typeof read === typeof before ? read : undefined;
}
