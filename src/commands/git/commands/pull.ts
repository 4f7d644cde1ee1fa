import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { ancestors, shortId, upstreamOf } from "../revision.ts";
import { fetchFrom, fetchOptions } from "./fetch.ts";
import { mergeCommit } from "./merge.ts";
import { addressOf, namesOf, usualRemote } from "./remote-names.ts";

const howToPull = `You have divergent branches and need to specify how to reconcile them.
You can do so by running one of the following commands sometime before
your next pull:

  git config pull.rebase false  # merge
  git config pull.rebase true   # rebase
  git config pull.ff only       # fast-forward only

You can replace "git config" with "git config --global" to set a default
preference for all repositories. You can also pass --rebase, --no-rebase,
or --ff-only on the command line to override the configured default per
invocation.`;

export const pull = defineCommand({
  name: "pull",
  summary: "Fetch from and integrate with another repository or a local branch",
  usage: "[<options>] [<repository> [<refspec>...]]",
  options: [
    ...fetchOptions,
    "r,rebase?",
    "no-rebase",
    "ff",
    "ff-only",
    "no-ff",
    "e,edit",
    "no-edit",
    "squash",
    "commit",
    "no-commit",
    "stat",
    "autostash",
    "allow-unrelated-histories",
  ],

  async run(scene, args) {
    const repository = scene.worked;
    const branch = repository.branch();
    const [given, ref] = args.operands;
    const name = given ?? usualRemote(repository);
    if (args.has("rebase") || repository.setting("pull.rebase") === "true")
      throw new GitError("git pull --rebase: not simulated by Podyard; merge instead (git pull --no-rebase)");
    const upstream = branch === undefined ? undefined : upstreamOf(repository, branch);
    if (given === undefined && upstream === undefined) {
      if (branch === undefined)
        throw new GitError(
          "You are not currently on a branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n"
            .replace(/^/, "error: ")
            .replace("error: ", ""),
          1,
        );
      scene.say(
        `There is no tracking information for the current branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${namesOf(repository)[0] ?? "<remote>"}/<branch> ${branch}\n`,
      );
      return 1;
    }
    await fetchFrom(scene, repository, name, args);
    const followed = ref ?? (upstream ?? "").replace(/^refs\/remotes\/[^/]+\//, "");
    const target =
      ref === undefined && upstream !== undefined ? repository.refs.resolve(upstream) : repository.refs.resolve(`refs/remotes/${name}/${followed}`);
    if (target === undefined) throw new GitError(`couldn't find remote ref ${followed}`, 1);
    const head = repository.head();
    const isApart = head !== undefined && !ancestors(repository, [target]).has(head) && !ancestors(repository, [head]).has(target);
    const how = args.last("ff", "ff-only", "no-ff") ?? (repository.setting("pull.ff") === "only" ? "ff-only" : undefined);
    if (
      isApart &&
      how === undefined &&
      !args.has("no-rebase") &&
      args.last("rebase", "no-rebase") === undefined &&
      repository.setting("pull.rebase") === undefined
    ) {
      scene.hint(howToPull);
      throw new GitError("Need to specify how to reconcile divergent branches.");
    }
    return mergeCommit(scene, repository, shortId(repository, target), target, {
      onlyForward: how === "ff-only",
      noForward: how === "no-ff",
      quiet: args.has("quiet"),
      source: `branch '${followed}' of ${addressOf(repository, name).replace(/\.git$/, "")}`,
    });
  },
});
