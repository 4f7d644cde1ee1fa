import { bytesOf, type Sink, type Source, sourceOf } from "#base/streams.ts";
import { FileError } from "./file-system.ts";
import { nullDevice, OpenFile, regularFile } from "./open-file.ts";
import { procText } from "./proc-files.ts";
import type { OpenMode, Process } from "./process.ts";

const nowhere: Sink = { write: async () => {}, close() {} };
const zeros: Source = { read: async () => new Uint8Array(4096), cancel() {} };

/** Opens what a path leads to for a process: a descriptor of its own, a device, or a file. */
export function openPath(process: Process, path: string, how: OpenMode): OpenFile {
  const { fs, random } = process.machine;
  const at = fs.resolve(process.cwd, path);
  if (at.startsWith("/dev/") || at.startsWith("/proc/self/fd/")) {
    const own = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(at)?.[1];
    const descriptor = own !== undefined ? Number(own) : ["/dev/stdin", "/dev/stdout", "/dev/stderr"].indexOf(at);
    if (descriptor >= 0) {
      const file = process.files.get(descriptor);
      if (!file) throw new FileError("ENOENT", path);
      return file.retain();
    }
    if (at === "/dev/tty") {
      const tty = process.tty;
      if (!tty) throw new FileError("ENXIO", path);
      return [...process.files.values()].find((file) => file.tty === tty)?.retain() ?? fail(path);
    }
    if (at === "/dev/null") return nullDevice();
    if (at === "/dev/zero") return new OpenFile(at, zeros, nowhere);
    if (at === "/dev/full") return new OpenFile(at, zeros, { write: () => Promise.reject(new FileError("ENOSPC", "write error")), close() {} });
    if (at === "/dev/random" || at === "/dev/urandom") {
      const noise: Source = { read: async () => Uint8Array.from({ length: 512 }, () => random.bits() & 255), cancel() {} };
      return new OpenFile(at, noise, nowhere);
    }
  }

  const text = at.startsWith("/proc/") && how === "read" ? procText(process, at) : undefined;
  if (text !== undefined) return new OpenFile(at, sourceOf(bytesOf(text)), undefined);

  const stat = fs.stat(at);
  if (stat?.kind === "directory" && how !== "read") throw new FileError("EISDIR", path);
  if (path.endsWith("/") && stat && stat.kind !== "directory") throw new FileError("ENOTDIR", path);
  if (!stat && how === "read") throw new FileError("ENOENT", path);
  const mode = 0o666 & ~process.umask;
  const owner = process.user.name;
  try {
    // Whether it may be read is told when it is opened.
    if ((how === "read" || how === "read-write") && stat?.kind === "file") fs.read(at);
    if (how === "write") fs.write(at, bytesOf(""), { mode, owner });
    else if (how !== "read") fs.write(at, bytesOf(""), { mode, owner, append: true });
  } catch (error) {
    throw error instanceof FileError ? new FileError(error.code, path) : error;
  }
  if (stat?.kind === "directory") return new OpenFile(path, { read: () => Promise.reject(new FileError("EISDIR", path)), cancel() {} }, undefined);
  return regularFile(fs, at, { read: how === "read" || how === "read-write", write: how !== "read", append: how === "append" });
}

function fail(path: string): never {
  throw new FileError("ENXIO", path);
}
