import type { Account } from "../accounts.ts";
import type { FileSystem } from "../file-system.ts";
import type { Process } from "../process.ts";
import type { ToolCall } from "./tool.ts";

export const passwdFile = "/etc/passwd";
export const groupFile = "/etc/group";

/** Who may not: everybody but root. */
export const denied = ({ process, name, fail }: ToolCall, code = 1): Promise<number> | undefined =>
  process.user.uid === 0
    ? undefined
    : name === "adduser" || name === "addgroup"
      ? fail("Only root may add a user or group to the system.", code)
      : fail(`Permission denied.\n${name}: cannot lock ${passwdFile}; try again later.`, code);

export const append = (fs: FileSystem, path: string, line: string): void => fs.write(path, `${line}\n`, { append: true });

/** Rewrites the lines of a file of accounts; one that `change` gives nothing for is dropped. */
export function rewrite(fs: FileSystem, path: string, change: (fields: string[]) => readonly string[] | undefined): void {
  const lines = fs.readText(path).split("\n").filter(Boolean);
  const kept = lines.map((line) => change(line.split(":"))?.join(":")).filter((line) => line !== undefined);
  fs.write(path, `${kept.join("\n")}\n`);
}

/** The first number from 1000 on (of systems' own accounts from 999 down) that neither a user nor a group has. */
export function freeNumber({ accounts }: Process["machine"], system: boolean): number {
  const taken = new Set([...accounts.users().map(({ uid }) => uid), ...accounts.groups().map(({ gid }) => gid)]);
  let number = system ? 999 : 1000;
  while (taken.has(number)) number += system ? -1 : 1;
  return number;
}

export const validName = /^[a-z_][a-z0-9_-]*\$?$/i;

interface NewUser extends Partial<Omit<Account, "name">> {
  name: string;
  comment?: string;
  makesHome: boolean;
  groups?: readonly string[];
}

export function addUser(
  { machine }: Process,
  { name, uid, gid, home = `/home/${name}`, shell = "/bin/sh", comment = "", makesHome, groups = [] }: NewUser,
): void {
  const { fs } = machine;
  const number = uid ?? freeNumber(machine, false);
  if (gid === undefined) append(fs, groupFile, `${name}:x:${number}:`);
  append(fs, passwdFile, `${name}:x:${number}:${gid ?? number}:${comment}:${home}:${shell}`);
  addTo(fs, name, groups);
  if (!makesHome || fs.stat(home)) return;
  fs.mkdir(home, { recursive: true });
  fs.chown(home, name, machine.accounts.nameOf(gid ?? number));
}

export function addTo(fs: FileSystem, user: string, groups: readonly string[]): void {
  if (groups.length === 0) return;
  rewrite(fs, groupFile, ([name = "", secret = "x", gid = "", members = ""]) => {
    const all = new Set(members.split(",").filter(Boolean));
    if (groups.includes(name)) all.add(user);
    return [name, secret, gid, [...all].join(",")];
  });
}

export function removeFrom(fs: FileSystem, user: string, from: (name: string) => boolean): void {
  rewrite(fs, groupFile, ([name = "", secret = "x", gid = "", members = ""]) => {
    const rest = members.split(",").filter((member) => member && !(member === user && from(name)));
    return [name, secret, gid, rest.join(",")];
  });
}

export const listOf = (text: string | undefined): string[] => (text ?? "").split(",").filter(Boolean);

/** The number of a group given by name or number; undefined where it is neither. */
export function groupNumber({ machine }: Process, text: string): number | undefined {
  return (
    machine.accounts.group(text)?.gid ??
    (/^\d+$/.test(text) && machine.accounts.groups().some(({ gid }) => gid === Number(text)) ? Number(text) : undefined)
  );
}
