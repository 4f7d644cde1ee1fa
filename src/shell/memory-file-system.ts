import { bytesOf, textOf } from "#base/streams.ts";
import { appendTo, changesOf, contentOf, isAnyChanged, type FileNode as Node } from "./file-changes.ts";
import type { Layer, LayerNode } from "./file-layer.ts";
import { type FileChanges, FileError, type FileStat, type FileSystem, type Mount } from "./file-system.ts";
import { basenameOf, dirnameOf, join, normalized } from "./paths.ts";

export interface MemoryFileSystemOptions {
  /** Read-only files underneath, shared by every machine that has them; the later hides the earlier. */
  layers?: readonly Layer[];
  /** What was stored before. */
  changes?: FileChanges;
  now(): number;
  /** Refuses writes with ENOSPC beyond this. */
  limitBytes?: number;
  /** Refuses every write with EROFS, but not those of mounts. */
  readOnly?: boolean;
  /** Who owns new files unless said. */
  owner?: string;
}

const setGroup = 0o2000;
const empty = new Uint8Array(0);
const mostHops = 40;

/** Files in memory over shared read-only layers. Costs what was changed. */
export class MemoryFileSystem implements FileSystem {
  readonly #layers: readonly Layer[];
  readonly #now: () => number;
  readonly #limitBytes: number;
  readonly #owner: string;
  #readOnly: boolean;
  /** What differs from the layers; null where something of theirs was removed. */
  readonly #nodes = new Map<string, Node | null>();
  readonly #children = new Map<string, Set<string>>();
  readonly #mounts = new Map<string, Mount>();
  #usedBytes = 0;
  onChange: (() => void) | undefined;

  constructor(options: MemoryFileSystemOptions) {
    this.#layers = options.layers ?? [];
    this.#now = options.now;
    this.#limitBytes = options.limitBytes ?? 24 * 1024 * 1024;
    this.#owner = options.owner ?? "root";
    this.#readOnly = false;
    if (options.changes) this.#restore(options.changes);
    this.#readOnly = options.readOnly ?? false;
  }

