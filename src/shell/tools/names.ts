import { programPaths, usualPath } from "../executable.ts";
import { FileError } from "../file-system.ts";
import { relativeTo } from "./files.ts";
import { defineTool } from "./tool.ts";

export const basename = defineTool({
  name: "basename",
  usage: "NAME [SUFFIX]",
  summary: "Print NAME with any leading directory components removed.",
  options: ["a,multiple", "s,suffix=", "z,zero"],

  async run({ options, out, fail, err }) {
    const suffix = options.get("suffix");
    const several = options.has("multiple") || suffix !== undefined;
    const [first, second] = options.operands;
    if (first === undefined) {
      await fail("missing operand");
      await err.line("Try 'basename --help' for more information.");
      return 1;
    }
    const cut = suffix ?? (several ? undefined : second);
    for (const name of several ? options.operands : [first]) {
      const base = /^\/+$/.test(name) ? "/" : (name.replace(/\/+$/, "").split("/").at(-1) ?? "");
      await out.text((cut && base !== cut && base.endsWith(cut) ? base.slice(0, -cut.length) : base) + (options.has("zero") ? "\0" : "\n"));
    }
    return 0;
  },
});

export const dirname = defineTool({
  name: "dirname",
  usage: "[OPTION] NAME...",
  summary: "Output each NAME with its last non-slash component and trailing slashes removed.",
  options: ["z,zero"],

  async run({ options, out, fail, err }) {
    if (options.operands.length === 0) {
      await fail("missing operand");
      await err.line("Try 'dirname --help' for more information.");
      return 1;
    }
    for (const name of options.operands) {
      const bare = name.replace(/\/+$/, "") || "/";
      const at = bare.lastIndexOf("/");
      await out.text((at < 0 ? "." : bare.slice(0, at).replace(/\/+$/, "") || "/") + (options.has("zero") ? "\0" : "\n"));
    }
    return 0;
  },
});

export const pwd = defineTool({
  name: "pwd",
  usage: "[OPTION]...",
  summary: "Print the full filename of the current working directory.",
  options: ["L,logical", "P,physical"],

  async run({ process, out }) {
    await out.line(process.cwd);
    return 0;
  },
});

export const realpath = defineTool({
  name: "realpath",
  usage: "[OPTION]... FILE...",
  summary: "Print the resolved absolute file name.",
  options: [
    "e,canonicalize-existing",
    "m,canonicalize-missing",
    "L,logical",
    "P,physical",
    "q,quiet",
    "relative-to=",
    "relative-base=",
    "s,no-symlinks",
    "z,zero",
  ],

  async run({ options, process, out, fail }) {
    const { fs } = process.machine;
    let code = 0;
    for (const name of options.operands) {
      const path = fs.resolve(process.cwd, name);
      const parent = fs.resolve(path, "..");
      if (!fs.stat(path) && (options.has("canonicalize-existing") || (!fs.stat(parent) && !options.has("canonicalize-missing")))) {
        code = options.has("quiet") ? 1 : await fail(`${name}: No such file or directory`);
        continue;
      }
      const real = options.has("no-symlinks") || !fs.stat(path) ? path : fs.realPath(path);
      const base = options.get("relative-to");
      await out.line(base === undefined ? real : relativeTo(fs.resolve(process.cwd, base), real));
    }
    return code;
  },
});

export const readlink = defineTool({
  name: "readlink",
  usage: "[OPTION]... FILE...",
  summary: "Print value of a symbolic link or canonical file name.",
  options: ["f,canonicalize", "e,canonicalize-existing", "m,canonicalize-missing", "n,no-newline", "q,quiet", "s,silent", "v,verbose", "z,zero"],

  async run({ options, process, out }) {
    const { fs } = process.machine;
    let code = 0;
    for (const name of options.operands) {
      const path = fs.resolve(process.cwd, name);
      try {
        const canonical = options.has("canonicalize") || options.has("canonicalize-missing") || options.has("canonicalize-existing");
        const text = !canonical ? fs.readlink(path) : fs.stat(path) ? fs.realPath(path) : options.has("canonicalize-existing") ? undefined : path;
        if (text === undefined) code = 1;
        else await out.text(text + (options.has("no-newline") ? "" : "\n"));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = 1;
      }
    }
    return code;
  },
});

export const which = defineTool({
  name: "which",
  usage: "[-a] args",
  summary: "Locate a command.",
  options: ["a", "s"],

  async run({ options, process, out }) {
    let code = 0;
    for (const name of options.operands) {
      const stat = name.includes("/") ? process.machine.fs.stat(process.machine.fs.resolve(process.cwd, name)) : undefined;
      const paths = name.includes("/")
        ? stat && stat.mode & 0o111
          ? [name]
          : []
        : [...programPaths(process.machine, process.cwd, process.env.get("PATH") ?? usualPath, name)];
      if (paths.length === 0) code = 1;
      if (!options.has("s")) for (const path of options.has("a") ? paths : paths.slice(0, 1)) await out.line(path);
    }
    return code;
  },
});
