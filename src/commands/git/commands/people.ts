import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { commits, wantedOf } from "../history.ts";
import { personText } from "../objects.ts";
import { subjectOf } from "../revision.ts";

export const shortlog = defineCommand({
  name: "shortlog",
  summary: "Summarize 'git log' output",
  usage: "[<options>] [<revision-range>]",
  options: ["n,numbered", "s,summary", "e,email"],
  run(scene, args) {
    const { repository } = scene;
    const found = [...commits(repository, wantedOf(repository, args.operands.length > 0 ? args.operands : ["HEAD"]))];
    const people = new Map<string, string[]>();
    for (const { author, message } of found.reverse()) {
      const name = args.has("email") ? `${author.name} <${author.email}>` : author.name;
      people.set(name, [...(people.get(name) ?? []), subjectOf(message)]);
    }
    const rows = [...people].sort(([a, x], [b, y]) => (args.has("numbered") ? y.length - x.length : 0) || (a < b ? -1 : 1));
    for (const [name, subjects] of rows)
      scene.print(
        args.has("summary")
          ? `${String(subjects.length).padStart(6)}\t${name}\n`
          : `${name} (${subjects.length}):\n${subjects.map((one) => `      ${one}\n`).join("")}\n`,
      );
  },
});

export const variable = defineCommand({
  name: "var",
  summary: "Show a Git logical variable",
  usage: "(-l | <variable>)",
  run(scene, args) {
    const [name = ""] = args.operands;
    const { repository } = scene;
    if (name === "GIT_AUTHOR_IDENT" || name === "GIT_COMMITTER_IDENT")
      scene.line(personText(repository.person(name === "GIT_AUTHOR_IDENT" ? "AUTHOR" : "COMMITTER")));
    else if (name === "GIT_EDITOR")
      scene.line(scene.process.env.get("GIT_EDITOR") ?? repository.setting("core.editor") ?? scene.process.env.get("EDITOR") ?? "vi");
    else throw new GitError("usage: git var (-l | <variable>)\n", 129);
  },
});
