import { defineBuiltin } from "./builtin.ts";

export const umask = defineBuiltin({
  name: "umask",
  usage: "umask [-p] [-S] [mode]",

  async run({ args, shell, out, fail }) {
    const mode = args.find((arg) => !arg.startsWith("-"));
    const { process } = shell;
    if (mode === undefined) {
      if (args.includes("-S")) {
        const letters = (bits: number) => `${bits & 4 ? "r" : ""}${bits & 2 ? "w" : ""}${bits & 1 ? "x" : ""}`;
        const allowed = ~process.umask;
        await out.line(`u=${letters(allowed >> 6)},g=${letters(allowed >> 3)},o=${letters(allowed)}`);
      } else await out.line(`${args.includes("-p") ? "umask " : ""}${process.umask.toString(8).padStart(4, "0")}`);
      return 0;
    }
    if (!/^[0-7]{1,4}$/.test(mode)) return fail(`${mode}: ${/^\d+$/.test(mode) ? "octal number out of range" : "invalid symbolic mode operator"}`);
    process.umask = Number.parseInt(mode, 8) & 0o777;
    return 0;
  },
});

const limits: readonly (readonly [flag: string, text: string, unit: string, value: string])[] = [
  ["R", "real-time non-blocking time ", "microseconds, -R", "unlimited"],
  ["c", "core file size             ", "blocks, -c", "0"],
  ["d", "data seg size              ", "kbytes, -d", "unlimited"],
  ["e", "scheduling priority        ", "-e", "0"],
  ["f", "file size                  ", "blocks, -f", "unlimited"],
  ["n", "open files                 ", "-n", "1048576"],
  ["s", "stack size                 ", "kbytes, -s", "8192"],
  ["t", "cpu time                   ", "seconds, -t", "unlimited"],
  ["u", "max user processes         ", "-u", "unlimited"],
  ["v", "virtual memory             ", "kbytes, -v", "unlimited"],
];

export const ulimit = defineBuiltin({
  name: "ulimit",
  usage: "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]",

  async run({ args, out, fail }) {
    const flags = args
      .filter((arg) => arg.startsWith("-"))
      .join("")
      .replace(/[-SH]/g, "");
    if (args.some((arg) => !arg.startsWith("-"))) return 0;
    if (flags.includes("a")) {
      for (const [, text, unit, value] of limits) await out.line(`${text}(${unit})`.padEnd(46).replace(/^(.*?)(\s*)$/, "$1$2") + value);
      return 0;
    }
    for (const flag of flags || "f") {
      const limit = limits.find(([one]) => one === flag);
      if (!limit) return fail(`-${flag}: invalid option`, 2);
      await out.line(limit[3]);
    }
    return 0;
  },
});

export const times = defineBuiltin({
  name: "times",
  usage: "times",
  special: true,

  async run({ shell, out }) {
    const seconds = shell.process.cpu.used / 1000;
    const shown = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
    await out.text(`${shown} 0m0.000s\n0m0.000s 0m0.000s\n`);
    return 0;
  },
});

export const history = defineBuiltin({
  name: "history",
  usage: "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]",

  async run({ args, shell, out, fail }) {
    const [first, second] = args;
    if (first === "-c") {
      shell.history.splice(0);
      return 0;
    }
    if (first === "-d") {
      const at = Number(second);
      if (!Number.isInteger(at) || at < 1 || at > shell.history.length) return fail(`${second}: history position out of range`);
      shell.history.splice(at - 1, 1);
      return 0;
    }
    if (first === "-s") {
      shell.history.push(args.slice(1).join(" "));
      return 0;
    }
    // It is kept with the terminal, not in a file.
    if (first !== undefined && /^-[anrw]$/.test(first)) return 0;
    if (first !== undefined && !/^\d+$/.test(first)) return fail(`${first}: numeric argument required`);
    const from = first === undefined ? 0 : Math.max(0, shell.history.length - Number(first));
    for (const [i, line] of shell.history.entries()) if (i >= from) await out.line(`${String(i + 1).padStart(5)}  ${line}`);
    return 0;
  },
});

export const help = defineBuiltin({
  name: "help",
  usage: "help [-dms] [pattern ...]",

  async run({ args, shell, out, err }) {
    const wanted = args.filter((arg) => !arg.startsWith("-"));
    if (wanted.length === 0) {
      await out.line("These shell commands are defined internally. Type `help name' to find out more about the function `name'.\n");
      for (const builtin of shell.builtins.values()) await out.line(` ${builtin.usage}`);
      return 0;
    }
    let status = 0;
    for (const name of wanted) {
      const builtin = shell.builtins.get(name);
      if (builtin) await out.line(`${name}: ${builtin.usage}`);
      else {
        await err.line(`${shell.prefix}help: no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`);
        status = 1;
      }
    }
    return status;
  },
});

export const suspend = defineBuiltin({
  name: "suspend",
  usage: "suspend [-f]",

  async run({ shell, fail, args }) {
    if (shell.login && !args.includes("-f")) return fail("cannot suspend a login shell");
    shell.process.deliver("STOP");
    await shell.process.whileStopped();
    return 0;
  },
});

export const enable = defineBuiltin({
  name: "enable",
  usage: "enable [-a] [-dnps] [-f filename] [name ...]",

  async run({ args, shell, out, fail }) {
    const names = args.filter((arg) => !arg.startsWith("-"));
    if (names.length === 0) for (const name of [...shell.builtins.keys()].sort()) await out.line(`enable ${name}`);
    for (const name of names) {
      if (!shell.builtins.has(name)) return fail(`${name}: not a shell builtin`);
      if (args.includes("-n")) return fail("-n: switching a builtin off is not simulated");
    }
    return 0;
  },
});
