import type { FileSystem } from "#shell/file-system.ts";
import { NetError, type Process } from "#shell/process.ts";
import { GitError } from "./failure.ts";
import type { GitObject, Objects } from "./objects.ts";
import { bundled } from "./repositories/bundled.ts";
import { Repository } from "./repository.ts";
import { isGitDirectory } from "./scene.ts";

/** Another repository, as one fetches from it. */
export interface RemoteSide {
  /** The branch that its HEAD stands for. */
  readonly branch: string | undefined;
  /** Branches and tags with what they lead to. */
  refs(): [name: string, id: string][];
  read(id: string): GitObject;
  /** Where one may push to as well. */
  readonly repository?: Repository;
}

/** The repository at an address: a directory of this machine, or one of those that are kept here. Throws what git says where there is none. */
export async function remoteSide(process: Process, address: string, cwd = process.cwd): Promise<RemoteSide> {
  const { fs } = process.machine;
  if (/^[a-z+]+:\/\//.test(address) && !address.startsWith("file://")) return overNetwork(process, address);
  if (/^[^/]+@[^/]+:/.test(address) || /^[\w.-]+:(?!\/\/)/.test(address)) throw noSsh(/^(?:[^@]*@)?([^:/]+)/.exec(address)?.[1] ?? address);
  const path = fs.resolve(cwd, address.replace(/^file:\/\//, ""));
  const gitDir = [path, `${path}/.git`, `${path}.git`].find((one) => isGitDirectory(process, one));
  if (gitDir === undefined)
    throw new GitError(
      fs.stat(path)
        ? `'${address}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`
        : `'${address}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`,
    );
  const repository = new Repository(process, gitDir, isBareAt(fs, gitDir) ? "" : gitDir.replace(/\/\.git$/, ""));
  return {
    branch: repository.branch(),
    refs: () => [...repository.refs.list("refs/heads/"), ...repository.refs.list("refs/tags/")],
    read: (id) => repository.objects.read(id),
    repository,
  };
}

const isBareAt = (fs: FileSystem, gitDir: string): boolean =>
  /bare\s*=\s*true/.test(fs.stat(`${gitDir}/config`) ? fs.readText(`${gitDir}/config`) : "");

async function overNetwork(process: Process, address: string): Promise<RemoteSide> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^(https?|ssh|git):$/.test(url.protocol)) throw new GitError(`Unable to find remote helper for '${/^[^:]+/.exec(address)?.[0]}'`);
  if (url.protocol === "ssh:") throw noSsh(url.hostname);
  if (url.protocol === "git:") throw new GitError(`unable to look up ${url.hostname} (port 9418) (Name or service not known)`);
  const known = await bundled(process, url);
  if (known) return known;
  const shown = address.endsWith("/") ? address : `${address}/`;
  let status: number;
  try {
    ({ status } = await process.machine.net.fetch({
      method: "GET",
      url: `${shown.replace(/\/$/, "")}/info/refs?service=git-upload-pack`,
      headers: {},
    }));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    throw new GitError(
      error.code === "ENOTFOUND" || error.code === "NOINTERNET"
        ? `unable to access '${shown}': Could not resolve host: ${url.hostname}`
        : `unable to access '${shown}': Failed to connect to ${url.hostname} port ${port}: ${error.code === "ETIMEDOUT" ? "Connection timed out" : "Connection refused"}`,
    );
  }
  // The same host may keep files and no repositories.
  throw new GitError(status === 200 ? `${shown}info/refs not valid: is this a git repository?` : `repository '${shown}' not found`);
}

const noSsh = (host: string) =>
  new GitError(
    `error: cannot reach ${host}: ssh: Could not resolve hostname ${host}: Name or service not known\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`.replace(
      /^error: cannot reach [^:]+: /,
      "",
    ),
  );

/** Copies what leads from these objects and is not here yet; gives how many came. */
export function copyObjects(from: Pick<RemoteSide, "read">, to: Objects, ids: readonly string[]): number {
  let count = 0;
  const left = [...ids];
  const seen = new Set<string>();
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id) || to.has(id)) continue;
    seen.add(id);
    const { type, body } = from.read(id);
    to.write(type, body);
    count++;
    if (type === "commit") {
      const commit = to.commit(id);
      left.push(commit.tree, ...commit.parents);
    } else if (type === "tree") left.push(...to.tree(id).flatMap((entry) => (entry.mode === "160000" ? [] : [entry.id])));
    else if (type === "tag") left.push(to.tag(id).object);
  }
  return count;
}
