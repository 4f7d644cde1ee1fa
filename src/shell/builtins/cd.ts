import { defineBuiltin } from "./builtin.ts";

export const cd = defineBuiltin({
  name: "cd",
  usage: "cd [-L|[-P [-e]] [-@]] [dir]",

  async run({ args, shell, out, fail }) {
    const flags = args.filter((arg) => /^-[LPe@]+$/.test(arg));
    const operands = args.filter((arg) => arg !== "--" && !flags.includes(arg));
    const unknown = operands.find((arg) => /^-./.test(arg));
    if (unknown) return fail(`${unknown.slice(0, 2)}: invalid option\ncd: usage: ${cd.usage}`, 2);
    if (operands.length > 1) return fail("too many arguments");

    const [dir] = operands;
    const wanted = dir === undefined ? shell.vars.get("HOME") : dir === "-" ? shell.vars.get("OLDPWD") : dir;
    if (wanted === undefined) return fail(`${dir === "-" ? "OLDPWD" : "HOME"} not set`);
    if (wanted === "") return 0;

    let path = shell.path(wanted);
    let shown = dir === "-";
    if (!/^(\/|\.\.?(\/|$))/.test(wanted) && shell.fs.stat(path)?.kind !== "directory") {
      for (const base of shell.vars.get("CDPATH")?.split(":") ?? []) {
        const other = shell.fs.resolve(shell.path(base || "."), wanted);
        if (shell.fs.stat(other)?.kind !== "directory") continue;
        path = other;
        shown = base !== "";
        break;
      }
    }
    const stat = shell.fs.stat(path);
    if (!stat) return fail(`${wanted}: No such file or directory`);
    if (stat.kind !== "directory") return fail(`${wanted}: Not a directory`);
    if (flags.some((flag) => flag.includes("P")) || shell.has("physical")) path = shell.fs.realPath(path);

    shell.vars.set("OLDPWD", shell.vars.get("PWD") ?? shell.cwd);
    shell.cwd = path;
    shell.vars.set("PWD", path);
    if (shell.directories.length > 0) shell.directories[0] = path;
    if (shown) await out.line(path);
    return 0;
  },
});

export const pwd = defineBuiltin({
  name: "pwd",
  usage: "pwd [-LP]",

  async run({ args, shell, out }) {
    await out.line(args.includes("-P") ? shell.fs.realPath(shell.cwd) : shell.cwd);
    return 0;
  },
});
