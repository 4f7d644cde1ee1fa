import { type Command, type Invocation, named } from "./command.ts";
import { type Flag, FlagProblem, type Flags, quoted } from "./flags.ts";

/** A command line that cannot be read. `path` is the command that was reached. */
export class UsageProblem extends Error {
  readonly path: string;
  readonly kind: "flag" | "command" | "required";
  /** The word that is no command, where that is the problem. */
  readonly word: string;
  constructor(kind: "flag" | "command" | "required", path: string, message: string, word = "") {
    super(message);
    this.kind = kind;
    this.path = path;
    this.word = word;
  }
}

/** The command that was found, and what was typed for it. */
export interface Parsed<C> {
  command: Command<C>;
  /** From the root to the command. */
  line: readonly Command<C>[];
  invocation: Invocation<Flags>;
  help: boolean;
  /** Notes about deprecated flags, for standard error. */
  notes: readonly string[];
}

/** Reads a command line as the library does that kubectl, minikube and helm share: flags may stand anywhere, `--` ends them. */
export function parse<C>(root: Command<C>, args: readonly string[]): Parsed<C> {
  const { line, rest } = find(root, args);
  const command = line.at(-1) ?? root;
  const path = line.map((c) => c.name).join(" ");
  const flags = flagsOf(line);

  // The root takes no arguments of its own, so that a first word that names no command is a mistyped one.
  if (line.length === 1 && command.commands?.length) {
    const [word] = withoutFlags(rest, flags);
    if (word !== undefined) throw new UsageProblem("command", path, `unknown command ${quoted(word)} for ${quoted(path)}`, word);
  }
  if (command.passFlags) return { command, line, help: false, notes: [], invocation: invoked(command, path, flags, new Map(), rest, undefined) };

  const { values, words, beforeDashes, help, notes } = read(flags, rest, path);
  if (!help) {
    const missing = Object.keys(flags)
      .filter((name) => flags[name]?.required && !values.has(name))
      .sort();
    if (missing.length > 0 && command.run) throw new UsageProblem("required", path, `required flag(s) ${missing.map(quoted).join(", ")} not set`);
  }
  return { command, line, help, notes, invocation: invoked(command, path, flags, values, words, beforeDashes) };
}

/** All flags that may stand behind a command: its own and those that the commands above it share. */
export const flagsOf = <C>(line: readonly Command<C>[]): Flags =>
  Object.assign({}, ...line.map((c) => c.sharedFlags ?? {}), line.at(-1)?.flags ?? {});

function invoked<C>(
  command: Command<C>,
  path: string,
  flags: Flags,
  values: ReadonlyMap<string, unknown>,
  args: readonly string[],
  beforeDashes: number | undefined,
): Invocation<Flags> {
  const all = Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, values.has(name) ? values.get(name) : flag.default]));
  return { args, flags: all, changed: (name) => values.has(name), beforeDashes, path, command: command as unknown as Command<never> };
}

/** The commands that a line leads to, from the root on, and what is left of it. */
export function find<C>(root: Command<C>, args: readonly string[]): { line: Command<C>[]; rest: readonly string[] } {
  const line = [root];
  let rest = args;
  for (;;) {
    const command = line.at(-1) ?? root;
    const [word] = withoutFlags(rest, flagsOf(line));
    const next = word === undefined ? undefined : named(command.commands ?? [], word);
    if (!next || word === undefined || command.passFlags) return { line, rest };
    rest = withoutFirst(rest, word, flagsOf(line));
    line.push(next);
  }
}

/** Whether the argument is a flag that takes the next argument as its value. */
function takesNext(arg: string, flags: Flags): boolean {
  if (arg.includes("=")) return false;
  if (arg.startsWith("--")) return arg.length > 2 && byName(flags, arg.slice(2))?.bare === undefined && arg !== "--help";
  return arg.length === 2 && byShort(flags, arg.slice(1))?.bare === undefined && arg !== "-h";
}

function withoutFlags(args: readonly string[], flags: Flags): string[] {
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") break;
    if (arg.startsWith("-") && arg !== "-") {
      if (takesNext(arg, flags)) i++;
    } else if (arg !== "") words.push(arg);
  }
  return words;
}

function withoutFirst(args: readonly string[], word: string, flags: Flags): string[] {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") break;
    if (arg.startsWith("-") && arg !== "-") {
      if (takesNext(arg, flags)) i++;
    } else if (arg === word) return args.toSpliced(i, 1);
  }
  return [...args];
}

const byName = (flags: Flags, name: string): Flag | undefined => flags[name.replaceAll("_", "-")] ?? flags[name];

function byShort(flags: Flags, letter: string): Flag | undefined {
  const name = Object.keys(flags).find((n) => flags[n]?.short === letter);
  return name === undefined ? undefined : flags[name];
}

function read(flags: Flags, args: readonly string[], path: string) {
  const values = new Map<string, unknown>();
  const words: string[] = [];
  const notes: string[] = [];
  let beforeDashes: number | undefined;
  let help = false;

  const fail = (message: string) => new UsageProblem("flag", path, message);
  const set = (name: string, flag: Flag, text: string) => {
    try {
      values.set(name, flag.read(text, values.get(name)));
    } catch (problem) {
      if (!(problem instanceof FlagProblem)) throw problem;
      const shown = flag.short ? `-${flag.short}, --${name}` : `--${name}`;
      throw fail(`invalid argument ${quoted(text)} for "${shown}" flag: ${problem.message}`);
    }
    if (flag.deprecated !== undefined) notes.push(`Flag --${name} has been deprecated, ${flag.deprecated}`);
  };

  for (let i = 0; i < args.length && !help; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      beforeDashes = words.length;
      words.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      words.push(arg);
      continue;
    }
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const typed = arg.slice(2, equals < 0 ? undefined : equals);
      if (typed === "" || typed.startsWith("-")) throw fail(`bad flag syntax: ${arg}`);
      const name = flags[typed] ? typed : typed.replaceAll("_", "-");
      const flag = flags[name];
      if (!flag) {
        if (name !== "help") throw fail(`unknown flag: --${typed}`);
        help = equals < 0 || truthy(arg.slice(equals + 1));
      } else if (equals >= 0) set(name, flag, arg.slice(equals + 1));
      else if (flag.bare !== undefined) set(name, flag, flag.bare);
      else if (i + 1 < args.length) set(name, flag, args[++i] ?? "");
      else throw fail(`flag needs an argument: --${name}`);
      continue;
    }
    for (let letters = arg.slice(1); letters !== ""; ) {
      const letter = letters[0] ?? "";
      const name = Object.keys(flags).find((n) => flags[n]?.short === letter);
      const flag = name === undefined ? undefined : flags[name];
      if (name === undefined || !flag) {
        if (letter !== "h") throw fail(`unknown shorthand flag: '${letter}' in -${letters}`);
        help = true;
        break;
      }
      if (letters.length > 2 && letters[1] === "=") {
        set(name, flag, letters.slice(2));
        break;
      }
      if (flag.bare !== undefined) {
        set(name, flag, flag.bare);
        letters = letters.slice(1);
      } else if (letters.length > 1) {
        set(name, flag, letters.slice(1));
        break;
      } else if (i + 1 < args.length) {
        set(name, flag, args[++i] ?? "");
        break;
      } else throw fail(`flag needs an argument: '${letter}' in -${letters}`);
    }
  }
  return { values, words, beforeDashes, help, notes };
}

const truthy = (text: string): boolean => ["1", "t", "T", "true", "TRUE", "True"].includes(text);
