import { shellQuoted } from "../interpreter/expansion/quote.ts";
import { optionLetters, type Shell } from "../interpreter/shell.ts";
import { defineBuiltin } from "./builtin.ts";
import { listed } from "./declare.ts";

const namesByLetter = new Map(Object.entries(optionLetters).flatMap(([name, letter]) => (letter ? [[letter, name] as const] : [])));

/** Sets or clears an option; whether there is such a one. */
export function setOption(shell: Shell, name: string, on: boolean): boolean {
  if (!(name in optionLetters)) return false;
  if (on) shell.options.add(name);
  else shell.options.delete(name);
  return true;
}

/** Takes `-euo pipefail` and the like; gives how many arguments it took, or the one that is wrong. */
export function takeOptions(shell: Shell, args: readonly string[]): { taken: number; ended: boolean; invalid?: string } {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") return { taken: i + 1, ended: true };
    if (arg === "-") {
      setOption(shell, "xtrace", false);
      setOption(shell, "verbose", false);
      return { taken: i + 1, ended: args.length > i + 1 };
    }
    if (!/^[-+]./.test(arg)) return { taken: i, ended: false };
    const on = arg.startsWith("-");
    for (const letter of arg.slice(1)) {
      if (letter === "o") {
        const name = args[++i];
        if (name === undefined) return { taken: i, ended: false, invalid: on ? "-o" : "+o" };
        if (!setOption(shell, name, on)) return { taken: i, ended: false, invalid: name };
        continue;
      }
      const name = namesByLetter.get(letter);
      if (!name) return { taken: i, ended: false, invalid: `${arg[0]}${letter}` };
      setOption(shell, name, on);
    }
  }
  return { taken: args.length, ended: false };
}

export const set = defineBuiltin({
  name: "set",
  usage: "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]",
  special: true,

  async run(call) {
    const { args, shell, out, fail, err } = call;
    if (args.length === 0) {
      await listed(call);
      for (const callee of shell.functions.values()) await out.line(callee.text);
      return 0;
    }
    const { taken, ended, invalid } = takeOptions(shell, args);
    if (invalid === "-o" || invalid === "+o") {
      for (const name of Object.keys(optionLetters).sort())
        await out.line(invalid === "-o" ? `${name.padEnd(15)}\t${shell.has(name) ? "on" : "off"}` : `set ${shell.has(name) ? "-" : "+"}o ${name}`);
      return 0;
    }
    if (invalid) {
      await fail(`${invalid}: invalid option${invalid.length > 2 ? " name" : ""}`);
      if (invalid.length <= 2) await err.line(`set: usage: ${set.usage}`);
      return 2;
    }
    if (ended || taken < args.length) shell.params = args.slice(taken);
    return 0;
  },
});

const shopts = [
  "autocd",
  "cdspell",
  "checkhash",
  "checkjobs",
  "checkwinsize",
  "cmdhist",
  "direxpand",
  "dirspell",
  "dotglob",
  "execfail",
  "expand_aliases",
  "extdebug",
  "extglob",
  "extquote",
  "failglob",
  "force_fignore",
  "globasciiranges",
  "globskipdots",
  "globstar",
  "gnu_errfmt",
  "histappend",
  "histreedit",
  "histverify",
  "hostcomplete",
  "huponexit",
  "inherit_errexit",
  "interactive_comments",
  "lastpipe",
  "lithist",
  "localvar_inherit",
  "localvar_unset",
  "login_shell",
  "mailwarn",
  "no_empty_cmd_completion",
  "nocaseglob",
  "nocasematch",
  "noexpand_translation",
  "nullglob",
  "patsub_replacement",
  "progcomp",
  "progcomp_alias",
  "promptvars",
  "restricted_shell",
  "shift_verbose",
  "sourcepath",
  "varredir_close",
  "xpg_echo",
];

export const shopt = defineBuiltin({
  name: "shopt",
  usage: "shopt [-pqsu] [-o] [optname ...]",

  async run({ args, shell, out, fail }) {
    const flags = args.filter((arg) => /^-[pqsuo]+$/.test(arg)).join("");
    const names = args.filter((arg) => !/^-[pqsuo]+$/.test(arg));
    let status = 0;
    const options = flags.includes("o") ? shell.options : shell.shopt;
    const known = flags.includes("o") ? Object.keys(optionLetters) : shopts;
    for (const name of names) {
      if (!known.includes(name)) {
        status = await fail(`${name}: invalid shell option name`);
        continue;
      }
      if (flags.includes("s")) options.add(name);
      else if (flags.includes("u")) options.delete(name);
      else {
        if (!options.has(name)) status = 1;
        if (!flags.includes("q"))
          await out.line(
            flags.includes("p") ? `shopt ${options.has(name) ? "-s" : "-u"} ${name}` : `${name.padEnd(15)}\t${options.has(name) ? "on" : "off"}`,
          );
      }
    }
    if (names.length === 0)
      for (const name of known) {
        if ((flags.includes("s") && !options.has(name)) || (flags.includes("u") && options.has(name))) continue;
        await out.line(
          flags.includes("p") ? `shopt ${options.has(name) ? "-s" : "-u"} ${name}` : `${name.padEnd(15)}\t${options.has(name) ? "on" : "off"}`,
        );
      }
    return status;
  },
});

export const shift = defineBuiltin({
  name: "shift",
  usage: "shift [n]",
  special: true,

  run({ args, shell, fail }) {
    const count = args[0] === undefined ? 1 : Number(args[0]);
    if (!Number.isInteger(count)) return fail(`${args[0]}: numeric argument required`);
    if (count < 0) return fail(`${args[0]}: shift count out of range`);
    if (count > shell.params.length) return 1;
    shell.params = shell.params.slice(count);
    return 0;
  },
});

export const alias = defineBuiltin({
  name: "alias",
  usage: "alias [-p] [name[=value] ... ]",

  async run({ args, shell, out, fail }) {
    let status = 0;
    const names = args.filter((arg) => arg !== "-p");
    const line = (name: string) => `${shell.dialect === "bash" ? "alias " : ""}${name}=${shellQuoted(shell.aliases.get(name) ?? "")}`;
    if (names.length === 0) for (const name of [...shell.aliases.keys()].sort()) await out.line(line(name));
    for (const arg of names) {
      const equals = arg.indexOf("=");
      if (equals > 0) shell.aliases.set(arg.slice(0, equals), arg.slice(equals + 1));
      else if (shell.aliases.has(arg)) await out.line(line(arg));
      else status = await fail(`${arg}: not found`);
    }
    return status;
  },
});

export const unalias = defineBuiltin({
  name: "unalias",
  usage: "unalias [-a] name [name ...]",

  async run({ args, shell, fail, err }) {
    if (args[0] === "-a") {
      shell.aliases.clear();
      return 0;
    }
    if (args.length === 0) {
      await err.line(`unalias: usage: ${unalias.usage}`);
      return 2;
    }
    let status = 0;
    for (const name of args) if (!shell.aliases.delete(name)) status = await fail(`${name}: not found`);
    return status;
  },
});
