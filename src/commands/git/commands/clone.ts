import { defineCommand } from "../command.ts";
import { withSetting } from "../config-file.ts";
import { GitError } from "../failure.ts";
import { zeroId } from "../objects.ts";
import { copyObjects, type RemoteSide, remoteSide } from "../remote-side.ts";
import type { Scene } from "../scene.ts";
import { forceTo } from "../switch-tree.ts";
import { makeRepository } from "./init.ts";

export const clone = defineCommand({
  name: "clone",
  summary: "Clone a repository into a new directory",
  usage: "[<options>] [--] <repo> [<dir>]",
  options: [
    "b,branch=",
    "depth=",
    "o,origin=",
    "q,quiet",
    "v,verbose",
    "bare",
    "mirror",
    "n,no-checkout",
    "single-branch",
    "no-single-branch",
    "no-tags",
    "progress",
    "recursive?",
    "recurse-submodules?",
    "l,local",
    "no-hardlinks",
    "c,config=",
    "filter=",
    "sparse",
    "shallow-submodules",
    "j,jobs=",
  ],

  async run(scene, args) {
    const { fs, process } = scene;
    const [address, given] = args.operands;
    if (address === undefined)
      throw new GitError("You must specify a repository to clone.\n\nusage: git clone [<options>] [--] <repo> [<dir>]\n", 129);
    const isBare = args.has("bare") || args.has("mirror");
    const name =
      given ??
      `${address
        .replace(/\/+$/, "")
        .replace(/\/\.git$/, "")
        .replace(/\.git$/, "")
        .split(/[/:]/)
        .at(-1)}${isBare ? ".git" : ""}`;
    const directory = scene.path(name);
    const there = fs.stat(directory);
    if (there && (there.kind !== "directory" || fs.list(directory).length > 0))
      throw new GitError(`destination path '${name}' already exists and is not an empty directory.`);
    const isLocal = !/^[a-z+]+:\/\//.test(address) && !/^[^/]+@[^/]+:/.test(address);
    if (isLocal && !fs.stat(scene.path(address))) throw new GitError(`repository '${address}' does not exist`);
    const quiet = args.has("quiet");
    if (!quiet) scene.say(`Cloning into ${isBare ? "bare repository " : ""}'${name}'...`);
    const side = await remoteSide(process, address);
    const origin = args.get("origin") ?? scene.setting("clone.defaultremotename") ?? "origin";
    const refs = side.refs();
    const wanted = args.get("branch") ?? side.branch;
    const asBranch = refs.find(([ref]) => ref === `refs/heads/${wanted}`);
    const asTag = refs.find(([ref]) => ref === `refs/tags/${wanted}`);
    if (args.get("branch") !== undefined && !asBranch && !asTag) {
      scene.say(`warning: Could not find remote branch ${wanted} to clone.`);
      throw new GitError(`Remote branch ${wanted} not found in upstream ${origin}`);
    }
    const gitDir = isBare ? directory : `${directory}/.git`;
    makeRepository(scene, gitDir, asBranch ? (wanted ?? "master") : (side.branch ?? "master"), isBare);
    const repository = scene.open(gitDir, isBare ? "" : directory);
    let config = repository.note("config") ?? "";
    config = withSetting(config, `remote.${origin}.url`, isLocal ? located(process.cwd, address) : address);
    if (!isBare) config = withSetting(config, `remote.${origin}.fetch`, `+refs/heads/*:refs/remotes/${origin}/*`);
    for (const pair of args.all("config")) config = withSetting(config, pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1));
    repository.putNote("config", config);
    repository.forgetSettings();
    const only = args.has("single-branch") || args.has("depth") ? asBranch?.[0] : undefined;
    const chosen = refs.filter(([ref]) => only === undefined || ref === only || (ref.startsWith("refs/tags/") && !args.has("depth")));
    const count = copyObjects(
      side,
      repository.objects,
      chosen.map(([, id]) => id),
    );
    if (!quiet && !isLocal && (process.isTerminal(2) || args.has("progress"))) tellTransfer(scene, count);
    if (refs.length === 0) scene.say("warning: You appear to have cloned an empty repository.");
    if (!quiet && isLocal) scene.say("done.");
    for (const [ref, id] of chosen) {
      if (ref.startsWith("refs/tags/")) {
        if (!args.has("no-tags")) repository.refs.write(ref, id);
      } else repository.refs.write(isBare ? ref : ref.replace("refs/heads/", `refs/remotes/${origin}/`), id);
    }
    if (isBare) return 0;
    if (
      side.branch !== undefined &&
      refs.some(([ref]) => ref === `refs/heads/${side.branch}`) &&
      (only === undefined || only === `refs/heads/${side.branch}`)
    )
      repository.refs.point(`refs/remotes/${origin}/HEAD`, `refs/remotes/${origin}/${side.branch}`);
    if (wanted !== undefined && (asBranch || refs.length === 0)) {
      config = withSetting(repository.note("config") ?? "", `branch.${wanted}.remote`, origin);
      repository.putNote("config", withSetting(config, `branch.${wanted}.merge`, `refs/heads/${wanted}`));
      repository.forgetSettings();
    }
    if (asBranch && wanted !== undefined) {
      const [, id] = asBranch;
      repository.refs.write(`refs/heads/${wanted}`, id);
      const who = (name: string) => {
        try {
          repository.refs.log(name, zeroId, id, `clone: from ${isLocal ? located(process.cwd, address) : address}`);
        } catch (error) {
          // Whoever has not said who they are may still clone.
          if (!(error instanceof GitError)) throw error;
        }
      };
      who(`refs/heads/${wanted}`);
      who("HEAD");
    } else if (asTag) {
      const id = commitOfTag(side, asTag[1]);
      repository.refs.write("HEAD", id);
      if (!quiet)
        scene.say(
          `Note: switching to '${id}'.\n\nYou are in 'detached HEAD' state. You can look around, make experimental\nchanges and commit them, and you can discard any commits you make in this\nstate without impacting any branches by switching back to a branch.\n\nIf you want to create a new branch to retain commits you create, you may\ndo so (now or later) by using -c with the switch command. Example:\n\n  git switch -c <new-branch-name>\n\nOr undo this operation with:\n\n  git switch -\n\nTurn off this advice by setting config variable advice.detachedHead to false\n`,
        );
    }
    const head = repository.head();
    if (head !== undefined && !args.has("no-checkout")) forceTo(repository, repository.filesOf(head));
    return 0;
  },
});

/** A path of this machine as git keeps it: from the root, and otherwise as it was typed. */
const located = (cwd: string, path: string): string => (path.startsWith("/") || path.startsWith("file:") ? path : `${cwd}/${path}`);

const commitOfTag = (side: RemoteSide, id: string): string => {
  const { type, body } = side.read(id);
  return type === "tag" ? (/^object ([0-9a-f]{40})/.exec(new TextDecoder().decode(body))?.[1] ?? id) : id;
};

function tellTransfer(scene: Scene, count: number): void {
  scene.say(
    `remote: Enumerating objects: ${count}, done.\nremote: Counting objects: 100% (${count}/${count}), done.\nremote: Compressing objects: 100% (${count}/${count}), done.\nremote: Total ${count} (delta 0), reused ${count} (delta 0), pack-reused 0\nReceiving objects: 100% (${count}/${count}), done.`,
  );
}
