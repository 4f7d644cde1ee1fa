import { type FileChanges, FileError, type FileStat, type FileSystem, type Mount } from "./file-system.ts";
import { dirnameOf } from "./paths.ts";

const [readBit, writeBit, searchBit] = [4, 2, 1];

/**
 * A machine's files as somebody who is not root may use them: owner, group and mode of files and of the directories that they stand in. What is mounted is a
 * volume and left to whoever mounted it.
 */
export class GuardedFileSystem implements FileSystem {
  readonly #fs: FileSystem;
  readonly #user: string;
  readonly #groups: readonly string[];

  /** @param groups the names of the user's groups, that of new files first */
  constructor(fs: FileSystem, user: string, groups: readonly string[]) {
    this.#fs = fs;
    this.#user = user;
    this.#groups = groups;
  }

  get usedBytes(): number {
    return this.#fs.usedBytes;
  }

  get onChange(): (() => void) | undefined {
    return this.#fs.onChange;
  }

  set onChange(hear: (() => void) | undefined) {
    this.#fs.onChange = hear;
  }

  stat(path: string, options?: { follow?: boolean }): FileStat | undefined {
    return this.#maySearch(path) ? this.#fs.stat(path, options) : undefined;
  }

  read(path: string): Uint8Array {
    this.#need(path, readBit);
    return this.#fs.read(path);
  }

  readText(path: string): string {
    this.#need(path, readBit);
    return this.#fs.readText(path);
  }

  write(path: string, content: Uint8Array | string, options: { mode?: number; append?: boolean; owner?: string } = {}): void {
    const isNew = !this.#fs.stat(path);
    if (isNew) this.#needDirectory(path);
    else this.#need(path, writeBit);
    this.#fs.write(path, content, { owner: this.#user, ...options });
    if (isNew) this.#own(path);
  }

  mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): void {
    if (options.recursive && this.#fs.stat(path)?.kind === "directory") return;
    const parent = dirnameOf(this.#fs.resolve("/", path));
    if (options.recursive && !this.#fs.stat(parent)) this.mkdir(parent, { recursive: true });
    if (!this.#fs.stat(path)) this.#needDirectory(path);
    this.#fs.mkdir(path, options);
    this.#own(path);
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    this.#needDirectory(path);
    this.#sticky(path);
    const stat = this.#fs.stat(path, { follow: false });
    if (options.recursive && stat?.kind === "directory") for (const name of this.#fs.list(path)) this.remove(`${path}/${name}`, options);
    this.#fs.remove(path, options);
  }

  rename(from: string, to: string): void {
    this.#needDirectory(from);
    this.#needDirectory(to);
    this.#sticky(from);
    this.#fs.rename(from, to);
  }

  list(path: string): readonly string[] {
    this.#need(path, readBit);
    return this.#fs.list(path);
  }

  symlink(target: string, path: string): void {
    this.#needDirectory(path);
    this.#fs.symlink(target, path);
  }

  link(existing: string, path: string): void {
    this.#needOwner(existing);
    this.#needDirectory(path);
    this.#fs.link(existing, path);
  }

  readlink(path: string): string {
    return this.#fs.readlink(path);
  }

  chmod(path: string, mode: number): void {
    this.#needOwner(path);
    this.#fs.chmod(path, mode);
  }

  chown(path: string, owner: string, group?: string): void {
    const stat = this.#fs.stat(path);
    if (stat && (stat.owner !== owner || owner !== this.#user || (group !== undefined && group !== stat.group && !this.#groups.includes(group))))
      throw new FileError("EPERM", path);
    this.#fs.chown(path, owner, group);
  }

  touch(path: string, at: number): void {
    const stat = this.#fs.stat(path);
    if (stat?.owner !== this.#user) this.#need(path, writeBit);
    this.#fs.touch(path, at);
  }

  mount(path: string, _source: Mount): void {
    throw new FileError("EPERM", path);
  }

  unmount(path: string): void {
    throw new FileError("EPERM", path);
  }

  mounts(): readonly (readonly [path: string, mount: Mount])[] {
    return this.#fs.mounts();
  }

  resolve(cwd: string, path: string): string {
    return this.#fs.resolve(cwd, path);
  }

  realPath(path: string): string {
    return this.#fs.realPath(path);
  }

  isChanged(at: (path: string) => boolean): boolean {
    return this.#fs.isChanged(at);
  }

  changes(): FileChanges {
    return this.#fs.changes();
  }

  /** What somebody makes is theirs, and of their group, or of the directory's where that passes its own on. */
  #own(path: string): void {
    const parent = this.#fs.stat(dirnameOf(this.#fs.resolve("/", path)));
    const group = parent && (parent.mode & 0o2000) !== 0 ? parent.group : this.#groups[0];
    this.#fs.chown(path, this.#user, group);
  }

  #permits(stat: FileStat, bit: number): boolean {
    const shift = stat.owner === this.#user ? 6 : this.#groups.includes(stat.group) ? 3 : 0;
    return ((stat.mode >> shift) & bit) !== 0;
  }

  #isMounted(path: string): boolean {
    const at = this.#fs.resolve("/", path);
    return this.#fs.mounts().some(([mount]) => mount === at || at.startsWith(`${mount === "/" ? "" : mount}/`));
  }

  /** Whether all directories on the way let through. */
  #maySearch(path: string): boolean {
    if (this.#isMounted(path)) return true;
    const at = this.#fs.resolve("/", path);
    for (let slash = at.indexOf("/", 1); slash > 0; slash = at.indexOf("/", slash + 1)) {
      const stat = this.#fs.stat(at.slice(0, slash));
      if (stat && !this.#permits(stat, searchBit)) return false;
    }
    return true;
  }

  #need(path: string, bit: number): void {
    if (this.#isMounted(path)) return;
    if (!this.#maySearch(path)) throw new FileError("EACCES", path);
    const stat = this.#fs.stat(path);
    if (stat && stat.kind !== "device" && !this.#permits(stat, bit)) throw new FileError("EACCES", path);
  }

  /** To make or remove a name one must be allowed to write to its directory. */
  #needDirectory(path: string): void {
    const parent = dirnameOf(this.#fs.resolve("/", path));
    if (this.#fs.stat(parent)) this.#need(parent, writeBit);
  }

  /** In a directory such as `/tmp` only the owner removes what is there. */
  #sticky(path: string): void {
    const parent = this.#fs.stat(dirnameOf(this.#fs.resolve("/", path)));
    const stat = this.#fs.stat(path, { follow: false });
    if (parent && stat && (parent.mode & 0o1000) !== 0 && stat.owner !== this.#user && parent.owner !== this.#user && !this.#isMounted(path))
      throw new FileError("EPERM", path);
  }

  #needOwner(path: string): void {
    const stat = this.#fs.stat(path);
    if (stat && stat.owner !== this.#user && !this.#isMounted(path)) throw new FileError("EPERM", path);
  }
}
