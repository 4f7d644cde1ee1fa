/**
 * A tool's options as getopt takes them: `"n,number"` is a flag, `"c,bytes="` takes a value, `"color?"` may take one after `=`. The last of the names is the one to ask by.
 */
export type OptionSpec = readonly string[];

/** What is wrong with how a tool was called. */
export class UsageError extends Error {}

export class Options {
  readonly #given: (readonly [name: string, value: string])[] = [];
  readonly operands: string[] = [];

  add(name: string, value: string): void {
    this.#given.push([name, value]);
  }

  has(name: string): boolean {
    return this.#given.some(([given]) => given === name);
  }

  /** The value given last. */
  get(name: string): string | undefined {
    return this.#given.findLast(([given]) => given === name)?.[1];
  }

  all(name: string): string[] {
    return this.#given.filter(([given]) => given === name).map(([, value]) => value);
  }

  /** Which of several that exclude one another was given last. */
  last(...names: string[]): string | undefined {
    return this.#given.findLast(([given]) => names.includes(given))?.[0];
  }

  /** All, in order. */
  get given(): readonly (readonly [name: string, value: string])[] {
    return this.#given;
  }
}

interface Option {
  name: string;
  value: "none" | "needed" | "optional";
}

const tables = new WeakMap<OptionSpec, Map<string, Option>>();

function tableOf(spec: OptionSpec): Map<string, Option> {
  const known = tables.get(spec);
  if (known) return known;
  const table = new Map<string, Option>();
  for (const entry of spec) {
    const value = entry.endsWith("=") ? "needed" : entry.endsWith("?") ? "optional" : "none";
    const names = entry.replace(/[=?]$/, "").split(",");
    for (const name of names) table.set(name, { name: names.at(-1) ?? name, value });
  }
  tables.set(spec, table);
  return table;
}

/** Reads options as GNU tools do: anywhere among the operands unless `inOrder`, short ones bundled, long ones shortened. Throws a `UsageError`. */
export function parseOptions(args: readonly string[], spec: OptionSpec, inOrder = false, numeric?: string): Options {
  const table = tableOf(spec);
  const options = new Options();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      options.operands.push(...args.slice(i + 1));
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      if (inOrder) {
        options.operands.push(...args.slice(i));
        break;
      }
      options.operands.push(arg);
    } else if (arg.startsWith("--")) i += longOption(arg, args[i + 1]);
    else i += shortOptions(arg, args[i + 1]);
  }
  return options;

  function longOption(arg: string, next: string | undefined): number {
    const equals = arg.indexOf("=");
    const given = arg.slice(2, equals < 0 ? undefined : equals);
    const exact = given.length > 1 ? table.get(given) : undefined;
    const names = [...table.keys()].filter((name) => name.length > 1 && name.startsWith(given));
    const meant = exact ?? (new Set(names.map((name) => table.get(name)?.name)).size === 1 ? table.get(names[0] ?? "") : undefined);
    if (!meant && names.length > 1)
      throw new UsageError(`option '--${given}' is ambiguous; possibilities:${names.map((name) => ` '--${name}'`).join("")}`);
    if (!meant) throw new UsageError(`unrecognized option '${arg.slice(0, equals < 0 ? undefined : equals)}'`);
    if (equals >= 0) {
      if (meant.value === "none") throw new UsageError(`option '--${names[0] ?? given}' doesn't allow an argument`);
      options.add(meant.name, arg.slice(equals + 1));
      return 0;
    }
    if (meant.value !== "needed") {
      options.add(meant.name, "");
      return 0;
    }
    if (next === undefined) throw new UsageError(`option '--${names[0] ?? given}' requires an argument`);
    options.add(meant.name, next);
    return 1;
  }

  function shortOptions(arg: string, next: string | undefined): number {
    const digits = numeric === undefined ? undefined : /^-(\d+)/.exec(arg)?.[1];
    if (digits !== undefined) options.add(table.get(numeric ?? "")?.name ?? "", digits);
    for (let at = 1 + (digits?.length ?? 0); at < arg.length; at++) {
      const letter = arg[at] ?? "";
      const option = table.get(letter);
      if (!option) throw new UsageError(`invalid option -- '${letter}'`);
      if (option.value === "none") {
        options.add(option.name, "");
        continue;
      }
      const rest = arg.slice(at + 1);
      if (rest || option.value === "optional") {
        options.add(option.name, rest);
        return 0;
      }
      if (next === undefined) throw new UsageError(`option requires an argument -- '${letter}'`);
      options.add(option.name, next);
      return 1;
    }
    return 0;
  }
}
