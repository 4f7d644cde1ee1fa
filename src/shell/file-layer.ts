import { bytesOf } from "#base/streams.ts";
import type { FileStat } from "./file-system.ts";

/** A file of a layer: its text or bytes, or what makes them when first read. */
export type LayerFile =
  | string
  | Uint8Array
  | { content: string | Uint8Array | (() => string); mode?: number /** `user`, or `user:group`. */; owner?: string }
  | { link: string }
  | { directory: true; mode?: number; owner?: string }
  | { device: true; mode?: number };

export interface LayerNode {
  readonly kind: FileStat["kind"];
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly modifiedAt: number;
  readonly target: string | undefined;
  content(): Uint8Array;
  sizeBytes(): number;
}

const nothing = new Uint8Array(0);

/** Read-only files that many machines share: made once, never changed. Directories above them need not be named. */
export class Layer {
  readonly #nodes = new Map<string, LayerNode>();
  readonly #names = new Map<string, string[]>();
  readonly #implied = new Set<string>();
  readonly #files: Readonly<Record<string, LayerFile>>;
  readonly #moved = new WeakMap<Readonly<Record<string, string>>, Layer>();

  constructor(files: Readonly<Record<string, LayerFile>>, modifiedAt = Date.UTC(2026, 6, 1)) {
    this.#files = files;
    for (const [path, file] of Object.entries(files)) {
      this.#parents(path, modifiedAt);
      this.#add(path, nodeOf(file, modifiedAt));
    }
  }

  node(path: string): LayerNode | undefined {
    return this.#nodes.get(path);
  }

  /** Whether it holds the directory only because of what is in it. */
  implies(path: string): boolean {
    return this.#implied.has(path);
  }

  /** The same files where some directories are links to others: what was said to be in `/bin` is in `/usr/bin`. */
  under(links: Readonly<Record<string, string>>): Layer {
    const known = this.#moved.get(links);
    if (known) return known;
    const place = (path: string): string => {
      for (const [link, target] of Object.entries(links)) if (path.startsWith(`${link}/`)) return place(target + path.slice(link.length));
      return path;
    };
    const entries = Object.entries(this.#files);
    const moved = entries.some(([path]) => place(path) !== path)
      ? new Layer(Object.fromEntries(entries.map(([path, file]) => [place(path), file])))
      : this;
    this.#moved.set(links, moved);
    return moved;
  }

  names(directory: string): readonly string[] {
    return this.#names.get(directory) ?? [];
  }

  #add(path: string, node: LayerNode): void {
    const known = this.#nodes.has(path);
    if (known) this.#implied.delete(path);
    this.#nodes.set(path, node);
    if (known || path === "/") return;
    const at = path.lastIndexOf("/");
    const parent = path.slice(0, at) || "/";
    const siblings = this.#names.get(parent);
    if (siblings) siblings.push(path.slice(at + 1));
    else this.#names.set(parent, [path.slice(at + 1)]);
  }

  #parents(path: string, modifiedAt: number): void {
    for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
      const parent = path.slice(0, at);
      if (this.#nodes.has(parent)) continue;
      this.#implied.add(parent);
      this.#add(parent, nodeOf({ directory: true }, modifiedAt));
    }
  }
}

function nodeOf(file: LayerFile, modifiedAt: number): LayerNode {
  const root = { owner: "root", group: "root", modifiedAt, target: undefined };
  if (typeof file === "string" || file instanceof Uint8Array) return { ...root, kind: "file", mode: 0o644, ...lazily(file) };
  if ("link" in file)
    return { ...root, kind: "link", mode: 0o777, target: file.link, content: () => nothing, sizeBytes: () => bytesOf(file.link).length };
  if ("device" in file) return { ...root, kind: "device", mode: file.mode ?? 0o666, content: () => nothing, sizeBytes: () => 0 };
  const [owner = "root", group = owner] = file.owner?.split(":") ?? [];
  if ("directory" in file)
    return { ...root, owner, group, kind: "directory", mode: file.mode ?? 0o755, content: () => nothing, sizeBytes: () => 4096 };
  return { ...root, owner, group, kind: "file", mode: file.mode ?? 0o644, ...lazily(file.content) };
}

function lazily(content: string | Uint8Array | (() => string)): Pick<LayerNode, "content" | "sizeBytes"> {
  let bytes = content instanceof Uint8Array ? content : undefined;
  const all = () => {
    bytes ??= bytesOf(typeof content === "function" ? content() : (content as string));
    return bytes;
  };
  return { content: all, sizeBytes: () => all().length };
}
