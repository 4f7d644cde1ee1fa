import { shellQuoted } from "../interpreter/expansion/quote.ts";
import { parseOptions } from "../tools/options.ts";
import { defineBuiltin } from "./builtin.ts";

const spec = [
  "a",
  "b",
  "c",
  "d",
  "e",
  "f",
  "g",
  "j",
  "k",
  "s",
  "u",
  "v",
  "p",
  "r",
  "D",
  "E",
  "I",
  "o=",
  "A=",
  "G=",
  "F=",
  "C=",
  "W=",
  "P=",
  "S=",
  "X=",
];

export const complete = defineBuiltin({
  name: "complete",
  usage:
    "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",

  async run({ args, shell, out, fail }) {
    const options = parseOptions(args, spec, true);
    const names = options.operands;
    if (options.has("r")) {
      for (const name of names) shell.completions.delete(name);
      if (names.length === 0) shell.completions.clear();
      return 0;
    }
    if (options.has("p") || args.length === 0) {
      let status = 0;
      for (const name of names.length > 0 ? names : shell.completions.keys()) {
        const said = shell.completions.get(name);
        if (said) await out.line(`complete ${said.text}${name}`);
        else status = await fail(`${name}: no completion specification`);
      }
      return status;
    }
    const words = options.get("W")?.trim().split(/\s+/);
    const callee = options.get("F");
    const text = `${options
      .all("o")
      .map((one) => `-o ${one} `)
      .join("")}${words ? `-W ${shellQuoted(options.get("W") ?? "")} ` : ""}${callee ? `-F ${callee} ` : ""}`;
    for (const name of names) shell.completions.set(name, { ...(words && { words }), ...(callee && { callee }), text });
    return 0;
  },
});

export const compgen = defineBuiltin({
  name: "compgen",
  usage:
    "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",

  async run({ args, shell, out }) {
    const options = parseOptions(args, spec, true);
    const [start = ""] = options.operands;
    const all: string[] = [];
    const wants = (letter: string, action: string) => options.has(letter) || options.all("A").includes(action);
    const list = options.get("W");
    if (list !== undefined) all.push(...list.trim().split(/\s+/));
    if (wants("b", "builtin") || wants("c", "command")) all.push(...shell.builtins.keys());
    if (wants("a", "alias") || wants("c", "command")) all.push(...shell.aliases.keys());
    if (options.all("A").includes("function") || wants("c", "command")) all.push(...shell.functions.keys());
    if (wants("c", "command")) all.push(...shell.process.machine.programs.keys());
    if (wants("v", "variable") || wants("e", "export")) all.push(...shell.vars.all().keys());
    if (wants("u", "user")) all.push(...shell.process.machine.accounts.users().map(({ name }) => name));
    if (wants("f", "file") || wants("d", "directory")) {
      const directory = start.slice(0, start.lastIndexOf("/") + 1);
      const path = shell.path(directory || ".");
      const files = shell.fs.stat(path)?.kind === "directory" ? shell.fs.list(path) : [];
      all.push(
        ...files.filter((name) => !wants("d", "directory") || shell.fs.stat(`${path}/${name}`)?.kind === "directory").map((name) => directory + name),
      );
    }
    const found = all.filter((word) => word.startsWith(start));
    for (const word of found) await out.line((options.get("P") ?? "") + word + (options.get("S") ?? ""));
    return found.length > 0 ? 0 : 1;
  },
});

/** Options of a completion under way: what is completed here needs none of them. */
export const compopt = defineBuiltin({ name: "compopt", usage: "compopt [-o|+o option] [-DEI] [name ...]", run: () => 0 });

export const bind = defineBuiltin({
  name: "bind",
  usage:
    "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]",
  run: ({ args, fail }) => (args.every((arg) => /^(set |")/.test(arg)) ? 0 : fail("changing keys is not simulated by Podyard")),
});
