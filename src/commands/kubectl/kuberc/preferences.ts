import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { Process } from "#shell/process.ts";
import { FlagProblem, quoted } from "../../cli/flags.ts";
import type { Output } from "../../cli/output.ts";
import { find, flagsOf } from "../../cli/parse.ts";
import type { KubectlCommand } from "../command.ts";
import { CommandError, Exit } from "../errors.ts";
import { decodedPreference } from "./decode.ts";
import { type Alias, kubercFile, type Option, type Preference } from "./file.ts";

/** A command line as the preferences want it: aliases spelt out, and flags with their defaults where nothing is said of them. */
export function withPreferences(process: Process, out: Output, root: KubectlCommand, args: readonly string[]): readonly string[] {
  if (args.length === 0 || process.env.get("KUBECTL_KUBERC") === "false") return args;
  try {
    const preference = preferenceFor(process, out, args);
    if (!preference) return args;
    check(preference);
    return applied(root, preference, args, (text) => out.error(`Warning: ${text}`));
  } catch (error) {
    if (error instanceof CommandError) throw new Exit(1, `error occurred while applying preferences ${error.message}`);
    throw error;
  }
}

function preferenceFor(process: Process, out: Output, args: readonly string[]): Preference | undefined {
  const file = kuberc(() => kubercFile(process, askedFile(args)));
  if (!file) return undefined;
  const { fs } = process.machine;
  if (fs.stat(file.path)?.kind !== "file") {
    if (file.isExplicit) throw new CommandError(`kuberc error kuberc: open ${file.shown}: no such file or directory`);
    return undefined;
  }
  try {
    const { preference, problem } = decodedPreference(documentsIn(fs.readText(file.path)), file.shown);
    // The real one ends this line with nothing.
    if (problem) out.printError(`kuberc: ignoring strict decoding error in ${file.shown}: strict decoding error: ${problem}`);
    return preference;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (file.isExplicit) throw new CommandError(`kuberc error kuberc: ${error.message}`);
    out.printError(`kuberc: no preferences loaded from ${file.shown}: ${error.message}`);
    return undefined;
  }
}

function kuberc<T>(what: () => T): T {
  try {
    return what();
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`kuberc error ${error.message}`);
    throw error;
  }
}

/** The documents of a file; one that cannot be read is none that fits. */
const documentsIn = (text: string): unknown[] =>
  text
    .split(/^---(?=\s|$).*\n?/m)
    .filter((piece) => piece.trim() !== "")
    .map((piece) => {
      try {
        return parseYaml(piece).value;
      } catch (error) {
        if (error instanceof YamlError) return undefined;
        throw error;
      }
    });

/** What `--kuberc` says, wherever it stands. */
function askedFile(args: readonly string[]): string {
  for (const [i, arg] of args.entries()) {
    if (arg === "--") break;
    const value = arg === "--kuberc" ? args[i + 1] : /--kuberc=([^=]*)/.exec(arg)?.[1];
    if (arg !== "--kuberc" && value === undefined) continue;
    if (!value) throw new CommandError("kuberc file is not found");
    return value;
  }
  return "";
}

function check({ aliases, defaults, credentialPluginPolicy: policy = "", credentialPluginAllowlist: allowed }: Preference): void {
  const checkOptions = (options: readonly Option[] = []) => {
    for (const { name } of options) if (name.startsWith("-")) throw new CommandError(`flag name ${name} should be in long form without dashes`);
  };
  const names = new Set<string>();
  for (const { name, options } of aliases ?? []) {
    if (!/^[a-zA-Z]+$/.test(name)) throw new CommandError("invalid alias name, can only include alphabetical characters");
    checkOptions(options);
    if (names.has(name)) throw new CommandError(`duplicate alias name ${name}`);
    names.add(name);
  }
  for (const { options } of defaults ?? []) checkOptions(options);
  if (!["", "AllowAll", "DenyAll", "Allowlist"].includes(policy)) throw new CommandError(`unknown plugin policy: ${JSON.stringify(policy)}`);
  if (policy !== "Allowlist" && allowed)
    throw new CommandError(`misconfigured credential plugin allowlist: plugin policy is ${JSON.stringify(policy)} but allowlist is non-nil`);
  if (policy === "Allowlist" && !allowed?.length)
    throw new CommandError(`credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead`);
}

