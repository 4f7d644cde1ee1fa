import { BadArithmetic, Leave, LoopJump, Return } from "../interpreter/control.ts";
import { type BuiltinCall, defineBuiltin } from "./builtin.ts";

export const colon = defineBuiltin({ name: ":", usage: ": [arguments]", special: true, run: () => 0 });
export const trueBuiltin = defineBuiltin({ name: "true", usage: "true", run: () => 0 });
export const falseBuiltin = defineBuiltin({ name: "false", usage: "false", run: () => 1 });

/** The status that an argument gives: the last one where there is none. */
async function statusOf({ args, shell, fail }: BuiltinCall): Promise<number> {
  const [text] = args;
  if (text === undefined) return shell.status;
  if (/^[+-]?\d+$/.test(text)) return Number(text) & 255;
  return fail(`${text}: numeric argument required`, 2);
}

export const exit = defineBuiltin({
  name: "exit",
  usage: "exit [n]",
  special: true,

  async run(call) {
    const { shell } = call;
    if (shell.interactive && shell.depth === 0) {
      const stopped = shell.jobs.all.some((job) => job.stopped);
      if (stopped && !shell.warnedOfJobs) {
        shell.warnedOfJobs = true;
        await call.err.line(`${shell.login ? "logout" : "exit"}\nThere are stopped jobs.`);
        return 1;
      }
      await call.err.line(shell.login ? "logout" : "exit");
      await call.err.flush();
    }
    throw new Leave(await statusOf(call));
  },
});

export const logout = defineBuiltin({
  name: "logout",
  usage: "logout [n]",

  run(call) {
    if (!call.shell.login) return call.fail("not login shell: use `exit'");
    return exit.run(call);
  },
});

export const returnBuiltin = defineBuiltin({
  name: "return",
  usage: "return [n]",
  special: true,

  async run(call) {
    const { shell, fail } = call;
    if (shell.calls.length === 0 && shell.sourceDepth === 0) return fail("can only `return' from a function or sourced script", 2);
    throw new Return(await statusOf(call));
  },
});

async function jump(kind: "break" | "continue", { args, shell, fail }: BuiltinCall): Promise<number> {
  const [text] = args;
  const levels = text === undefined ? 1 : Number(text);
  if (!Number.isInteger(levels)) {
    await fail(`${text}: numeric argument required`);
    throw new Leave(128);
  }
  if (shell.loopDepth === 0) return fail("only meaningful in a `for', `while', or `until' loop", 0);
  if (levels < 1) {
    await fail(`${text}: loop count out of range`);
    throw new LoopJump("break", shell.loopDepth);
  }
  throw new LoopJump(kind, Math.min(levels, shell.loopDepth));
}

export const breakBuiltin = defineBuiltin({ name: "break", usage: "break [n]", special: true, run: (call) => jump("break", call) });
export const continueBuiltin = defineBuiltin({ name: "continue", usage: "continue [n]", special: true, run: (call) => jump("continue", call) });

export const evalBuiltin = defineBuiltin({
  name: "eval",
  usage: "eval [arg ...]",
  special: true,
  run: ({ args, shell }) =>
    args.join(" ").trim() === "" ? 0 : shell.runner.text(shell, (args[0] === "--" ? args.slice(1) : args).join(" "), "eval"),
});

export const source = defineBuiltin({
  name: "source",
  usage: "source filename [arguments]",

  async run(call) {
    const { args, shell, fail, err } = call;
    const [name, ...rest] = args[0] === "--" ? args.slice(1) : args;
    if (name === undefined) {
      await fail("filename argument required");
      await err.line(`${call.name}: usage: ${call.name} filename [arguments]`);
      return 2;
    }
    const path = pathOf(call, name);
    const stat = shell.fs.stat(path);
    if (stat?.kind === "directory") return fail(`${name}: is a directory`);
    let text: string;
    if (stat?.kind === "file") text = shell.fs.readText(path);
    else if (/^\/dev\/(fd\/\d+|stdin)$/.test(path)) text = new TextDecoder().decode(await shell.process.read(name));
    else {
      await err.line(`${shell.prefix}${call.name === "." && shell.dialect !== "bash" ? ".: " : ""}${name}: No such file or directory`);
      return 1;
    }
    const { params } = shell;
    if (rest.length > 0) shell.params = rest;
    try {
      return await shell.runner.file(shell, text, name);
    } finally {
      if (rest.length > 0) shell.params = params;
    }
  },
});

/** A name without a slash is looked for along PATH first. */
function pathOf({ shell }: BuiltinCall, name: string): string {
  if (!name.includes("/"))
    for (const directory of shell.vars.get("PATH")?.split(":") ?? []) {
      const path = shell.fs.resolve(shell.cwd, `${directory || "."}/${name}`);
      if (shell.fs.stat(path)?.kind === "file") return path;
    }
  return shell.path(name);
}

export const dot = defineBuiltin({ name: ".", usage: ". filename [arguments]", special: true, run: (call) => source.run(call) });

export const exec = defineBuiltin({
  name: "exec",
  usage: "exec [-cl] [-a name] [command [argument ...]] [redirection ...]",
  special: true,

  async run({ args, shell }) {
    const words = args[0] === "-a" ? args.slice(2) : args.filter((arg, i) => !(i === 0 && /^-[cl]+$/.test(arg)));
    if (words.length === 0) return 0;
    const status = await shell.runner.command(shell, words, { functions: false, builtins: false, replace: true });
    shell.traps.delete("EXIT");
    if (shell.interactive && status >= 126) return status;
    throw new Leave(status);
  },
});

export const command = defineBuiltin({
  name: "command",
  usage: "command [-pVv] command [arg ...]",

  run(call) {
    const { args, shell } = call;
    const [first, ...rest] = args;
    if (first === undefined) return 0;
    if (first === "-v" || first === "-V")
      return shell.runner.command(shell, ["type", first === "-v" ? "--brief" : "--verbose", ...rest], { functions: false });
    const words = first === "-p" || first === "--" ? rest : args;
    return words.length === 0 ? 0 : shell.runner.command(shell, words, { functions: false });
  },
});

export const builtin = defineBuiltin({
  name: "builtin",
  usage: "builtin [shell-builtin [arg ...]]",

  run({ args, shell, fail }) {
    const [name] = args;
    if (name === undefined) return 0;
    if (!shell.builtins.has(name)) return fail(`${name}: not a shell builtin`);
    return shell.runner.command(shell, args, { functions: false });
  },
});

export const letBuiltin = defineBuiltin({
  name: "let",
  usage: "let arg [arg ...]",

  async run({ args, shell, fail }) {
    if (args.length === 0) return fail("expression expected");
    let value = "0";
    try {
      for (const text of args) value = shell.vars.evaluate(text);
    } catch (error) {
      if (error instanceof BadArithmetic) return fail(error.message);
      throw error;
    }
    return value === "0" ? 1 : 0;
  },
});

export const caller = defineBuiltin({
  name: "caller",
  usage: "caller [expr]",

  async run({ args, shell, out }) {
    const at = shell.calls.length - 1 - Number(args[0] ?? 0);
    const frame = shell.calls[at];
    // Who was called by what no script holds has no caller with a place.
    if (!frame || (args[0] !== undefined && at === 0 && !shell.scripted)) return 1;
    await out.line(
      args[0] === undefined
        ? `${frame.line} ${frame.source || "NULL"}`
        : `${frame.line} ${shell.calls[at - 1]?.name ?? "main"} ${frame.source || "NULL"}`,
    );
    return 0;
  },
});
