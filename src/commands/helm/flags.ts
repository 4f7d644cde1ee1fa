import { goDuration } from "#machinery/duration.ts";
import {
  type Flag,
  FlagProblem,
  bool as plainBool,
  duration as plainDuration,
  int as plainInt,
  string as plainString,
  strings as plainStrings,
  quoted,
  readKeyValues,
} from "../cli/flags.ts";

/** A flag with what helm's help says of its value. */
export interface HelmFlag<T> extends Flag<T> {
  /** The kind of its value; nothing for a switch. */
  readonly label: string;
  /** The default, where it is worth a word. */
  readonly defaultText: string;
}

type Options<T> = Parameters<typeof plainString>[0] extends infer O ? Omit<O, "default"> & { default?: T } : never;

const described = <T>(flag: Flag<T>, label: string, defaultText: string): HelmFlag<T> => ({ ...flag, label, defaultText });

export const toggle = (options: Options<boolean>): HelmFlag<boolean> => described(plainBool(options), "", options.default ? "true" : "");

export const text = (options: Options<string>): HelmFlag<string> =>
  described(
    plainString(options),
    `string${options.bare === undefined ? "" : `[=${quoted(options.bare)}]`}`,
    options.default ? quoted(options.default) : "",
  );

export const count = (options: Options<number>): HelmFlag<number> =>
  described(plainInt(options), "int", options.default ? String(options.default) : "");

export const size = (options: Options<number>): HelmFlag<number> =>
  described(plainInt({ ...options, kind: "uint" }), "uint", options.default ? String(options.default) : "");

export const length = (options: Options<number>): HelmFlag<number> =>
  described(plainDuration(options), "duration", options.default ? goDuration(options.default) : "");

/** May come several times, each time with one value. */
export const each = (options: Options<readonly string[]>): HelmFlag<readonly string[]> =>
  described(plainStrings({ ...options, commas: false }), "stringArray", "");

/** May come several times, each time with several values. */
export const many = (options: Options<readonly string[]>): HelmFlag<readonly string[]> => described(plainStrings(options), "strings", "");

/** `key=value,key=value`. */
export function pairs(options: Options<Readonly<Record<string, string>>>): HelmFlag<Readonly<Record<string, string>>> {
  return {
    ...described(plainString({ help: options.help, ...(options.short && { short: options.short }) }) as never, "stringToString", "[]"),
    default: {},
    read(typed, before = {}) {
      return { ...before, ...Object.fromEntries(readKeyValues(typed)) };
    },
    shown: () => "[]",
  };
}

export type Format = "table" | "json" | "yaml";

/** `--output`. */
export function format(): HelmFlag<Format> {
  const flag = plainString({
    short: "o",
    default: "table",
    help: "prints the output in the specified format. Allowed values: table, json, yaml",
    completes: ["table", "json", "yaml"],
  });
  return {
    ...described(flag as Flag<Format>, "format", "table"),
    read(typed) {
      if (typed !== "table" && typed !== "json" && typed !== "yaml") throw new FlagProblem("invalid format type");
      return typed;
    },
  };
}

export type WaitStrategy = "watcher" | "hookOnly" | "legacy";

/** `--wait`. */
export function wait(): HelmFlag<WaitStrategy> {
  const help =
    "wait until resources are ready (up to --timeout): 'watcher' (what '--wait' alone means), 'hookOnly' (when it is left out) or 'legacy'.";
  const flag = plainString({ default: "hookOnly", bare: "watcher", help, completes: ["watcher", "hookOnly", "legacy"] });
  return {
    ...described(flag as Flag<WaitStrategy>, "WaitStrategy[=watcher]", "hookOnly"),
    read(typed) {
      if (typed === "watcher" || typed === "hookOnly" || typed === "legacy") return typed;
      if (typed === "true") return "watcher";
      if (typed === "false") return "hookOnly";
      throw new FlagProblem(`invalid wait input ${quoted(typed)}. Valid inputs are watcher, hookOnly, and legacy`);
    },
  };
}

/** A flag whose value has a kind of its own, taken as text. */
export const named = (label: string, options: Options<string> & { defaultText?: string }): HelmFlag<string> =>
  described(plainString(options), label, options.defaultText ?? "");
