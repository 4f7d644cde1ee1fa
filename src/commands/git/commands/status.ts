import { defineCommand } from "../command.ts";
import { trackingOf } from "../history.ts";
import { Pathspec } from "../pathspec.ts";
import { lastLine, longStatus, shortStatus, statusOf } from "../status-text.ts";
import { untrackedFiles } from "../work-tree.ts";

export const status = defineCommand({
  name: "status",
  summary: "Show the working tree status",
  usage: "[<options>] [--] [<pathspec>...]",
  options: [
    "v,verbose",
    "s,short",
    "b,branch",
    "long",
    "porcelain?",
    "u,untracked-files?",
    "ignored?",
    "z",
    "show-stash",
    "ahead-behind",
    "renames",
    "column?",
    "no-column",
  ],

  run(scene, args) {
    const repository = scene.worked;
    const how = args.get("untracked-files") ?? (repository.setting("status.showuntrackedfiles") || "normal");
    const others = how === "no" ? { untracked: [], ignored: [] } : untrackedFiles(repository, how === "all" || how === "");
    if (!args.has("ignored")) others.ignored.length = 0;
    const paths = new Pathspec(repository, args.operands);
    const whole = statusOf(repository, others);
    const result = paths.isEmpty
      ? whole
      : {
          staged: whole.staged.filter(({ path }) => paths.matches(path)),
          unstaged: whole.unstaged.filter(({ path }) => paths.matches(path)),
          conflicts: new Map([...whole.conflicts].filter(([path]) => paths.matches(path))),
          untracked: whole.untracked.filter((path) => paths.matches(path.replace(/\/$/, ""))),
          ignored: whole.ignored.filter((path) => paths.matches(path.replace(/\/$/, ""))),
        };
    const isPorcelain = args.has("porcelain");
    if (isPorcelain && /2/.test(args.get("porcelain") ?? "")) scene.say("warning: --porcelain=v2 is not simulated by Podyard; this is v1");
    const paint = isPorcelain ? scene.paint("never") : scene.paint();
    const isShort = !args.has("long") && (args.has("short") || isPorcelain || repository.setting("status.short") === "true");
    if (isShort) {
      if (args.has("branch")) {
        const branch = repository.branch();
        const tracking = branch === undefined ? undefined : trackingOf(repository, branch);
        const counts = [...(tracking?.ahead ? [`ahead ${tracking.ahead}`] : []), ...(tracking?.behind ? [`behind ${tracking.behind}`] : [])].join(
          ", ",
        );
        const behind = tracking ? `...${paint("remoteBranch", tracking.name)}${tracking.isGone ? " [gone]" : counts ? ` [${counts}]` : ""}` : "";
        const name = branch === undefined ? paint("changed", "HEAD (no branch)") : paint("current", branch) + behind;
        scene.line(`## ${repository.head() === undefined ? "No commits yet on " : ""}${name}`);
      }
      const text = shortStatus(repository, result, paint, !isPorcelain);
      scene.print(args.has("z") ? text.replaceAll("\n", "\0") : text);
      return 0;
    }
    const showsUntracked = how !== "no";
    scene.print(longStatus(repository, result, paint, { hints: repository.setting("advice.statushints") !== "false", showsUntracked }));
    if (!showsUntracked && result.staged.length > 0) scene.line("Untracked files not listed (use -u option to show untracked files)");
    const last = lastLine(result, repository.head() === undefined, { showsUntracked });
    if (last !== undefined && !(repository.note("MERGE_HEAD") !== undefined && result.conflicts.size === 0 && result.unstaged.length === 0))
      scene.line(last);
    return 0;
  },
});
