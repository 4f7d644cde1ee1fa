import { shellQuoted } from "../interpreter/expansion/quote.ts";
import { type SignalName, signals } from "../process.ts";
import { defineBuiltin } from "./builtin.ts";

/** A signal by its name, with or without SIG, or by its number; EXIT, ERR, DEBUG and RETURN are the shell's own. */
export function signalNamed(text: string): SignalName | "EXIT" | "ERR" | "DEBUG" | "RETURN" | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (name === "0" || name === "EXIT") return "EXIT";
  if (name === "ERR" || name === "DEBUG" || name === "RETURN") return name;
  if (/^\d+$/.test(name)) return (Object.keys(signals) as SignalName[]).find((one) => signals[one] === Number(name));
  if (name === "IOT") return "ABRT";
  if (name === "CLD") return "CHLD";
  return name in signals ? (name as SignalName) : undefined;
}

/** All signals, as `kill -l` and `trap -l` list them. */
export function signalTable(): string {
  const names = Object.entries(signals).map(([name, number]) => `${String(number).padStart(2)}) SIG${name}`);
  let text = "";
  for (const [i, name] of names.entries()) text += i % 5 === 4 || i === names.length - 1 ? `${name}\n` : `${name}\t`;
  return text;
}

export const trap = defineBuiltin({
  name: "trap",
  usage: "trap [-lp] [[arg] signal_spec ...]",
  special: true,

  async run({ args, shell, out, fail, err }) {
    if (args[0] === "-l") {
      await out.text(signalTable());
      return 0;
    }
    const rest = args[0] === "--" ? args.slice(1) : args;
    if (rest.length === 0 || rest[0] === "-p") {
      const wanted = rest.slice(1).map(signalNamed);
      for (const [name, action] of shell.traps) {
        if (wanted.length > 0 && !wanted.some((one) => one === name)) continue;
        await out.line(`trap -- ${shellQuoted(action)} ${name in signals ? `SIG${name}` : name}`);
      }
      return 0;
    }
    const [first = "", ...others] = rest;
    // A single number, or `-`, takes a trap away.
    const alone = others.length === 0 && signalNamed(first) !== undefined;
    const names = alone ? [first] : others;
    if (names.length === 0) {
      await err.line(`trap: usage: ${trap.usage}`);
      return 2;
    }
    const action = alone || first === "-" ? undefined : first;
    let status = 0;
    for (const text of names) {
      const name = signalNamed(text);
      if (!name) {
        status = await fail(`${text}: invalid signal specification`);
        continue;
      }
      if (action === undefined) shell.traps.delete(name);
      else shell.traps.set(name, action);
      if (name === "RETURN") shell.returnTrapDepth = shell.calls.length;
      if (name in signals) shell.listen(name as SignalName, action);
    }
    return status;
  },
});