/** The commands that words lead to; undefined where the first is none. */
function commandLine(root: KubectlCommand, words: readonly string[]): readonly KubectlCommand[] | undefined {
  const { line, rest } = find(root, words);
  return line.length === 1 && rest.some((word) => !word.startsWith("-")) ? undefined : line;
}

function applied(root: KubectlCommand, { aliases, defaults }: Preference, args: readonly string[], warn: (text: string) => void): readonly string[] {
  const line = commandLine(root, args);
  if (!line) return unaliased(root, aliases ?? [], defaults ?? [], args, warn);
  const options = defaultOptions(root, line.at(-1)?.name ?? "", line, defaults ?? [], args, warn);
  return [...options, ...args];
}

/** A line whose first word is an alias as it stands without. */
function unaliased(
  root: KubectlCommand,
  aliases: readonly Alias[],
  defaults: NonNullable<Preference["defaults"]>,
  args: readonly string[],
  warn: (text: string) => void,
): readonly string[] {
  const at = args.findIndex((arg) => !arg.startsWith("-") && !arg.startsWith("__complete"));
  const alias = aliases.find(({ name }) => name === args[at]);
  if (!alias) return args;
  const words = alias.command.split(/\s+/).filter((word) => word !== "");
  const line = commandLine(root, words);
  if (!line)
    throw new CommandError(`command ${JSON.stringify(alias.command)} not found to set alias ${JSON.stringify(alias.name)}: [${words.join(" ")}]`);
  const flags = flagsOf(line);
  const options = (alias.options ?? []).flatMap((option) => {
    const flag = flags[option.name];
    if (!flag) throw new CommandError(`invalid alias flag ${option.name} in alias kubectl`);
    return isGiven(option.name, flag.short, args)
      ? []
      : [settable(line, option, `could not apply value ${option.default} to flag ${option.name} in alias kubectl err: `)];
  });
  // An alias may have defaults of the command that is called as it is, which there is none of: they are refused.
  const own = defaultOptions(root, alias.name, line, defaults, args, warn);
  return [...args.slice(0, at), ...words, ...own, ...options, ...(alias.prependArgs ?? []), ...args.slice(at + 1), ...(alias.appendArgs ?? [])];
}

/** The flags that defaults set for a command of that name. */
function defaultOptions(
  root: KubectlCommand,
  name: string,
  line: readonly KubectlCommand[],
  defaults: NonNullable<Preference["defaults"]>,
  args: readonly string[],
  warn: (text: string) => void,
): string[] {
  const isAlias = line.at(-1)?.name !== name;
  return defaults.flatMap(({ command, options = [] }) => {
    const words = command.split(/\s+/).filter((word) => word !== "");
    if (isAlias && words.join(" ") === name) throw new CommandError(`alias ${name} can not be overridden`);
    const meant = commandLine(root, words);
    if (!meant) {
      warn(`command ${JSON.stringify(command)} not found to set kuberc override`);
      return [];
    }
    if (isAlias || meant.at(-1)?.name !== name) return [];
    return options.flatMap((option) => {
      const flag = flagsOf(line)[option.name];
      if (!flag) throw new CommandError(`invalid flag ${option.name} for command ${command}`);
      return isGiven(option.name, flag.short, args)
        ? []
        : [settable(line, option, `could not apply override value ${option.default} to flag ${option.name} in command ${command} err: `)];
    });
  });
}

/** The flag as it is typed, if it can hold that value. */
function settable(line: readonly KubectlCommand[], { name, default: value }: Option, failing: string): string {
  const flag = flagsOf(line)[name];
  try {
    flag?.read(value, undefined);
    return `--${name}=${value}`;
  } catch (problem) {
    if (!(problem instanceof FlagProblem)) throw problem;
    const shown = flag?.short ? `-${flag.short}, --${name}` : `--${name}`;
    throw new CommandError(`${failing}invalid argument ${quoted(value)} for "${shown}" flag: ${problem.message}`);
  }
}

/** Whether the line says something of a flag, be it by a letter among others. */
const isGiven = (name: string, short: string | undefined, args: readonly string[]): boolean =>
  args.some(
    (arg) =>
      arg === `--${name}` ||
      arg.startsWith(`--${name}=`) ||
      (short !== undefined && (arg.startsWith(`-${short}`) || (/^-[a-zA-Z]+$/.test(arg) && arg.slice(1).includes(short)))),
  );
