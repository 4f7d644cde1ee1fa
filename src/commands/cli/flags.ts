import { goDuration, parseGoDuration } from "#machinery/duration.ts";

/** One flag of a command: how it is written, what it means, and what its text becomes. */
export interface Flag<T = unknown> {
  /** As help names it in a usage line. */
  readonly type: "bool" | "int" | "string" | "strings" | "duration" | "float";
  readonly default: T;
  readonly help: string;
  readonly short?: string | undefined;
  readonly required?: boolean | undefined;
  readonly hidden?: boolean | undefined;
  readonly deprecated?: string | undefined;
  /** What the flag alone, without `=value`, stands for. */
  readonly bare?: string | undefined;
  /** What may be typed behind it: resource names, files, fixed words. */
  readonly completes?: Completes | undefined;
  /** Text to value; `before` is what an earlier occurrence gave. Throws a `FlagProblem`. */
  read(text: string, before: T | undefined): T;
  /** The default as help shows it. */
  shown(): string;
}

export type Completes = "namespace" | "context" | "cluster" | "user" | "file" | "resource" | "container" | readonly string[];

export type Flags = Readonly<Record<string, Flag>>;

/** What the flags of a declaration give when they were read. */
export type Values<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/** What is wrong with a flag's value, without saying which flag. */
export class FlagProblem extends Error {}

interface Common {
  help: string;
  short?: string;
  required?: boolean;
  hidden?: boolean;
  deprecated?: string;
  bare?: string;
  completes?: Completes;
}

const rest = ({ help, short, required, hidden, deprecated, bare, completes }: Common) => ({
  help,
  short,
  required,
  hidden,
  deprecated,
  bare,
  completes,
});

/** `--name a=b,c=d`: given again, it adds to what came before. */
export function pairs(options: Common): Flag<ReadonlyMap<string, string>> {
  return {
    type: "string",
    default: new Map(),
    ...rest(options),
    read(text, before) {
      const values = new Map(before);
      for (const pair of text.split(",")) {
        const equals = pair.indexOf("=");
        if (equals < 0) throw new FlagProblem("malformed pair, expect string=string");
        values.set(pair.slice(0, equals), pair.slice(equals + 1));
      }
      return values;
    },
    shown: () => "",
  };
}

/** `--name key=value,key=value`, where a pair in double quotes may hold commas: given again, it adds to what came before. */
export function keyValues(options: Common): Flag<ReadonlyMap<string, string>> {
  return { type: "strings", default: new Map(), ...rest(options), read: readKeyValues, shown: () => "[]" };
}

export function readKeyValues(text: string, before?: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const values = new Map(before);
  for (const pair of csv(text)) {
    const equals = pair.indexOf("=");
    if (equals < 0) throw new FlagProblem(`${pair} must be formatted as key=value`);
    values.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return values;
}

const truths: Readonly<Record<string, boolean>> = {
  "1": true,
  t: true,
  T: true,
  TRUE: true,
  true: true,
  True: true,
  "0": false,
  f: false,
  F: false,
  FALSE: false,
  false: false,
  False: false,
};

/** `--watch`, `--watch=false`. */
export function bool(options: Common & { default?: boolean }): Flag<boolean> {
  const start = options.default ?? false;
  return {
    ...rest({ bare: "true", ...options }),
    type: "bool",
    default: start,
    read(text) {
      const value = truths[text];
      if (value === undefined) throw new FlagProblem(`strconv.ParseBool: parsing ${quoted(text)}: invalid syntax`);
      return value;
    },
    shown: () => String(start),
  };
}

/** A whole number; `bits` is the size that the real one keeps it in. */
export function int(options: Common & { default?: number; bits?: 32 | 64; kind?: "int" | "uint" }): Flag<number> {
  const start = options.default ?? 0;
  const parser = options.kind === "uint" ? "ParseUint" : "ParseInt";
  const limit = 2 ** ((options.bits ?? 64) - 1);
  return {
    ...rest(options),
    type: "int",
    default: start,
    read(text) {
      if (!/^[+-]?(0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]*|0[bB][01_]+|[1-9][0-9_]*)$/.test(text) || (options.kind === "uint" && text.startsWith("-")))
        throw new FlagProblem(`strconv.${parser}: parsing ${quoted(text)}: invalid syntax`);
      const digits = text.replace(/^[+-]/, "").replaceAll("_", "");
      const size = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
      const value = text.startsWith("-") ? -size : size;
      if (value >= limit || value < -limit) throw new FlagProblem(`strconv.${parser}: parsing ${quoted(text)}: value out of range`);
      return value;
    },
    shown: () => String(start),
  };
}

export function float(options: Common & { default?: number }): Flag<number> {
  const start = options.default ?? 0;
  return {
    ...rest(options),
    type: "float",
    default: start,
    read(text) {
      const value = Number(text);
      if (text.trim() === "" || Number.isNaN(value)) throw new FlagProblem(`strconv.ParseFloat: parsing ${quoted(text)}: invalid syntax`);
      return value;
    },
    shown: () => String(start),
  };
}

export function string(options: Common & { default?: string }): Flag<string> {
  const start = options.default ?? "";
  return { ...rest(options), type: "string", default: start, read: (text) => text, shown: () => `'${start}'` };
}

/** Several values: the flag may come more than once; with `commas` each may hold several, as CSV. */
export function strings(options: Common & { default?: readonly string[]; commas?: boolean }): Flag<readonly string[]> {
  const start = options.default ?? [];
  return {
    ...rest(options),
    type: "strings",
    default: start,
    read: (text, before = []) => [...before, ...(options.commas === false ? [text] : csv(text))],
    shown: () => `[${start.join(",")}]`,
  };
}

/** A duration in Go's notation, as milliseconds. */
export function duration(options: Common & { default?: number }): Flag<number> {
  const start = options.default ?? 0;
  return {
    ...rest(options),
    type: "duration",
    default: start,
    read(text) {
      const value = parseGoDuration(text);
      if (typeof value !== "number") throw new FlagProblem(value.problem);
      return value;
    },
    shown: () => goDuration(start),
  };
}

/** Text in Go's double quotes. */
export const quoted = (text: string): string =>
  `"${text.replace(/[\\"\x00-\x1f\x7f]/g, (c) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r" })[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;

/** One line of comma-separated values, where a value in double quotes may hold commas. */
export function csv(text: string): string[] {
  if (text === "") return [];
  if (!text.includes('"')) return text.split(",");
  const values: string[] = [];
  let [at, value] = [0, ""];
  while (at <= text.length) {
    if (at === text.length || text[at] === ",") {
      values.push(value);
      value = "";
      at++;
    } else if (text[at] === '"' && value === "") {
      const end = text.slice(at + 1).search(/"(?!")/);
      const close = end < 0 ? text.length : at + 1 + end;
      value = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    } else {
      value += text[at];
      at++;
    }
  }
  return values;
}
