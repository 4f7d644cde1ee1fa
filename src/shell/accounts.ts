import { textOf } from "#base/streams.ts";
import type { FileSystem } from "./file-system.ts";
import type { ProcessUser } from "./process.ts";

/** A line of `/etc/passwd`. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A line of `/etc/group`. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const nothing = new Uint8Array();
const root: Account = { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" };

/** The users and groups of a machine, as its files have them: whoever edits the files adds some. */
export class Accounts {
  readonly #users: Lines<Account>;
  readonly #groups: Lines<Group>;

  constructor(fs: FileSystem) {
    this.#users = new Lines(fs, "/etc/passwd", ([name = "", , uid, gid, , home = "/", shell = ""]) => ({
      name,
      uid: Number(uid),
      gid: Number(gid),
      home,
      shell: shell || "/bin/sh",
    }));
    this.#groups = new Lines(fs, "/etc/group", ([name = "", , gid, members = ""]) => ({
      name,
      gid: Number(gid),
      members: members.split(",").filter(Boolean),
    }));
  }

  users(): readonly Account[] {
    return this.#users.all();
  }

  groups(): readonly Group[] {
    return this.#groups.all();
  }

  user(name: string): Account | undefined {
    return this.users().find((user) => user.name === name) ?? (name === "root" ? root : undefined);
  }

  userOf(uid: number): Account | undefined {
    return this.users().find((user) => user.uid === uid) ?? (uid === 0 ? root : undefined);
  }

  group(name: string): Group | undefined {
    return this.groups().find((group) => group.name === name);
  }

  /** A group's name; its number where it has none. */
  nameOf(gid: number): string {
    return this.groups().find((group) => group.gid === gid)?.name ?? (gid === 0 ? "root" : String(gid));
  }

  /** A known user as a process is one. */
  login(name: string): ProcessUser | undefined {
    const user = this.user(name);
    if (!user) return undefined;
    const further = this.groups().filter(({ members }) => members.includes(name));
    return { name, uid: user.uid, gid: user.gid, groups: further.map(({ gid }) => gid).filter((gid) => gid !== user.gid), home: user.home };
  }

  /**
   * Who `user` or `user:group`, by names or numbers, means, with further groups. A number that is nobody's is a user without a home, of the group root.
   * Throws an `Error` where a name is nobody's.
   */
  process(wanted: string, further: readonly number[] = []): ProcessUser {
    const [name = "root", group] = wanted.split(":");
    const known = this.login(name) ?? this.#ofNumber(name);
    if (!known) throw new Error(`unable to find user ${name}: no matching entries in passwd file`);
    const gid = group === undefined ? known.gid : (this.group(group)?.gid ?? Number(group));
    if (Number.isNaN(gid)) throw new Error(`unable to find group ${group}: no matching entries in group file`);
    return { ...known, gid, groups: [...new Set([...known.groups, ...further])].filter((each) => each !== gid) };
  }

  #ofNumber(text: string): ProcessUser | undefined {
    if (!/^\d+$/.test(text)) return undefined;
    const uid = Number(text);
    const user = this.userOf(uid);
    return user ? this.login(user.name) : { name: text, uid, gid: 0, groups: [], home: "/" };
  }
}

/** The lines of a file, read again when it has changed. */
class Lines<T extends { readonly name: string }> {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #parse: (fields: readonly string[]) => T;
  #bytes: Uint8Array | undefined;
  #text: string | undefined;
  #lines: readonly T[] = [];

  constructor(fs: FileSystem, path: string, parse: (fields: readonly string[]) => T) {
    this.#fs = fs;
    this.#path = path;
    this.#parse = parse;
  }

  all(): readonly T[] {
    const bytes = this.#fs.stat(this.#path)?.kind === "file" ? this.#fs.read(this.#path) : nothing;
    if (bytes === this.#bytes) return this.#lines;
    this.#bytes = bytes;
    const text = textOf(bytes);
    if (text === this.#text) return this.#lines;
    this.#text = text;
    this.#lines = text
      .split("\n")
      .filter((line) => line.includes(":"))
      .map((line) => this.#parse(line.split(":")));
    return this.#lines;
  }
}
