import { bytesOf } from "#base/streams.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { globSource } from "../ignore.ts";
import { tagText } from "../objects.ts";
import { isRefName } from "../refs.ts";
import { ancestors, commitNamed, peeled, revision, shortId, subjectOf } from "../revision.ts";
import { cleaned } from "./commit.ts";

/** Names with numbers in the order of the numbers. */
const byVersion = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

export const tag = defineCommand({
  name: "tag",
  summary: "Create, list, delete or verify a tag object",
  usage: "[-a | -s] [-f] [-m <msg> | -F <file>] <tagname> [<commit> | <object>]\ntag -d <tagname>...\ntag [-n[<num>]] -l [<pattern>...]",
  options: [
    "a,annotate",
    "m,message=",
    "F,file=",
    "f,force",
    "d,delete",
    "l,list",
    "n?",
    "s,sign",
    "u,local-user=",
    "v,verify",
    "sort=",
    "contains?",
    "merged?",
    "points-at?",
    "format=",
    "color?",
    "i,ignore-case",
  ],

  async run(scene, args) {
    const { repository } = scene;
    const { refs, objects } = repository;
    const { operands } = args;
    if (args.has("sign") || args.has("verify") || args.has("local-user")) throw new GitError("signed tags: not simulated by Podyard");
    if (args.has("delete")) {
      let code = 0;
      for (const name of operands) {
        const id = refs.resolve(`refs/tags/${name}`);
        if (id === undefined) {
          scene.say(`error: tag '${name}' not found.`);
          code = 1;
          continue;
        }
        refs.remove(`refs/tags/${name}`);
        scene.line(`Deleted tag '${name}' (was ${shortId(repository, id)})`);
      }
      return code;
    }
    const isListing = operands.length === 0 || ["list", "n", "contains", "merged", "points-at"].some((name) => args.has(name));
    if (isListing) {
      const globs = operands.map((pattern) => new RegExp(`^${globSource(pattern, false)}$`));
      const wanted = (name: string) => (args.has(name) ? commitNamed(repository, args.get(name) || "HEAD") : undefined);
      const [holding, into, at] = [wanted("contains"), wanted("merged"), wanted("points-at")];
      const below = into === undefined ? undefined : ancestors(repository, [into]);
      const found = refs.list("refs/tags/").map(([full, id]) => ({ name: full.slice(10), id, commit: peeled(repository, id) }));
      const shown = found.filter(
        ({ name, commit }) =>
          (globs.length === 0 || globs.some((glob) => glob.test(name))) &&
          (holding === undefined || ancestors(repository, [commit]).has(holding)) &&
          (below?.has(commit) ?? true) &&
          (at === undefined || at === commit),
      );
      const sort = args.get("sort") ?? "";
      if (/v(ersion)?:refname/.test(sort)) shown.sort((a, b) => byVersion(a.name, b.name));
      if (sort.startsWith("-")) shown.reverse();
      for (const { name, id } of shown) {
        const { type } = objects.read(id);
        const message = type === "tag" ? objects.tag(id).message : type === "commit" ? objects.commit(id).message : "";
        scene.line(args.has("n") ? `${name.padEnd(15)} ${subjectOf(message)}` : name);
      }
      return 0;
    }
    const [name = "", start = "HEAD"] = operands;
    if (!isRefName(name)) throw new GitError(`'${name}' is not a valid tag name.`);
    const ref = `refs/tags/${name}`;
    const before = refs.resolve(ref);
    if (before !== undefined && !args.has("force")) throw new GitError(`tag '${name}' already exists`);
    const target = revision(repository, start);
    if (target === undefined) throw new GitError(`Failed to resolve '${start}' as a valid ref.`);
    let id = target;
    if (args.has("annotate") || args.has("message") || args.has("file")) {
      let message = args.all("message").join("\n\n");
      const file = args.get("file");
      if (file !== undefined) message = new TextDecoder().decode(await scene.process.read(file));
      if (!args.has("message") && file === undefined) {
        repository.putNote("TAG_EDITMSG", `\n#\n# Write a message for tag:\n#   ${name}\n# Lines starting with '#' will be ignored.\n`);
        await scene.edit("TAG_EDITMSG");
        message = repository.note("TAG_EDITMSG") ?? "";
      }
      message = cleaned(message, !args.has("message"));
      if (message === "" && !args.has("message")) throw new GitError("no tag message?");
      id = objects.write(
        "tag",
        bytesOf(tagText({ object: target, type: objects.read(target).type, name, tagger: repository.person("COMMITTER"), message })),
      );
    }
    refs.write(ref, id);
    if (before !== undefined && before !== id) scene.line(`Updated tag '${name}' (was ${shortId(repository, before)})`);
    return 0;
  },
});
