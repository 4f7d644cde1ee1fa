import type { Shell } from "../interpreter/shell.ts";
import { defineBuiltin } from "./builtin.ts";

const stackOf = (shell: Shell): string[] => (shell.directories.length > 0 ? shell.directories : [shell.cwd]);

/** A path as `dirs` shows it: the home as `~`. */
export function shortened(shell: Shell, path: string): string {
  const home = shell.vars.get("HOME");
  if (!home || home === "/") return path;
  return path === home ? "~" : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

const shownStack = (shell: Shell): string =>
  stackOf(shell)
    .map((path) => shortened(shell, path))
    .join(" ");

export const dirs = defineBuiltin({
  name: "dirs",
  usage: "dirs [-clpv] [+N] [-N]",

  async run({ args, shell, out }) {
    if (args.includes("-c")) {
      shell.directories = [];
      return 0;
    }
    const stack = stackOf(shell).map((path) => (args.includes("-l") ? path : shortened(shell, path)));
    if (args.includes("-v")) for (const [i, path] of stack.entries()) await out.line(`${String(i).padStart(2)}  ${path}`);
    else if (args.includes("-p")) for (const path of stack) await out.line(path);
    else await out.line(stack.join(" "));
    return 0;
  },
});

export const pushd = defineBuiltin({
  name: "pushd",
  usage: "pushd [-n] [+N | -N | dir]",

  async run({ args, shell, out, fail }) {
    const stack = [...stackOf(shell)];
    const [target] = args.filter((arg) => arg !== "-n");
    if (target === undefined && stack.length < 2) return fail("no other directory");
    const turn = target === undefined ? 1 : placeOf(target, stack.length);
    const next = turn === undefined ? [target ?? "", ...stack] : [...stack.slice(turn), ...stack.slice(0, turn)];
    const status = await shell.runner.command(shell, ["cd", next[0] ?? ""], { functions: false });
    if (status !== 0) return status;
    shell.directories = [shell.cwd, ...next.slice(1)];
    await out.line(shownStack(shell));
    return 0;
  },
});

export const popd = defineBuiltin({
  name: "popd",
  usage: "popd [-n] [+N | -N]",

  async run({ args, shell, out, fail }) {
    const stack = [...stackOf(shell)];
    if (stack.length < 2) return fail("directory stack empty");
    const at = args[0] === undefined ? 0 : (placeOf(args[0], stack.length) ?? 0);
    stack.splice(at, 1);
    if (at === 0) {
      const status = await shell.runner.command(shell, ["cd", stack[0] ?? ""], { functions: false });
      if (status !== 0) return status;
    }
    shell.directories = stack.length > 1 ? stack : [];
    await out.line(shownStack(shell));
    return 0;
  },
});

/** The place that `+2` or `-0` means. */
function placeOf(text: string, length: number): number | undefined {
  const [, sign, number] = /^([+-])(\d+)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return sign === "+" ? Number(number) : length - 1 - Number(number);
}
