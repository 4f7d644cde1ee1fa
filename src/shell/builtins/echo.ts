import { ansiQuoted } from "../interpreter/expansion/quote.ts";
import { defineBuiltin } from "./builtin.ts";

/** What `echo` prints for its arguments. The plain one of dash knows no option but `-n`. */
export function echoed(args: readonly string[], escapes = false, plain = false): string {
  let newline = true;
  let interpreted = escapes;
  let i = 0;
  for (; i < args.length && (plain ? /^-n$/ : /^-[neE]+$/).test(args[i] ?? ""); i++)
    for (const flag of args[i]?.slice(1) ?? "") {
      if (flag === "n") newline = false;
      else interpreted = flag === "e";
    }
  const text = args.slice(i).join(" ");
  if (!interpreted) return text + (newline ? "\n" : "");
  // \c ends the output.
  const end = /(?:^|[^\\])(?:\\\\)*(\\c)/.exec(text);
  if (end?.[1]) return ansiQuoted(text.slice(0, end.index + end[0].length - 2), "zero");
  return ansiQuoted(text, "zero") + (newline ? "\n" : "");
}

export const echo = defineBuiltin({
  name: "echo",
  usage: "echo [-neE] [arg ...]",

  async run({ args, shell, out }) {
    await out.text(echoed(args, shell.shopt.has("xpg_echo") || shell.dialect === "dash", shell.dialect === "dash"));
    return 0;
  },
});
