import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { ancestors, commitNamed, peeled, shortId } from "../revision.ts";

export const describe = defineCommand({
  name: "describe",
  summary: "Give an object a human readable name based on an available ref",
  usage: "[--all] [--tags] [--contains] [--abbrev=<n>] [<commit-ish>...]",
  options: ["tags", "always", "abbrev=", "long", "dirty?", "exact-match", "all", "contains", "match=", "first-parent"],

  run(scene, args) {
    const { repository } = scene;
    if (args.has("all") || args.has("contains") || args.has("dirty") || args.has("match"))
      throw new GitError("git describe --all, --contains, --dirty and --match: not simulated by Podyard");
    const { objects, refs } = repository;
    const tags = refs
      .list("refs/tags/")
      .map(([full, id]) => ({ name: full.slice(10), id: peeled(repository, id), isAnnotated: objects.read(id).type === "tag" }));
    for (const text of args.operands.length > 0 ? args.operands : ["HEAD"]) {
      const id = commitNamed(repository, text);
      const below = ancestors(repository, [id]);
      const found = tags
        .filter((tag) => below.has(tag.id) && (tag.isAnnotated || args.has("tags")))
        .map((tag) => {
          const covered = ancestors(repository, [tag.id]);
          return { ...tag, distance: [...below].filter((one) => !covered.has(one)).length };
        })
        .sort((a, b) => a.distance - b.distance || Number(b.isAnnotated) - Number(a.isAnnotated));
      const [best] = found;
      if (!best || (args.has("exact-match") && best.distance > 0)) {
        if (args.has("always")) scene.line(shortId(repository, id));
        else if (args.has("exact-match")) throw new GitError(`no tag exactly matches '${id}'`);
        else if (tags.length === 0) throw new GitError("No names found, cannot describe anything.");
        else if (tags.some((tag) => below.has(tag.id)))
          throw new GitError(`No annotated tags can describe '${id}'.\nHowever, there were unannotated tags: try --tags.`);
        else throw new GitError(`No tags can describe '${id}'.\nTry --always, or create some tags.`);
        continue;
      }
      const isBare = args.get("abbrev") === "0" || (best.distance === 0 && !args.has("long"));
      scene.line(isBare ? best.name : `${best.name}-${best.distance}-g${shortId(repository, id)}`);
    }
  },
});
