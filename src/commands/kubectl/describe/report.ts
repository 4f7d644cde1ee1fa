import { parseTime } from "#machinery/time.ts";
import type { ObjectMeta, Taint, Toleration } from "#machinery/types.ts";
import { tabbed } from "../../cli/tab-writer.ts";
import { longTime } from "../times.ts";

const longestAnnotation = 140;
const hiddenAnnotations = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);

/** What `kubectl describe` prints of one object: lines of a name, a tab and a value, indented by levels. */
export class Report {
  #blocks: string[] = [""];

  /** Text as it is, indented. */
  write(level: number, text: string): this {
    this.#blocks[this.#blocks.length - 1] += "  ".repeat(level) + text;
    return this;
  }

  line(level: number, text: string): this {
    return this.write(level, `${text}\n`);
  }

  /** `Name:    value`; what is undefined is left out. */
  field(level: number, name: string, value: string | number | boolean | undefined): this {
    return value === undefined ? this : this.line(level, `${name}:\t${value}`);
  }

  time(level: number, name: string, time: string | undefined): this {
    return time ? this.field(level, name, longTime(parseTime(time))) : this;
  }

  /** A name, and below each other its values. */
  values(title: string, values: readonly string[], indent = "", inner = "\t"): this {
    if (values.length === 0) return this.line(0, `${indent}${title}:${inner}<none>`);
    values.forEach((value, i) => {
      this.line(0, `${i === 0 ? `${indent}${title}:` : indent}${inner}${value}`);
    });
    return this;
  }

  labels(title: string, labels: Readonly<Record<string, string>> | undefined, indent = "", inner = "\t", skip: readonly string[] = []): this {
    const keys = Object.keys(labels ?? {})
      .filter((key) => !skip.includes(key))
      .sort();
    return this.values(
      title,
      keys.map((key) => `${key}=${labels?.[key] ?? ""}`),
      indent,
      inner,
    );
  }

  /** What nearly every description begins with. */
  head({ name, namespace, labels, annotations }: Readonly<Partial<ObjectMeta>>, namespaced = true): this {
    this.field(0, "Name", name ?? "");
    if (namespaced) this.field(0, "Namespace", namespace ?? "");
    return this.labels("Labels", labels).annotations("Annotations", annotations);
  }

  annotations(title: string, annotations: Readonly<Record<string, string>> | undefined, indent = ""): this {
    const keys = Object.keys(annotations ?? {})
      .filter((key) => !hiddenAnnotations.has(key))
      .sort();
    const shown = keys.flatMap((key) => {
      const value = (annotations?.[key] ?? "").replace(/\n$/, "");
      if (value.length + key.length + 2 <= longestAnnotation && !value.includes("\n")) return [`${indent}${key}: ${value}`];
      return [`${indent}${key}:`, ...value.split("\n").map((line) => `  ${shortened(line, longestAnnotation - 2)}`)];
    });
    return this.values(title, shown.length > 0 ? shown : [`${indent}<none>`], indent);
  }

  tolerations(title: string, tolerations: readonly Toleration[] = []): this {
    return this.values(title, [...tolerations].sort((a, b) => compare(a.key ?? "", b.key ?? "")).map(tolerationText));
  }

  taints(title: string, taints: readonly Taint[] = []): this {
    return this.values(title, [...taints].sort((a, b) => compare(`${a.effect},${a.key}`, `${b.effect},${b.key}`)).map(taintText));
  }

  /** From here on columns line up among themselves. */
  block(): this {
    this.#blocks.push("");
    return this;
  }

  /** With its tabs. */
  get raw(): string {
    return this.#blocks.join("");
  }

  get text(): string {
    return this.#blocks.map((block) => tabbed(block, { least: 0, padding: 2 })).join("");
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}...` : text);

function tolerationText({ key = "", value, effect, operator, tolerationSeconds }: Toleration): string {
  let text = key + (value ? `=${value}` : "") + (effect ? `:${effect}` : "");
  if (operator === "Exists" && !value) text += key || effect ? " op=Exists" : "op=Exists";
  return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`;
}

/** `key=value:NoSchedule` */
export function taintText({ key, value, effect }: Taint): string {
  if (!effect) return value ? `${key}=${value}:` : key;
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}

export const yesNo = (value: boolean | undefined): string => (value === undefined ? "<unset>" : value ? "True" : "False");

/** Labels or the like on one line: `a=1,b=2`. */
export const pairsText = (pairs: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(pairs ?? {})
    .sort()
    .map((key) => `${key}=${pairs?.[key] ?? ""}`)
    .join(",") || "<none>";

export const orNone = (text: string | undefined): string => text || "<none>";
