import type { Bash, BufferEncoding, FileContent, IFileSystem } from "just-bash/browser";
import { bytesOf, textOf } from "#base/streams.ts";
import { FileError, type FileStat, type FileSystem } from "../file-system.ts";
import type { Process, Program } from "../process.ts";
import { allOf } from "./tool.ts";

/** Tools of the library just-bash: they take all of their input before they print. */
const borrowed = [
  "awk",
  "jq",
  "yq",
  "expr",
  "column",
  "comm",
  "join",
  "paste",
  "fold",
  "expand",
  "unexpand",
  "nl",
  "tac",
  "split",
  "strings",
  "od",
  "file",
  "md5sum",
  "sha1sum",
  "sha256sum",
  "gzip",
  "gunzip",
  "zcat",
  "tar",
] as const;

/** A file error as the library expects it: Node's words. */
function nodeError(error: unknown, call: string): never {
  if (error instanceof FileError)
    throw Object.assign(new Error(`${error.code}: ${error.reason.toLowerCase()}, ${call} '${error.message.split(":")[0]}'`), { code: error.code });
  throw error;
}

const binary = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
};
const fromBinary = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0) & 255);

/** A process' files as the library sees them. */
class Files implements IFileSystem {
  readonly #process: Process;
  readonly #fs: FileSystem;

  constructor(process: Process) {
    this.#process = process;
    this.#fs = process.machine.fs;
  }

  async readFile(path: string, options?: { encoding?: BufferEncoding | null } | BufferEncoding): Promise<string> {
    const encoding = typeof options === "string" ? options : options?.encoding;
    const bytes = await this.readFileBuffer(path);
    return encoding === "binary" || encoding === "latin1" ? binary(bytes) : textOf(bytes);
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    try {
      return path.startsWith("/dev/") ? await this.#process.read(path) : this.#fs.read(path);
    } catch (error) {
      return nodeError(error, "open");
    }
  }

  async writeFile(path: string, content: FileContent, options?: { encoding?: BufferEncoding } | BufferEncoding): Promise<void> {
    this.#write(path, content, options, false);
  }

  async appendFile(path: string, content: FileContent, options?: { encoding?: BufferEncoding } | BufferEncoding): Promise<void> {
    this.#write(path, content, options, true);
  }

  #write(path: string, content: FileContent, options: { encoding?: BufferEncoding } | BufferEncoding | undefined, append: boolean): void {
    const encoding = typeof options === "string" ? options : options?.encoding;
    const bytes = typeof content !== "string" ? content : encoding === "binary" || encoding === "latin1" ? fromBinary(content) : bytesOf(content);
    try {
      this.#fs.write(path, bytes, { append, owner: this.#process.user.name });
    } catch (error) {
      nodeError(error, "open");
    }
  }

  async exists(path: string): Promise<boolean> {
    // Without a directory of programs the library takes its own command, and not what a file of that name holds.
    return path !== "/usr/bin" && this.#fs.stat(path) !== undefined;
  }

  async stat(path: string) {
    return this.#stat(path, true);
  }

  async lstat(path: string) {
    return this.#stat(path, false);
  }

  #stat(path: string, follow: boolean) {
    const stat: FileStat | undefined = this.#fs.stat(path, { follow });
    if (!stat) return nodeError(new FileError("ENOENT", path), "stat");
    return {
      isFile: stat.kind === "file" || stat.kind === "device",
      isDirectory: stat.kind === "directory",
      isSymbolicLink: stat.kind === "link",
      mode: stat.mode,
      size: stat.sizeBytes,
      mtime: new Date(stat.modifiedAt),
    };
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    this.#do("mkdir", () => this.#fs.mkdir(path, { recursive: options?.recursive ?? false }));
  }

  async readdir(path: string): Promise<string[]> {
    return this.#do("scandir", () => [...this.#fs.list(path)]);
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    if (options?.force && !this.#fs.stat(path, { follow: false })) return;
    this.#do("rm", () => this.#fs.remove(path, { recursive: options?.recursive ?? false }));
  }

  async cp(from: string, to: string): Promise<void> {
    this.#do("cp", () => this.#fs.write(to, this.#fs.read(from)));
  }

  async mv(from: string, to: string): Promise<void> {
    this.#do("rename", () => this.#fs.rename(from, to));
  }

  resolvePath(base: string, path: string): string {
    return this.#fs.resolve(base, path);
  }

  getAllPaths(): string[] {
    return [];
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.#do("chmod", () => this.#fs.chmod(path, mode));
  }

  async symlink(target: string, path: string): Promise<void> {
    this.#do("symlink", () => this.#fs.symlink(target, path));
  }

  async link(from: string, to: string): Promise<void> {
    this.#do("link", () => this.#fs.write(to, this.#fs.read(from)));
  }

  async readlink(path: string): Promise<string> {
    return this.#do("readlink", () => this.#fs.readlink(path));
  }

  async realpath(path: string): Promise<string> {
    return this.#do("realpath", () => this.#fs.realPath(path));
  }

  async utimes(path: string, _accessed: Date, modified: Date): Promise<void> {
    this.#do("utimes", () => this.#fs.touch(path, modified.getTime()));
  }

  #do<T>(call: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      return nodeError(error, call);
    }
  }
}

