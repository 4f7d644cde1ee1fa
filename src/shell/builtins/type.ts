import { programPaths, usualPath } from "../executable.ts";
import { shellQuoted } from "../interpreter/expansion/quote.ts";
import type { Shell } from "../interpreter/shell.ts";
import { defineBuiltin } from "./builtin.ts";

const keywords = [
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "case",
  "esac",
  "for",
  "select",
  "while",
  "until",
  "do",
  "done",
  "in",
  "function",
  "time",
  "{",
  "}",
  "!",
  "[[",
  "]]",
  "coproc",
];

type Meaning = { kind: "alias" | "keyword" | "function" | "builtin" | "file"; text: string; brief: string };

/** All that a name means as a command, in the order in which the shell would take them. */
function* meanings(shell: Shell, name: string): Generator<Meaning> {
  const aliased = shell.aliases.get(name);
  if (aliased !== undefined && (shell.interactive || shell.shopt.has("expand_aliases")))
    yield { kind: "alias", text: `is aliased to \`${aliased}'`, brief: `alias ${name}=${shellQuoted(aliased)}` };
  if (keywords.includes(name)) yield { kind: "keyword", text: "is a shell keyword", brief: name };
  const callee = shell.functions.get(name);
  if (callee) yield { kind: "function", text: `is a function\n${callee.text}`, brief: name };
  if (shell.builtins.has(name))
    yield {
      kind: "builtin",
      text: `is a ${shell.dialect !== "bash" && shell.builtins.get(name)?.special ? "special " : ""}shell builtin`,
      brief: name,
    };
  const hashed = shell.hashed.get(name);
  if (name.includes("/")) {
    const stat = shell.fs.stat(shell.path(name));
    if (stat?.kind === "file" && (stat.mode & 0o111) !== 0) yield { kind: "file", text: `is ${name}`, brief: name };
    return;
  }
  for (const path of programPaths(shell.process.machine, shell.cwd, shell.vars.get("PATH") ?? usualPath, name))
    yield { kind: "file", text: hashed?.path === path ? `is hashed (${path})` : `is ${path}`, brief: path };
}

export const type = defineBuiltin({
  name: "type",
  usage: "type [-afptP] name [name ...]",

  async run({ args, shell, out, err, fail }) {
    // `command -v` and `command -V` come here too, since they ask the same.
    const brief = args[0] === "--brief";
    const verbose = args[0] === "--verbose";
    const flags = brief || verbose ? "" : args.filter((arg) => /^-[afptP]+$/.test(arg)).join("");
    const names = args.filter((arg) => !/^-[afptP]+$/.test(arg) && arg !== "--brief" && arg !== "--verbose" && arg !== "--");
    let status = 0;
    for (const name of names) {
      let found = false;
      for (const meaning of meanings(shell, name)) {
        if ((flags.includes("f") && meaning.kind === "function") || (flags.includes("P") && meaning.kind !== "file")) continue;
        if (flags.includes("p") && !flags.includes("P") && meaning.kind !== "file" && !found) {
          found = true;
          break;
        }
        found = true;
        const word = meaning.kind === "file" && flags.includes("t") ? "file" : meaning.kind;
        await out.line(brief || /[pP]/.test(flags) ? meaning.brief : flags.includes("t") ? word : `${name} ${meaning.text}`);
        if (!flags.includes("a")) break;
      }
      if (found) continue;
      status = shell.dialect === "bash" ? 1 : 127;
      if (brief || /[tpP]/.test(flags)) continue;
      if (shell.dialect === "bash") {
        if (verbose) await err.line(`${shell.prefix}command: ${name}: not found`);
        else await fail(`${name}: not found`);
      } else await out.line(`${name}: not found`);
    }
    return status;
  },
});

export const hash = defineBuiltin({
  name: "hash",
  usage: "hash [-lr] [-p pathname] [-dt] [name ...]",

  async run({ args, shell, out, fail }) {
    if (args.includes("-r")) {
      shell.hashed.clear();
      return 0;
    }
    const names = args.filter((arg) => !arg.startsWith("-"));
    let status = 0;
    if (args.length === 0) {
      if (shell.hashed.size === 0) await out.line("hash: hash table empty");
      else await out.line("hits\tcommand");
      for (const { path, hits } of shell.hashed.values()) await out.line(`${String(hits).padStart(4)}\t${path}`);
    }
    for (const name of names) {
      if (args.includes("-d")) {
        shell.hashed.delete(name);
        continue;
      }
      const path = programPaths(shell.process.machine, shell.cwd, shell.vars.get("PATH") ?? usualPath, name).next().value;
      if (!path) status = await fail(`${name}: not found`);
      else if (args.includes("-t")) await out.line(path);
      else shell.hashed.set(name, { path, hits: 0 });
    }
    return status;
  },
});
