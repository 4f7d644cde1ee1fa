import { sha1 } from "@noble/hashes/legacy.js";
import { unzlibSync, zlibSync } from "fflate";
import { bytesOf, joined, textOf } from "#base/streams.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";
import { GitError } from "./failure.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

export interface GitObject {
  readonly type: ObjectType;
  readonly body: Uint8Array;
}

/** A name in a tree. */
export interface TreeEntry {
  /** As git writes it: `100644`, `100755`, `120000`, `40000`. */
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** In seconds. */
  readonly at: number;
  /** `+0000` */
  readonly zone: string;
}

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

export interface Tag {
  readonly object: string;
  readonly type: ObjectType;
  readonly name: string;
  readonly tagger: Person | undefined;
  readonly message: string;
}

export const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const bytesOfHex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The name of the tree that holds nothing, which every repository knows. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
export const zeroId = "0".repeat(40);

const framed = (type: ObjectType, body: Uint8Array): Uint8Array => joined([bytesOf(`${type} ${body.length}\0`), body]);

/** The name that an object has: the hash of what it is. */
export const idOf = (type: ObjectType, body: Uint8Array): string => hexOf(sha1(framed(type, body)));

/** The objects of a repository, each in a file of its own. */
export class Objects {
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #known = new Map<string, GitObject>();

  constructor(fs: FileSystem, directory: string) {
    this.#fs = fs;
    this.#directory = directory;
  }

  has(id: string): boolean {
    return this.#known.has(id) || this.#fs.stat(this.#pathOf(id)) !== undefined;
  }

  /** Throws a `GitError` where there is no such object. */
  read(id: string): GitObject {
    const known = this.#known.get(id);
    if (known) return known;
    if (id === emptyTree) return { type: "tree", body: new Uint8Array(0) };
    let raw: Uint8Array;
    try {
      raw = unzlibSync(this.#fs.read(this.#pathOf(id)));
    } catch (error) {
      if (error instanceof FileError && error.code === "ENOENT") throw new GitError(`unable to read ${id}`);
      if (error instanceof FileError) throw new GitError(`error: unable to open loose object ${id}: ${error.reason}`);
      throw new GitError(`loose object ${id} (stored in ${this.#pathOf(id)}) is corrupt`);
    }
    const end = raw.indexOf(0);
    const type = textOf(raw.subarray(0, end)).split(" ")[0] as ObjectType;
    const object = { type, body: raw.subarray(end + 1) };
    this.#known.set(id, object);
    return object;
  }

  write(type: ObjectType, body: Uint8Array): string {
    const id = idOf(type, body);
    if (this.has(id)) return id;
    const path = this.#pathOf(id);
    this.#fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#fs.write(path, zlibSync(framed(type, body)), { mode: 0o444 });
    this.#known.set(id, { type, body: body.slice() });
    return id;
  }

  /** The names of all objects that begin so. */
  startingWith(prefix: string): string[] {
    const directories = prefix.length >= 2 ? [prefix.slice(0, 2)] : this.#names("").filter((name) => /^[0-9a-f]{2}$/.test(name));
    return directories.flatMap((directory) =>
      this.#names(`/${directory}`)
        .map((rest) => directory + rest)
        .filter((id) => id.startsWith(prefix)),
    );
  }

  tree(id: string): readonly TreeEntry[] {
    return treeOf(this.read(id).body);
  }

  commit(id: string): Commit {
    const { type, body } = this.read(id);
    if (type !== "commit") throw new GitError(`error: object ${id} is a ${type}, not a commit`);
    return commitOf(id, textOf(body));
  }

  tag(id: string): Tag {
    return tagOf(textOf(this.read(id).body));
  }

  writeTree(entries: readonly TreeEntry[]): string {
    return this.write("tree", treeBytes(entries));
  }

  writeCommit(commit: Omit<Commit, "id">): string {
    return this.write("commit", bytesOf(commitText(commit)));
  }

  #names(below: string): readonly string[] {
    const directory = this.#directory + below;
    return this.#fs.stat(directory)?.kind === "directory" ? this.#fs.list(directory) : [];
  }

  #pathOf(id: string): string {
    return `${this.#directory}/${id.slice(0, 2)}/${id.slice(2)}`;
  }
}

function treeOf(body: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(0, at);
    const [mode = "", ...name] = textOf(body.subarray(at, end)).split(" ");
    entries.push({ mode, name: name.join(" "), id: hexOf(body.subarray(end + 1, end + 21)) });
    at = end + 21;
  }
  return entries;
}

/** Trees are sorted as if the names of directories ended in a slash. */
function treeBytes(entries: readonly TreeEntry[]): Uint8Array {
  const key = ({ name, mode }: TreeEntry) => bytesOf(mode === "40000" ? `${name}/` : name);
  const sorted = entries.map((entry) => ({ entry, key: key(entry) })).sort((a, b) => compareBytes(a.key, b.key));
  return joined(sorted.flatMap(({ entry: { mode, name, id } }) => [bytesOf(`${mode} ${name}\0`), bytesOfHex(id)]));
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return a.length - b.length;
}

/** Paths in git's order, which is that of their bytes. */
export const comparePaths = (a: string, b: string): number => (a === b ? 0 : compareBytes(bytesOf(a), bytesOf(b)));

export const personText = ({ name, email, at, zone }: Person): string => `${name} <${email}> ${at} ${zone}`;

export function personOf(text: string): Person {
  const [, name = "", email = "", at = "0", zone = "+0000"] = /^(.*?) ?<([^>]*)> (-?\d+) ([-+]\d{4})$/.exec(text) ?? [];
  return { name, email, at: Number(at), zone };
}

function commitText({ tree, parents, author, committer, message }: Omit<Commit, "id">): string {
  return `tree ${tree}\n${parents.map((id) => `parent ${id}\n`).join("")}author ${personText(author)}\ncommitter ${personText(committer)}\n\n${message}`;
}

function headersOf(text: string): { headers: (readonly [string, string])[]; message: string } {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  return {
    headers: head.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
    message: end < 0 ? "" : text.slice(end + 2),
  };
}

function commitOf(id: string, text: string): Commit {
  const { headers, message } = headersOf(text);
  const first = (name: string) => headers.find(([one]) => one === name)?.[1] ?? "";
  return {
    id,
    tree: first("tree"),
    parents: headers.flatMap(([name, value]) => (name === "parent" ? [value] : [])),
    author: personOf(first("author")),
    committer: personOf(first("committer")),
    message,
  };
}

export const tagText = ({ object, type, name, tagger, message }: Tag): string =>
  `object ${object}\ntype ${type}\ntag ${name}\n${tagger ? `tagger ${personText(tagger)}\n` : ""}\n${message}`;

function tagOf(text: string): Tag {
  const { headers, message } = headersOf(text);
  const first = (name: string) => headers.find(([one]) => one === name)?.[1] ?? "";
  const tagger = first("tagger");
  return { object: first("object"), type: first("type") as ObjectType, name: first("tag"), tagger: tagger ? personOf(tagger) : undefined, message };
}