const noPath = "/nonexistent";

/** The library is loaded when one of its tools first runs. */
let library: Promise<{ Bash: typeof Bash }> | undefined;

/** Options that take the next word. */
const takesWord: Readonly<Record<string, RegExp>> = {
  awk: /^-(F|v|f)$/,
  jq: /^(-f|--from-file|--indent|--tab)$/,
  yq: /^(-o|-p|-I|--indent|--output-format|--input-format)$/,
};

/** Whether a call reads the standard input: only then it waits for it. */
function readsInput(name: string, args: readonly string[]): boolean {
  if (name === "expr") return false;
  let operands = 0;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "-") return true;
    if (/^--(arg|argjson|slurpfile|rawfile)$/.test(arg)) i += 2;
    else if (takesWord[name]?.test(arg)) i++;
    else if (!arg.startsWith("-") && !(name === "awk" && operands > 0 && /^[A-Za-z_]\w*=/.test(arg))) operands++;
    if (/^(-n|--null-input)$/.test(arg) && (name === "jq" || name === "yq")) return false;
  }
  if (name === "awk" && /^\s*BEGIN\s*\{[^}]*\}\s*$/.test(args.find((arg) => !arg.startsWith("-")) ?? "")) return false;
  if (name === "tar") return !args.some((arg) => /^-?[a-z]*f/.test(arg));
  const own = name === "awk" || name === "jq" || name === "yq" ? (args.some((arg) => /^(-f|--from-file)$/.test(arg)) ? 0 : 1) : 0;
  return operands <= own;
}

function borrow(name: (typeof borrowed)[number]): Program {
  return async (process) => {
    const args = process.args.slice(1);
    const stdin = readsInput(name, args) ? await allOf(process.stdin) : new Uint8Array(0);
    library ??= import("just-bash/browser");
    const { Bash } = await library;
    const rest = process.spend(2000 + stdin.length / 10);
    if (rest) await rest;
    const bash = new Bash({ commands: [name], fs: new Files(process) });
    const result = await bash.exec(name, {
      args: [...args],
      stdin: binary(stdin),
      stdinKind: "bytes",
      cwd: process.cwd,
      env: { ...Object.fromEntries(process.env), PATH: noPath },
      replaceEnv: true,
    });
    process.signal.throwIfAborted();
    if (result.stderr) await process.stderr.write(bytesOf(result.stderr));
    if (result.stdout)
      await process.stdout.write(
        result.stdoutKind === "bytes" || result.stdoutEncoding === "binary" ? fromBinary(result.stdout) : bytesOf(result.stdout),
      );
    return result.exitCode;
  };
}

export const borrowedTools: ReadonlyMap<string, Program> = new Map(borrowed.map((name) => [name, borrow(name)]));
