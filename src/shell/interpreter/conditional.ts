import { evaluatedText } from "./expansion/parameters.ts";
import type { Shell } from "./shell.ts";

/** Tests of one operand, as `[` and `[[` know them. */
export const unaryTests: Readonly<Record<string, (operand: string, shell: Shell) => boolean>> = {
  "-z": (text) => text === "",
  "-n": (text) => text !== "",
  "-e": (path, shell) => isThere(shell, path),
  "-a": (path, shell) => isThere(shell, path),
  "-f": (path, shell) => statOf(shell, path)?.kind === "file",
  "-d": (path, shell) => statOf(shell, path)?.kind === "directory",
  "-s": (path, shell) => (statOf(shell, path)?.sizeBytes ?? 0) > 0,
  "-h": (path, shell) => shell.fs.stat(shell.path(path), { follow: false })?.kind === "link",
  "-L": (path, shell) => shell.fs.stat(shell.path(path), { follow: false })?.kind === "link",
  "-c": (path, shell) => statOf(shell, path)?.kind === "device",
  "-b": () => false,
  "-p": (path, shell) => descriptorOf(shell, path)?.path === "pipe",
  "-S": () => false,
  "-r": (path, shell) => isThere(shell, path) && permits(shell, path, 4),
  "-w": (path, shell) => isThere(shell, path) && permits(shell, path, 2),
  "-x": (path, shell) => isThere(shell, path) && permits(shell, path, 1),
  "-g": (path, shell) => ((statOf(shell, path)?.mode ?? 0) & 0o2000) !== 0,
  "-u": (path, shell) => ((statOf(shell, path)?.mode ?? 0) & 0o4000) !== 0,
  "-k": (path, shell) => ((statOf(shell, path)?.mode ?? 0) & 0o1000) !== 0,
  "-O": (path, shell) => statOf(shell, path)?.owner === shell.process.user.name,
  "-G": (path, shell) => statOf(shell, path)?.group === shell.process.user.name,
  "-N": (path, shell) => isThere(shell, path),
  "-t": (descriptor, shell) => shell.files.get(Number(descriptor))?.tty !== undefined,
  "-o": (option, shell) => shell.has(option),
  "-v": (name, shell) => isSet(shell, name),
  "-R": (name, shell) => shell.vars.own(name)?.reference === true,
};

/** Tests of two operands. `==` and `=` compare texts here; `[[` matches patterns itself. */
export const binaryTests: Readonly<Record<string, (left: string, right: string, shell: Shell) => boolean>> = {
  "=": (left, right) => left === right,
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "-nt": (left, right, shell) => modifiedAt(shell, left) > modifiedAt(shell, right),
  "-ot": (left, right, shell) => modifiedAt(shell, left) < modifiedAt(shell, right),
  "-ef": (left, right, shell) =>
    isThere(shell, left) && isThere(shell, right) && shell.fs.realPath(shell.path(left)) === shell.fs.realPath(shell.path(right)),
};

/** Comparisons of numbers. */
export const numericTests: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  "-eq": (left, right) => left === right,
  "-ne": (left, right) => left !== right,
  "-lt": (left, right) => left < right,
  "-le": (left, right) => left <= right,
  "-gt": (left, right) => left > right,
  "-ge": (left, right) => left >= right,
};

const descriptorOf = (shell: Shell, path: string) => {
  const number =
    /^\/dev\/fd\/(\d+)$/.exec(path)?.[1] ?? (path === "/dev/stdin" ? "0" : path === "/dev/stdout" ? "1" : path === "/dev/stderr" ? "2" : undefined);
  return number === undefined ? undefined : shell.files.get(Number(number));
};

const statOf = (shell: Shell, path: string) => {
  const stat = path === "" ? undefined : shell.fs.stat(shell.path(path));
  return stat && path.endsWith("/") && stat.kind !== "directory" ? undefined : stat;
};
const isThere = (shell: Shell, path: string) => statOf(shell, path) !== undefined || descriptorOf(shell, path) !== undefined;

/** Later than never: a file that is not there is older than any. */
const modifiedAt = (shell: Shell, path: string) => statOf(shell, path)?.modifiedAt ?? Number.NEGATIVE_INFINITY;

function permits(shell: Shell, path: string, bit: number): boolean {
  const stat = statOf(shell, path);
  if (!stat) return descriptorOf(shell, path) !== undefined;
  const { name, uid } = shell.process.user;
  if (uid === 0) return bit !== 1 || stat.kind === "directory" || (stat.mode & 0o111) !== 0;
  const shift = stat.owner === name ? 6 : stat.group === name ? 3 : 0;
  return ((stat.mode >> shift) & bit) !== 0;
}

/** Whether a variable, or an element, has a value. */
function isSet(shell: Shell, name: string): boolean {
  const [, array, index] = /^(\w+)\[(.*)\]$/.exec(name) ?? [];
  if (array === undefined || index === undefined) return /^\d+$/.test(name) ? shell.params[Number(name) - 1] !== undefined : shell.vars.isSet(name);
  const variable = shell.vars.find(array);
  if (!variable) return false;
  if (index === "@" || index === "*") return (variable.table?.size ?? Object.keys(variable.list ?? []).length) > 0 || variable.value !== undefined;
  if (variable.table) return variable.table.has(index);
  const at = Number(evaluatedText(shell, index));
  return variable.list ? variable.list[at < 0 ? variable.list.length + at : at] !== undefined : at === 0 && variable.value !== undefined;
}
