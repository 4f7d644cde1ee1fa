import type { Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { quoted } from "../../field-error.ts";
import { CelProblem } from "../problem.ts";
import { textOfValue } from "../values.ts";

/** What the extended strings and the regular expressions of Kubernetes add to those that CEL has. */
export function registerStrings(env: Environment): void {
  env
    .registerFunction("string.charAt(int): string", charAt)
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) => text.replaceAll(from, to))
    .registerFunction("string.replace(string, string, int): string", replaceSome)
    .registerFunction("string.reverse(): string", (text: string) => [...text].reverse().join(""))
    .registerFunction("string.format(list): string", format)
    .registerFunction("string.find(string): string", (text: string, pattern: string) => findAll(text, pattern, 1)[0] ?? "")
    .registerFunction("string.findAll(string): list<string>", (text: string, pattern: string) => findAll(text, pattern, Number.POSITIVE_INFINITY))
    .registerFunction("string.findAll(string, int): list<string>", (text: string, pattern: string, most: bigint) =>
      findAll(text, pattern, most < 0n ? Number.POSITIVE_INFINITY : Number(most)),
    )
    // What `matches` is turned into: patterns are Go's.
    .registerFunction("string.matchesPattern(string): bool", (text: string, pattern: string) => compiled(pattern).matcher(text).find())
    .registerFunction("matchesPattern(string, string): bool", (text: string, pattern: string) => compiled(pattern).matcher(text).find());
  class Strings {}
  env.registerType("strings.Namespace", Strings);
  env.registerConstant("strings", "strings.Namespace", new Strings());
  env.registerFunction("strings.Namespace.quote(string): string", (_: Strings, text: string) => quoted(text));
}

function charAt(text: string, at: bigint): string {
  const characters = [...text];
  if (at < 0n || at > BigInt(characters.length)) throw new CelProblem(`index out of range: ${at}`);
  return characters[Number(at)] ?? "";
}

function replaceSome(text: string, from: string, to: string, most: bigint): string {
  if (most < 0n) return text.replaceAll(from, to);
  const parts = text.split(from);
  const kept = Math.min(Number(most), parts.length - 1);
  return (
    [...parts.slice(0, kept + 1)].join(to) +
    parts
      .slice(kept + 1)
      .map((part) => from + part)
      .join("")
  );
}

const patterns = new Map<string, RE2JS>();

function compiled(pattern: string): RE2JS {
  let found = patterns.get(pattern);
  if (!found) {
    try {
      found = RE2JS.compile(pattern);
    } catch (error) {
      throw new CelProblem(`error parsing regexp: ${(error as Error).message}`);
    }
    if (patterns.size > 500) patterns.clear();
    patterns.set(pattern, found);
  }
  return found;
}

function findAll(text: string, pattern: string, most: number): string[] {
  const matcher = compiled(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < most && matcher.find()) found.push(matcher.group() ?? "");
  return found;
}

/** `"%s is %d".format([…])`. */
function format(pattern: string, args: readonly unknown[]): string {
  let next = 0;
  const text = pattern.replace(/%(?:%|(?:\.(\d+))?([sdfebxXo]))/g, (clause: string, digits: string | undefined, verb: string | undefined) => {
    if (clause === "%%") return "%";
    if (next >= args.length) throw new CelProblem(`index ${next} out of range`);
    return shown(args[next++], verb ?? "s", digits === undefined ? 6 : Number(digits));
  });
  return text;
}

function shown(value: unknown, verb: string, digits: number): string {
  switch (verb) {
    case "s":
      return textOfValue(value);
    case "d":
      return String(value);
    case "f":
      return Number(value).toFixed(digits);
    case "e":
      return Number(value)
        .toExponential(digits)
        .replace(/e([+-])(\d)$/, "e$10$2");
    case "b":
      return typeof value === "boolean" ? (value ? "1" : "0") : BigInt(value as bigint).toString(2);
    case "o":
      return BigInt(value as bigint).toString(8);
    default: {
      const hex =
        typeof value === "string"
          ? [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
          : BigInt(value as bigint).toString(16);
      return verb === "X" ? hex.toUpperCase() : hex;
    }
  }
}
