import { FileError } from "./file-system.ts";
import { ExecError, type Machine, type Program } from "./process.ts";

const magic = "\x7fELF\x02\x01\x01";
const mostInterpreters = 4;
export const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A program, and the arguments to start it with. */
export interface Executable {
  path: string;
  program: Program;
  args: readonly string[];
}

/** The content of the file that stands for a program of the machine. */
export const binary = (name: string): string => `${magic}\0${name}\n`;

const names = new TextDecoder();

/**
 * What a name leads to: a path when it has a slash, else the first of its name that PATH has. A binary leads to a program of the machine, `#!` to its
 * interpreter. Throws an `ExecError`.
 */
export function executable(machine: Machine, cwd: string, searchPath: string | undefined, args: readonly string[], depth = 0): Executable {
  const name = args[0] ?? "";
  const path = programPath(machine, cwd, searchPath, name);
  if (path === undefined) throw new ExecError("ENOENT", name, name.includes("/") ? "No such file or directory" : "command not found");
  const stat = machine.fs.stat(path);
  if (stat?.kind === "directory") throw new ExecError("EISDIR", name, "Is a directory");
  if (((stat?.mode ?? 0) & 0o111) === 0) throw new ExecError("EACCES", name, "Permission denied");
  const head = names.decode(machine.fs.read(path).subarray(0, 256));
  if (head.startsWith(magic)) {
    const program = machine.programs.get(head.slice(magic.length + 1, head.indexOf("\n")));
    if (!program) throw new ExecError("ENOEXEC", name, "cannot execute binary file: Exec format error");
    return { path, program, args };
  }
  if (!head.startsWith("#!") || depth >= mostInterpreters) throw new ExecError("ENOEXEC", name, "cannot execute: required file not found");
  const [interpreter = "", argument] =
    head
      .slice(2)
      .split("\n", 1)[0]
      ?.trim()
      .split(/[ \t]+(.*)/) ?? [];
  const rest = [...(argument ? [argument] : []), name.includes("/") ? name : path, ...args.slice(1)];
  try {
    return executable(machine, cwd, searchPath, [interpreter, ...rest], depth + 1);
  } catch (error) {
    if (error instanceof ExecError && error.code === "ENOENT") throw new ExecError("ENOENT", name, "cannot execute: required file not found");
    throw error;
  }
}

/** The path of the file that a name leads to, whether it can run or not. */
export function programPath(machine: Machine, cwd: string, searchPath: string | undefined, name: string): string | undefined {
  if (name.includes("/")) {
    const path = machine.fs.resolve(cwd, name);
    return machine.fs.stat(path) ? path : undefined;
  }
  if (name === "") return undefined;
  return programPaths(machine, cwd, searchPath, name).next().value ?? undefined;
}

/** All that PATH leads to by a name, in its order. */
export function* programPaths(machine: Machine, cwd: string, searchPath: string | undefined, name: string): Generator<string> {
  for (const directory of (searchPath ?? usualPath).split(":")) {
    const path = machine.fs.resolve(cwd, `${directory || "."}/${name}`);
    const stat = machine.fs.stat(path);
    if (stat?.kind === "file" && (stat.mode & 0o111) !== 0) yield path;
  }
}

/** Whether a file is a script without `#!`, which shells run themselves. */
export function isScript(machine: Machine, path: string): boolean {
  try {
    const content = machine.fs.read(path).subarray(0, 256);
    return !content.includes(0);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
