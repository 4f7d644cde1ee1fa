/**
 * The files of one machine. Paths are absolute; `.` and `..` are resolved, symbolic links followed unless said. Failures are `FileError`s with
 * Linux's codes. Synchronous: nothing here waits.
 */
export interface FileSystem {
  stat(path: string, options?: { follow?: boolean }): FileStat | undefined;
  read(path: string): Uint8Array;
  readText(path: string): string;
  write(path: string, content: Uint8Array | string, options?: { mode?: number; append?: boolean; owner?: string }): void;
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): void;
  remove(path: string, options?: { recursive?: boolean }): void;
  rename(from: string, to: string): void;
  list(path: string): readonly string[];
  symlink(target: string, path: string): void;
  /** Gives a file another name: a hard link. */
  link(existing: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, owner: string, group?: string): void;
  /** Sets when it was changed last. */
  touch(path: string, at: number): void;
  /** Puts another file system's directory in place of `path`: a volume. */
  mount(path: string, source: Mount): void;
  unmount(path: string): void;
  /** Absolute, without `.`, `..` and doubled slashes. */
  resolve(cwd: string, path: string): string;
  /** What is mounted, in the order in which it was. */
  mounts(): readonly (readonly [path: string, mount: Mount])[];
  /** The path that it leads to, without links. */
  realPath(path: string): string;
  /** Hears of each change of what lasts here (not of mounts), so that it can be stored. */
  onChange: (() => void) | undefined;
  /** What differs from what it was made with, as JSON; without the files that are larger than this, if it is said. */
  changes(largestBytes?: number): FileChanges;
  /** Whether something that differs from what it was made with, and is no directory, is at such a path. Asks for no content. */
  isChanged(at: (path: string) => boolean): boolean;
  /** How much was written here and is still there. */
  readonly usedBytes: number;
}

export interface Mount {
  fs: FileSystem;
  /** The directory, or file, of `fs` that is shown. */
  path: string;
  readOnly?: boolean;
}

export interface FileStat {
  kind: "file" | "directory" | "link" | "device";
  mode: number;
  owner: string;
  group: string;
  sizeBytes: number;
  modifiedAt: number;
  /** How many names it has, where that is more than one. */
  links?: number;
}

/** A file's content as text, or base64 where it is not UTF-8; the other name that it has; null where it was removed. */
export type FileChanges = Readonly<
  Record<
    string,
    null | { text?: string; base64?: string; directory?: true; link?: string; same?: string; mode?: number; owner?: string; at?: number }
  >
>;

export class FileError extends Error {
  readonly code:
    | "ENOENT"
    | "EEXIST"
    | "ENOTDIR"
    | "EISDIR"
    | "EACCES"
    | "EROFS"
    | "ENOTEMPTY"
    | "ELOOP"
    | "EINVAL"
    | "ENOSPC"
    | "EPERM"
    | "EBADF"
    | "ENXIO"
    | "EBUSY"
    | "EFBIG";
  /** Linux's words for the code. */
  readonly reason: string;
  constructor(code: FileError["code"], path: string) {
    super(`${path}: ${texts[code]}`);
    this.name = "FileError";
    this.code = code;
    this.reason = texts[code];
  }
}

const texts = {
  ENOENT: "No such file or directory",
  EEXIST: "File exists",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EACCES: "Permission denied",
  EROFS: "Read-only file system",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  EINVAL: "Invalid argument",
  ENOSPC: "No space left on device",
  EPERM: "Operation not permitted",
  EBADF: "Bad file descriptor",
  ENXIO: "No such device or address",
  EBUSY: "Device or resource busy",
  EFBIG: "File too large",
};
