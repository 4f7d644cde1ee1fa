import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { bool, string, strings } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError, Problems } from "../errors.ts";
import { type Alias, apiVersion, kubercFile, type Option, type Preference, savePreference } from "./file.ts";

const sections = ["defaults", "aliases", "credentialplugin"];
const policies = ["AllowAll", "DenyAll", "Allowlist"];

export const set = defineCommand({
  name: "set",
  usage: "--section (defaults|aliases) --command COMMAND",
  summary: "Set values in the kuberc configuration",
  description: `Set values in the kuberc configuration file.

 Defaults are values of flags for a command; aliases are commands of one's own, with values of flags and with arguments before and behind those that are typed.`,
  examples: `# Let get print wide tables
kubectl kuberc set --section defaults --command get --option output=wide

# getn for get nodes
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes

# Change what is there already
kubectl kuberc set --section defaults --command get --option output=json --overwrite`,
  flags: {
    "allowlist-entry": strings({ commas: false, help: "An entry of the list of allowed plugins, as field=value." }),
    appendarg: strings({ commas: false, help: "An argument to put behind those of the command, for aliases." }),
    command: string({ help: "The command to configure." }),
    kuberc: string({ help: "The file with the preferences.", completes: "file" }),
    name: string({ help: "The name of the alias." }),
    option: strings({ commas: false, help: "A default of a flag, as flag=value." }),
    overwrite: bool({ help: "Let entries that are there already be changed." }),
    policy: string({ help: "Which credential plugins are allowed." }),
    prependarg: strings({ commas: false, help: "An argument to put before those of the command, for aliases." }),
    section: string({ required: true, help: "What to change: defaults, aliases or credentialplugin." }),
  },

  run({ flags, process, out }) {
    const file = kubercFile(process, flags.kuberc);
    if (!file) throw new CommandError("KUBERC is disabled via KUBERC=off environment variable");
    check(flags);
    const { fs } = process.machine;
    const before = read(fs.stat(file.path) ? fs.readText(file.path) : "");
    const options = flags.option.map(optionOf);
    savePreference(process, out, file, changed(before, flags, options));
  },
});

interface Wanted {
  readonly section: string;
  readonly name: string;
  readonly command: string;
  readonly policy: string;
  readonly overwrite: boolean;
  readonly prependarg: readonly string[];
  readonly appendarg: readonly string[];
  readonly "allowlist-entry": readonly string[];
}

function check({ section, name, command, policy, prependarg, appendarg, "allowlist-entry": entries }: Wanted): void {
  const refuse = (why: string) => {
    throw new CommandError(why);
  };
  if (!sections.includes(section)) refuse(`--section must be "defaults", "aliases", or "credentialplugin", got: ${section}`);
  if (section === "aliases" && !name) refuse("--name is required when --section=aliases");
  if (section === "defaults" && name) refuse("--name should not be specified when --section=defaults");
  if (section === "defaults" && prependarg.length + appendarg.length > 0) refuse("--prependarg and --appendarg are only valid for --section=aliases");
  if (section !== "credentialplugin") {
    if (!command) refuse("--command is required when --section=aliases or --section=defaults");
    return;
  }
  if (!policy) refuse("--policy is required when --section=credentialplugin");
  if (!policies.includes(policy)) refuse(` --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: ${policy}`);
  if (policy !== "Allowlist" && entries.length > 0)
    refuse("--allowlist-entry may only be used when --section=credentialplugin and --policy=Allowlist");
  if (policy === "Allowlist" && entries.length === 0) refuse("--allowlist-entry is required when --section=credentialplugin and --policy=Allowlist");
}

/** What a file holds, taken as it stands: what is wrong with it is told by the next command. */
export function read(text: string): Preference {
  if (text === "") return { apiVersion, kind: "Preference" };
  try {
    return (parseYaml(text).value ?? {}) as Preference;
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`error parsing kuberc file: ${error.message}`);
    throw error;
  }
}

function optionOf(text: string): Option {
  const equals = text.indexOf("=");
  if (equals < 0) throw new CommandError(`invalid option format ${JSON.stringify(text)}, expected flag=value`);
  return { name: text.slice(0, equals).replace(/^-+/, ""), default: text.slice(equals + 1) };
}

function changed(before: Preference, wanted: Wanted, options: readonly Option[]): Preference {
  const { section, name, command, policy, overwrite } = wanted;
  if (section === "credentialplugin")
    return {
      ...before,
      credentialPluginPolicy: policy,
      ...(policy === "Allowlist" ? { credentialPluginAllowlist: allowed(wanted["allowlist-entry"]) } : {}),
    };
  // What is not given stays as it was.
  const given = <T>(now: readonly T[], old: readonly T[] | undefined): T[] => (now.length > 0 ? [...now] : [...(old ?? [])]);
  if (section === "defaults") {
    const all = before.defaults ?? [];
    const old = all.find((one) => one.command === command);
    if (old && !overwrite) throw new CommandError(`defaults for command ${JSON.stringify(command)} already exist, use --overwrite to replace`);
    const one = { command, options: given(options, old?.options) };
    return { ...before, defaults: old ? all.map((other) => (other === old ? one : other)) : [...all, one] };
  }
  const all = before.aliases ?? [];
  const old = all.find((one) => one.name === name);
  if (old && !overwrite) throw new CommandError(`alias ${JSON.stringify(name)} already exists, use --overwrite to replace`);
  const lists = {
    prependArgs: given(wanted.prependarg, old?.prependArgs),
    appendArgs: given(wanted.appendarg, old?.appendArgs),
    options: given(options, old?.options),
  };
  const one: Alias = { name, command, ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) };
  return { ...before, aliases: old ? all.map((other) => (other === old ? one : other)) : [...all, one] };
}

/** The plugins that entries allow; all that is wrong with them is told at once. */
function allowed(entries: readonly string[]): { command: string }[] {
  const problems: string[] = [];
  const result: { command: string }[] = [];
  for (const pair of entries.flatMap((entry) => entry.split(","))) {
    const [field = "", ...rest] = pair.split("=");
    const value = rest.join("=");
    if (rest.length === 0) problems.push(`improperly formatted allowlist entry: ${JSON.stringify(pair)}`);
    else if (field === "name") problems.push(`allowlist entry field "name" is deprecated, use "command" instead`);
    else if (field !== "command") problems.push(`unrecognized allowlist entry field: ${JSON.stringify(field)}`);
    else if (value.trim() === "") problems.push(`empty value in allowlist entry for field ${JSON.stringify(field)}`);
    else result.push({ command: value });
  }
  const [only, ...more] = problems.map((problem) => new CommandError(problem));
  if (only) throw more.length > 0 ? new Problems([only, ...more]) : only;
  return result;
}
