import { bytesOf, textOf } from "#base/streams.ts";
import { NetError, type Process } from "#shell/process.ts";
import { GitError } from "../failure.ts";
import { type GitObject, idOf, type ObjectType } from "../objects.ts";
import type { RemoteSide } from "../remote-side.ts";
import { type Revision, repositories } from "./repositories.ts";

/** The repository of an address, where it is one of those that are kept here. */
export async function bundled(process: Process, url: URL): Promise<RemoteSide | undefined> {
  const place = `${url.hostname}${url.pathname}`
    .toLowerCase()
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  const found = repositories[place];
  if (!found) return undefined;
  const objects = new Map<string, GitObject>();
  const write = (type: ObjectType, body: Uint8Array): string => {
    const id = idOf(type, body);
    objects.set(id, { type, body });
    return id;
  };
  const files = new Map<string, string>();
  const refs: [string, string][] = [];
  let parent = "";
  for (const { author, at, message, files: changed, tag } of found.history) {
    for (const [path, content] of Object.entries(await contents(process, changed))) files.set(path, content);
    const tree = treeOf(files, write);
    const seconds = Date.parse(at) / 1000;
    const person = `${author} ${seconds} +0000`;
    parent = write(
      "commit",
      bytesOf(`tree ${tree}\n${parent === "" ? "" : `parent ${parent}\n`}author ${person}\ncommitter ${person}\n\n${message}\n`),
    );
    if (tag !== undefined) refs.push([`refs/tags/${tag}`, parent]);
  }
  refs.unshift([`refs/heads/${found.branch}`, parent]);
  return {
    branch: found.branch,
    refs: () => refs,
    read: (id) => {
      const object = objects.get(id);
      if (!object) throw new GitError(`remote error: upload-pack: not our ref ${id}`);
      return object;
    },
  };
}

/** Files of a commit: as they stand here, or from where the documentation has them. */
async function contents(process: Process, files: Revision["files"]): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === "string") {
      result[path] = content;
      continue;
    }
    try {
      const { status, body } = await process.machine.net.fetch({ method: "GET", url: content.from, headers: {} });
      if (status !== 200) throw new GitError(`remote error: ${content.from}: ${status}`);
      result[path] = typeof body === "string" ? body : textOf(body as Uint8Array);
    } catch (error) {
      if (error instanceof NetError) throw new GitError(`unable to access '${content.from}': ${error.message}`);
      throw error;
    }
  }
  return result;
}

function treeOf(files: ReadonlyMap<string, string>, write: (type: ObjectType, body: Uint8Array) => string): string {
  const below = new Map<string, Map<string, string>>();
  const entries: { name: string; mode: string; id: string }[] = [];
  for (const [path, content] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) entries.push({ name: path, mode: content.startsWith("#!") ? "100755" : "100644", id: write("blob", bytesOf(content)) });
    else {
      const inside = below.get(path.slice(0, slash)) ?? new Map<string, string>();
      below.set(path.slice(0, slash), inside.set(path.slice(slash + 1), content));
    }
  }
  for (const [name, inside] of below) entries.push({ name, mode: "40000", id: treeOf(inside, write) });
  const key = ({ name, mode }: { name: string; mode: string }) => (mode === "40000" ? `${name}/` : name);
  entries.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const parts = entries.flatMap(({ name, mode, id }) => [
    ...bytesOf(`${mode} ${name}\0`),
    ...(id.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)),
  ]);
  return write("tree", Uint8Array.from(parts));
}
