import { defineCommand } from "../command.ts";
import { withSetting } from "../config-file.ts";
import { GitError } from "../failure.ts";
import { isRefName } from "../refs.ts";
import type { Scene } from "../scene.ts";
import { isGitDirectory } from "../scene.ts";

const defaultBranchHint = (name: string) => `Using '${name}' as the name for the initial branch. This default branch name
is subject to change. To configure the initial branch name to use in all
of your new repositories, which will suppress this warning, call:

	git config --global init.defaultBranch <name>

Names commonly chosen instead of 'master' are 'main', 'trunk' and
'development'. The just-created branch can be renamed via this command:

	git branch -m <name>`;

/** Makes a repository's directory. */
export function makeRepository({ fs }: Scene, gitDir: string, branch: string, isBare: boolean): void {
  for (const name of ["branches", "hooks", "info", "objects/info", "objects/pack", "refs/heads", "refs/tags"])
    fs.mkdir(`${gitDir}/${name}`, { recursive: true });
  fs.write(`${gitDir}/HEAD`, `ref: refs/heads/${branch}\n`);
  fs.write(`${gitDir}/description`, "Unnamed repository; edit this file 'description' to name the repository.\n");
  fs.write(`${gitDir}/info/exclude`, "# Patterns of files that no commit of this repository shall hold, a line each.\n");
  let config = withSetting("", "core.repositoryformatversion", "0");
  config = withSetting(config, "core.filemode", "true");
  config = withSetting(config, "core.bare", String(isBare));
  if (!isBare) config = withSetting(config, "core.logallrefupdates", "true");
  fs.write(`${gitDir}/config`, config);
}

export const init = defineCommand({
  name: "init",
  summary: "Create an empty Git repository or reinitialize an existing one",
  usage: "[-q | --quiet] [--bare] [-b <branch-name> | --initial-branch=<branch-name>] [<directory>]",
  options: ["q,quiet", "bare", "b,initial-branch=", "template=", "shared?", "object-format=", "separate-git-dir="],

  run(scene, args) {
    const { fs, process } = scene;
    for (const name of ["separate-git-dir", "object-format"])
      if (args.has(name) && args.get(name) !== "sha1") throw new GitError(`--${name}: not simulated by Podyard`);
    const directory = scene.path(args.operands[0] ?? ".");
    fs.mkdir(directory, { recursive: true });
    const isBare = args.has("bare");
    const gitDir = isBare ? directory : `${directory === "/" ? "" : directory}/.git`;
    const shown = isBare ? `${gitDir}/` : `${gitDir}/`;
    if (isGitDirectory(process, gitDir)) {
      if (!args.has("quiet")) scene.line(`Reinitialized existing Git repository in ${shown}`);
      if (args.get("initial-branch") !== undefined) scene.say(`warning: re-init: ignored --initial-branch=${args.get("initial-branch")}`);
      return 0;
    }
    const given = args.get("initial-branch") ?? scene.setting("init.defaultbranch");
    const branch = given ?? "master";
    if (!isRefName(branch)) throw new GitError(`invalid initial branch name: '${branch}'`);
    if (given === undefined && !args.has("quiet")) scene.hint(defaultBranchHint(branch));
    makeRepository(scene, gitDir, branch, isBare);
    if (!args.has("quiet")) scene.line(`Initialized empty Git repository in ${shown}`);
    return 0;
  },
});