  stat(path: string, options: { follow?: boolean } = {}): FileStat | undefined {
    try {
      return this.#statAt(this.#locate(path, options.follow ?? true));
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  read(path: string): Uint8Array {
    const { at, stat } = this.#existing(path);
    if (stat.kind === "directory") throw new FileError("EISDIR", path);
    const mounted = this.#mountOf(at);
    if (mounted) return mounted.mount.fs.read(mounted.path);
    const node = this.#nodes.get(at);
    if (node) return node.buffer.subarray(0, node.sizeBytes);
    return this.#layered(at)?.content() ?? empty;
  }

  readText(path: string): string {
    return textOf(this.read(path));
  }

  write(path: string, content: Uint8Array | string, options: { mode?: number; append?: boolean; owner?: string } = {}): void {
    const at = this.#locate(path, true);
    const mounted = this.#writable(at, path);
    if (mounted) {
      mounted.mount.fs.write(mounted.path, content, options);
      return;
    }

    const bytes = typeof content === "string" ? bytesOf(content) : content;
    const there = this.#statAt(at);
    if (there?.kind === "directory") throw new FileError("EISDIR", path);
    if (there?.kind === "device") return;
    this.#needParent(at, path);
    const node = this.#own(at) ?? this.#put(at, this.#childOf(at, this.#fresh("file", options.mode ?? 0o644, options.owner)));
    if (options.append) this.#append(node, bytes, path);
    else {
      this.#account(bytes.length - node.sizeBytes, path);
      node.buffer = bytes.slice();
      node.sizeBytes = bytes.length;
    }
    if (options.mode !== undefined && !there) node.mode = options.mode;
    node.at = this.#now();
    this.onChange?.();
  }

  mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): void {
    const at = this.#locate(path, true);
    const there = this.#statAt(at);
    if (there) {
      if (options.recursive && there.kind === "directory") return;
      throw new FileError("EEXIST", path);
    }
    const parent = dirnameOf(at);
    if (options.recursive && !this.#statAt(parent)) this.mkdir(parent, { recursive: true });
    const mounted = this.#writable(at, path);
    if (mounted) {
      mounted.mount.fs.mkdir(mounted.path, options);
      return;
    }
    this.#needParent(at, path);
    this.#put(at, this.#childOf(at, this.#fresh("directory", options.mode ?? 0o755)));
    this.onChange?.();
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const at = this.#locate(path, false);
    const stat = this.#statAt(at);
    if (!stat) throw new FileError("ENOENT", path);
    if (this.#mounts.has(at) || at === "/") throw new FileError("EBUSY", path);
    const mounted = this.#writable(at, path);
    if (mounted) {
      mounted.mount.fs.remove(mounted.path, options);
      return;
    }
    if (stat.kind === "directory") {
      const names = this.#names(at);
      if (names.length > 0 && !options.recursive) throw new FileError("ENOTEMPTY", path);
      for (const name of names) this.remove(join(at, name), options);
    }
    this.#drop(at);
    this.onChange?.();
  }

  rename(from: string, to: string): void {
    const source = this.#locate(from, false);
    const stat = this.#statAt(source);
    if (!stat) throw new FileError("ENOENT", from);
    const target = this.#locate(to, false);
    if (source === target) return;
    if (target.startsWith(`${source}/`)) throw new FileError("EINVAL", to);
    const there = this.#statAt(target);
    if (there?.kind === "directory" && stat.kind !== "directory") throw new FileError("EISDIR", to);
    if (there && there.kind !== "directory" && stat.kind === "directory") throw new FileError("ENOTDIR", to);
    if (this.#mounts.has(source) || this.#mounts.has(target)) throw new FileError("EBUSY", from);
    this.#needParent(target, to);
    if (there) this.remove(target);
    const node = this.#mountOf(source) || this.#mountOf(target) || this.#readOnly ? undefined : this.#nodes.get(source);
    if (node && stat.kind !== "directory") {
      // The same file under another name, and under those that it has beside.
      node.links++;
      this.#put(target, node);
      this.#drop(source);
    } else {
      this.#copy(source, target);
      this.remove(source, { recursive: true });
    }
    this.onChange?.();
  }

  list(path: string): readonly string[] {
    const { at, stat } = this.#existing(path);
    if (stat.kind !== "directory") throw new FileError("ENOTDIR", path);
    return this.#names(at);
  }

  symlink(target: string, path: string): void {
    const at = this.#locate(path, false);
    if (this.#statAt(at)) throw new FileError("EEXIST", path);
    const mounted = this.#writable(at, path);
    if (mounted) {
      mounted.mount.fs.symlink(target, mounted.path);
      return;
    }
    this.#needParent(at, path);
    const node = this.#fresh("link", 0o777);
    node.target = target;
    node.sizeBytes = bytesOf(target).length;
    this.#put(at, node);
    this.onChange?.();
  }

  link(existing: string, path: string): void {
    const source = this.#locate(existing, false);
    const at = this.#locate(path, false);
    const stat = this.#statAt(source);
    if (!stat) throw new FileError("ENOENT", existing);
    if (stat.kind === "directory") throw new FileError("EPERM", existing);
    if (this.#statAt(at)) throw new FileError("EEXIST", path);
    const [from, to] = [this.#mountOf(source), this.#writable(at, path)];
    if (from || to) {
      if (!from || !to || from.mount.fs !== to.mount.fs) throw new FileError("EPERM", path);
      to.mount.fs.link(from.path, to.path);
      return;
    }
    this.#needParent(at, path);
    const node = this.#own(source);
    if (!node) throw new FileError("EPERM", existing);
    node.links++;
    this.#put(at, node);
    this.onChange?.();
  }

  readlink(path: string): string {
    const at = this.#locate(path, false);
    const stat = this.#statAt(at);
    if (!stat) throw new FileError("ENOENT", path);
    if (stat.kind !== "link") throw new FileError("EINVAL", path);
    return this.#targetOf(at);
  }

  chmod(path: string, mode: number): void {
    const { at } = this.#existing(path);
    const mounted = this.#writable(at, path);
    if (mounted) {
      mounted.mount.fs.chmod(mounted.path, mode);
      return;
    }
    const node = this.#own(at);
    if (node) node.mode = mode;
    this.onChange?.();
  }

  chown(path: string, owner: string, group?: string): void {
    const { at } = this.#existing(path);
    const mounted = this.#writable(at, path);
    if (mounted) {
      mounted.mount.fs.chown(mounted.path, owner, group);
      return;
    }
    const node = this.#own(at);
    if (node) {
      node.owner = owner;
      node.group = group ?? node.group;
    }
    this.onChange?.();
  }

  touch(path: string, at: number): void {
    const { at: place } = this.#existing(path);
    const mounted = this.#writable(place, path);
    if (mounted) {
      mounted.mount.fs.touch(mounted.path, at);
      return;
    }
    const node = this.#own(place);
    if (node) node.at = at;
    this.onChange?.();
  }

  mount(path: string, source: Mount): void {
    const at = this.#locate(path, true);
    this.#mounts.set(at, source);
  }

  unmount(path: string): void {
    this.#mounts.delete(this.#locate(path, true));
  }

  mounts(): readonly (readonly [path: string, mount: Mount])[] {
    return [...this.#mounts];
  }

  resolve(cwd: string, path: string): string {
    return normalized(path.startsWith("/") ? path : `${cwd}/${path}`);
  }

  realPath(path: string): string {
    const at = this.#locate(path, true);
    if (!this.#statAt(at)) throw new FileError("ENOENT", path);
    return at;
  }

  changes(largestBytes = Number.POSITIVE_INFINITY): FileChanges {
    return changesOf(this.#nodes, largestBytes);
  }

  isChanged(at: (path: string) => boolean): boolean {
    return isAnyChanged(this.#nodes, at);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  #restore(changes: FileChanges): void {
    for (const [path, change] of Object.entries(changes)) {
      if (!change) {
        this.#nodes.set(path, null);
        continue;
      }
      if (change.same !== undefined) continue;
      const kind = change.directory ? "directory" : change.link !== undefined ? "link" : "file";
      const node = this.#fresh(kind, change.mode ?? (change.directory ? 0o755 : 0o644));
      const [owner = node.owner, group = owner] = (change.owner ?? "").split(":").filter(Boolean);
      node.owner = owner;
      node.group = group;
      node.at = change.at ?? node.at;
      node.target = change.link ?? "";
      node.buffer = contentOf(change);
      node.sizeBytes = kind === "link" ? bytesOf(node.target).length : node.buffer.length;
      this.#usedBytes += node.buffer.length;
      this.#put(path, node);
    }
    for (const [path, change] of Object.entries(changes)) {
      const node = change?.same === undefined ? undefined : this.#nodes.get(change.same);
      if (!node) continue;
      node.links++;
      this.#put(path, node);
    }
  }

  /** Where a path leads to: without `.`, `..` and links. What is missing at its end is kept as it is. */
  #locate(path: string, follow: boolean): string {
    const rest = path.split("/").reverse();
    let at = "/";
    let hops = 0;
    for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        at = dirnameOf(at);
        continue;
      }
      const next = join(at, part);
      const last = rest.every((later) => later === "" || later === ".");
      const stat = this.#statAt(next);
      if (stat?.kind === "link" && (follow || !last || rest.includes(""))) {
        if (++hops > mostHops) throw new FileError("ELOOP", path);
        const target = this.#targetOf(next);
        if (target.startsWith("/")) at = "/";
        rest.push(...target.split("/").reverse());
        continue;
      }
      if (stat && stat.kind !== "directory" && !last) throw new FileError("ENOTDIR", path);
      at = next;
    }
    return at;
  }

  #existing(path: string): { at: string; stat: FileStat } {
    const at = this.#locate(path, true);
    const stat = this.#statAt(at);
    if (!stat) throw new FileError("ENOENT", path);
    return { at, stat };
  }

  #statAt(at: string): FileStat | undefined {
    const mounted = this.#mountOf(at);
    if (mounted) return mounted.mount.fs.stat(mounted.path, { follow: false });
    const node = this.#nodes.get(at);
    if (node === null) return undefined;
    if (node)
      return {
        kind: node.kind,
        mode: node.mode,
        owner: node.owner,
        group: node.group,
        sizeBytes: node.sizeBytes,
        modifiedAt: node.at,
        ...(node.links > 1 && { links: node.links }),
      };
    const below = this.#layered(at);
    if (below)
      return {
        kind: below.kind,
        mode: below.mode,
        owner: below.owner,
        group: below.group,
        sizeBytes: below.sizeBytes(),
        modifiedAt: below.modifiedAt,
      };
    if (at === "/" || this.#hasMountBelow(at))
      return { kind: "directory", mode: 0o755, owner: "root", group: "root", sizeBytes: 4096, modifiedAt: 0 };
    return undefined;
  }

  #targetOf(at: string): string {
    const mounted = this.#mountOf(at);
    if (mounted) return mounted.mount.fs.readlink(mounted.path);
    return this.#nodes.get(at)?.target ?? this.#layered(at)?.target ?? "";
  }

  #names(at: string): string[] {
    const mounted = this.#mountOf(at);
    if (mounted) return [...mounted.mount.fs.list(mounted.path)];
    const names = new Set<string>();
    for (const layer of this.#layers) for (const name of layer.names(at)) names.add(name);
    for (const name of this.#children.get(at) ?? []) names.add(name);
    for (const name of names) if (this.#nodes.get(join(at, name)) === null) names.delete(name);
    for (const mount of this.#mounts.keys()) if (dirnameOf(mount) === at && mount !== "/") names.add(basenameOf(mount));
    return [...names].sort();
  }

  #layered(at: string): LayerNode | undefined {
    let implied: LayerNode | undefined;
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const layer = this.#layers[i];
      const node = layer?.node(at);
      if (node && !layer?.implies(at)) return node;
      implied ??= node;
    }
    return implied;
  }

  #mountOf(at: string): { mount: Mount; path: string } | undefined {
    if (this.#mounts.size === 0) return undefined;
    for (let prefix = at; ; prefix = dirnameOf(prefix)) {
      const mount = this.#mounts.get(prefix);
      if (mount) return { mount, path: at === prefix ? mount.path : join(mount.path, at.slice(prefix === "/" ? 1 : prefix.length + 1)) };
      if (prefix === "/") return undefined;
    }
  }

  #hasMountBelow(at: string): boolean {
    for (const mount of this.#mounts.keys()) if (mount.startsWith(`${at}/`)) return true;
    return false;
  }

  /** The mount that a write goes to, if it goes to one; throws where nothing may be written. */
  #writable(at: string, path: string): { mount: Mount; path: string } | undefined {
    const mounted = this.#mountOf(at);
    if (mounted ? mounted.mount.readOnly : this.#readOnly) throw new FileError("EROFS", path);
    return mounted;
  }

  #needParent(at: string, path: string): void {
    const parent = this.#statAt(dirnameOf(at));
    if (!parent) throw new FileError("ENOENT", path);
    if (parent.kind !== "directory") throw new FileError("ENOTDIR", path);
  }

  #fresh(kind: FileStat["kind"], mode: number, owner = this.#owner): Node {
    return { kind, mode, owner, group: owner, at: this.#now(), buffer: empty, sizeBytes: kind === "directory" ? 4096 : 0, target: "", links: 1 };
  }

  /** A directory with the set-group-ID bit gives what is made in it its own group, and directories that bit. */
  #childOf(at: string, node: Node): Node {
    const parent = this.#statAt(dirnameOf(at));
    if (parent && (parent.mode & setGroup) !== 0) {
      node.group = parent.group;
      if (node.kind === "directory") node.mode |= setGroup;
    }
    return node;
  }

  /** The node to change: one of a layer is copied first. */
  #own(at: string): Node | undefined {
    const node = this.#nodes.get(at);
    if (node) return node;
    const below = node === null ? undefined : this.#layered(at);
    if (!below && at !== "/") return undefined;
    const copy = this.#fresh(below?.kind ?? "directory", below?.mode ?? 0o755, below?.owner);
    if (below) {
      Object.assign(copy, { group: below.group, at: below.modifiedAt, target: below.target ?? "", sizeBytes: below.sizeBytes() });
      if (below.kind === "file") copy.buffer = below.content();
    }
    return this.#put(at, copy);
  }

  #put(at: string, node: Node): Node {
    this.#nodes.set(at, node);
    if (at === "/") return node;
    const parent = dirnameOf(at);
    const siblings = this.#children.get(parent);
    if (siblings) siblings.add(basenameOf(at));
    else this.#children.set(parent, new Set([basenameOf(at)]));
    return node;
  }

  #drop(at: string): void {
    const node = this.#nodes.get(at);
    if (node && --node.links === 0 && node.kind === "file") this.#usedBytes -= node.buffer.length;
    if (this.#layered(at)) this.#nodes.set(at, null);
    else this.#nodes.delete(at);
    this.#children.get(dirnameOf(at))?.delete(basenameOf(at));
    this.#children.delete(at);
  }

  #append(node: Node, bytes: Uint8Array, path: string): void {
    this.#account(bytes.length, path);
    appendTo(node, bytes);
  }

  #account(bytes: number, path: string): void {
    if (bytes > 0 && this.#usedBytes + bytes > this.#limitBytes) throw new FileError("ENOSPC", path);
    this.#usedBytes += bytes;
  }

  #copy(from: string, to: string): void {
    const stat = this.#statAt(from);
    if (!stat) return;
    if (stat.kind === "directory") {
      this.mkdir(to, { mode: stat.mode });
      for (const name of this.#names(from)) this.#copy(join(from, name), join(to, name));
    } else if (stat.kind === "link") this.symlink(this.#targetOf(from), to);
    else this.write(to, this.read(from), { mode: stat.mode, owner: stat.owner });
    const moved = this.#mountOf(to) ? undefined : this.#own(to);
    if (moved) Object.assign(moved, { owner: stat.owner, group: stat.group, at: stat.modifiedAt });
  }
}
