import type { Arguments } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { zeroId } from "../objects.ts";
import { copyObjects, remoteSide } from "../remote-side.ts";
import type { Repository } from "../repository.ts";
import { ancestors, commitNamed, refNamed, revision, shortId, upstreamOf } from "../revision.ts";
import { follow } from "./branch.ts";
import { addressOf, namesOf, usualRemote } from "./remote-names.ts";

export const push = defineCommand({
  name: "push",
  summary: "Update remote refs along with associated objects",
  usage: "[<options>] [<repository> [<refspec>...]]",
  options: [
    "u,set-upstream",
    "f,force",
    "force-with-lease?",
    "d,delete",
    "tags",
    "follow-tags",
    "all",
    "q,quiet",
    "v,verbose",
    "n,dry-run",
    "progress",
    "porcelain",
    "no-verify",
    "o,push-option=",
  ],

  async run(scene, args) {
    const { repository } = scene;
    const [given, ...specs] = args.operands;
    const name = given ?? usualRemote(repository);
    const branch = repository.branch();
    if (given === undefined && !namesOf(repository).includes(name))
      throw new GitError(
        "No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n",
      );
    if (specs.length === 0 && !args.has("tags") && !args.has("all") && !args.has("delete")) {
      if (branch === undefined)
        throw new GitError(
          `You are not currently on a branch.\nTo push the history leading to the current (detached HEAD)\nstate now, use\n\n    git push ${name} HEAD:<name-of-remote-branch>\n`,
        );
      if (
        upstreamOf(repository, branch) === undefined &&
        !args.has("set-upstream") &&
        namesOf(repository).includes(name) &&
        repository.setting("push.autosetupremote") !== "true" &&
        repository.setting("push.default") !== "current"
      )
        throw new GitError(
          `The current branch ${branch} has no upstream branch.\nTo push the current branch and set the remote as upstream, use\n\n    git push --set-upstream ${name} ${branch}\n\nTo have this happen automatically for branches without a tracking\nupstream, see 'push.autoSetupRemote' in 'git help config'.\n`,
        );
    }
    const address = addressOf(repository, name, true);
    const side = await remoteSide(scene.process, address, repository.workTree || repository.gitDir);
    const target = side.repository;
    if (!target) throw new GitError(`could not read Username for '${new URL(address).origin}': No such device or address`);
    const wanted = pushed(repository, specs.length > 0 || args.has("tags") || args.has("all") ? specs : [branch ?? "HEAD"], args);
    const lines: string[] = [];
    let isRefused = false;
    let reason = "";
    const short = (ref: string) => ref.replace(/^refs\/(heads|tags)\//, "");
    for (const { from, to, id, force } of wanted) {
      const before = target.refs.resolve(to);
      if (id === undefined) {
        if (before === undefined) {
          scene.say(`error: unable to delete '${short(to)}': remote ref does not exist`);
          isRefused = true;
          continue;
        }
        target.refs.remove(to);
        repository.refs.remove(`refs/remotes/${name}/${short(to)}`);
        lines.push(` - [deleted]         ${short(to)}`);
        continue;
      }
      if (before === id) continue;
      const isForward = before === undefined || (repository.objects.has(before) && ancestors(repository, [commitNamed(repository, id)]).has(before));
      if (!isForward && !force) {
        reason = repository.objects.has(before ?? "") ? (branch === short(to) ? "non-fast-forward" : "non-fast-forward") : "fetch first";
        if (to.startsWith("refs/tags/")) reason = "already exists";
        lines.push(` ! [rejected]        ${short(from)} -> ${short(to)} (${reason})`);
        isRefused = true;
        continue;
      }
      if (!target.isBare && target.refs.symbolic("HEAD") === to) {
        lines.push(` ! [remote rejected] ${short(from)} -> ${short(to)} (branch is currently checked out)`);
        isRefused = true;
        reason = "checked out";
        continue;
      }
      if (!args.has("dry-run")) {
        copyObjects(repository.objects, target.objects, [id]);
        target.refs.write(to, id);
        if (to.startsWith("refs/heads/") && namesOf(repository).includes(name)) {
          const own = `refs/remotes/${name}/${short(to)}`;
          const old = repository.refs.resolve(own);
          repository.refs.write(own, id);
          repository.refs.log(own, old ?? zeroId, id, "update by push");
        }
      }
      if (before === undefined)
        lines.push(` * ${(to.startsWith("refs/tags/") ? "[new tag]" : "[new branch]").padEnd(17)} ${short(from)} -> ${short(to)}`);
      else
        lines.push(
          ` ${isForward ? " " : "+"} ${`${shortId(repository, before)}${isForward ? ".." : "..."}${shortId(repository, id)}`.padEnd(17)} ${short(from)} -> ${short(to)}${isForward ? "" : " (forced update)"}`,
        );
    }
    if (lines.length === 0 && !isRefused) {
      if (!args.has("quiet")) scene.say("Everything up-to-date");
    } else if (lines.length > 0 && (!args.has("quiet") || isRefused)) scene.say([`To ${address}`, ...lines].join("\n"));
    if (isRefused) {
      scene.say(`error: failed to push some refs to '${address}'`);
      if (reason === "fetch first")
        scene.hint(
          "Updates were rejected because the remote contains work that you do\nnot have locally. This is usually caused by another repository pushing\nto the same ref. You may want to first integrate the remote changes\n(e.g., 'git pull ...') before pushing again.\nSee the 'Note about fast-forwards' in 'git push --help' for details.",
        );
      else if (reason === "non-fast-forward")
        scene.hint(
          "Updates were rejected because the tip of your current branch is behind\nits remote counterpart. Integrate the remote changes (e.g.\n'git pull ...') before pushing again.\nSee the 'Note about fast-forwards' in 'git push --help' for details.",
        );
      return 1;
    }
    if (args.has("set-upstream"))
      for (const { from, to } of wanted)
        if (from.startsWith("refs/heads/") && to.startsWith("refs/heads/"))
          follow(scene, repository, short(from), `${name}/${short(to)}`, args.has("quiet"));
    return 0;
  },
});

interface Pushed {
  from: string;
  to: string;
  /** Undefined where it is to go. */
  id: string | undefined;
  force: boolean;
}

function pushed(repository: Repository, specs: readonly string[], args: Arguments): Pushed[] {
  const force = args.has("force") || args.has("force-with-lease");
  const { refs } = repository;
  const wanted: Pushed[] = [];
  if (args.has("all")) for (const [ref, id] of refs.list("refs/heads/")) wanted.push({ from: ref, to: ref, id, force });
  if (args.has("tags")) for (const [ref, id] of refs.list("refs/tags/")) wanted.push({ from: ref, to: ref, id, force });
  for (const spec of specs) {
    const [from = "", to = from] = spec.replace(/^\+/, "").split(":");
    if (args.has("delete") || from === "") {
      const name = to === "" ? from : to;
      wanted.push({ from: "", to: name.startsWith("refs/") ? name : `refs/heads/${name}`, id: undefined, force });
      continue;
    }
    const full = from === "HEAD" ? (to === "HEAD" ? (refs.symbolic("HEAD") ?? "HEAD") : "HEAD") : (refNamed(repository, from) ?? from);
    const id = revision(repository, from);
    if (id === undefined)
      throw new GitError(
        `error: src refspec ${from} does not match any\nerror: failed to push some refs to '${addressOf(repository, args.operands[0] ?? usualRemote(repository), true)}'`,
        1,
      );
    const target =
      to === from || to === "HEAD" ? full : to.startsWith("refs/") ? to : `${full.startsWith("refs/tags/") ? "refs/tags/" : "refs/heads/"}${to}`;
    wanted.push({ from: full, to: target, id, force: force || spec.startsWith("+") });
  }
  return wanted;
}
