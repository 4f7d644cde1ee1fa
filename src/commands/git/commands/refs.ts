import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { zeroId } from "../objects.ts";
import { shortRef } from "../refs.ts";
import { refNamed, revision, shortId, unknownRevision } from "../revision.ts";

export const updateRef = defineCommand({
  name: "update-ref",
  summary: "Update the object name stored in a ref safely",
  usage: "[<options>] (-d <refname> [<old-oid>] | <refname> <new-oid> [<old-oid>])",
  options: ["d", "m=", "no-deref"],
  run(scene, args) {
    const { repository } = scene;
    const [name = "", text = ""] = args.operands;
    if (args.has("d")) {
      repository.refs.remove(name);
      return;
    }
    const id = revision(repository, text);
    if (id === undefined) throw new GitError(`${text}: not a valid SHA1`);
    const target = repository.refs.symbolic(name) ?? name;
    const before = repository.refs.resolve(target) ?? zeroId;
    repository.refs.write(target, id);
    repository.refs.log(target, before, id, args.get("m") ?? "");
  },
});

export const symbolicRef = defineCommand({
  name: "symbolic-ref",
  summary: "Read, modify and delete symbolic refs",
  usage: "[-m <reason>] <name> <ref>\nsymbolic-ref [-q] [--short] <name>",
  options: ["q,quiet", "short", "m=", "d,delete"],
  run(scene, args) {
    const { refs } = scene.repository;
    const [name = "HEAD", target] = args.operands;
    if (target !== undefined) {
      refs.point(name, target);
      return 0;
    }
    const found = refs.symbolic(name);
    if (found === undefined) {
      if (args.has("quiet")) return 1;
      throw new GitError(`ref ${name} is not a symbolic ref`);
    }
    scene.line(args.has("short") ? shortRef(found) : found);
    return 0;
  },
});

export const showRef = defineCommand({
  name: "show-ref",
  summary: "List references in a local repository",
  usage: "[-q | --quiet] [--verify] [--head] [--tags] [--heads] [<pattern>...]",
  options: ["q,quiet", "verify", "head", "tags", "heads", "s,hash?", "d,dereference"],
  run(scene, args) {
    const { refs } = scene.repository;
    const all = [...(args.has("head") && refs.resolve("HEAD") ? [["HEAD", refs.resolve("HEAD") ?? ""] as const] : []), ...refs.list("refs/")];
    const found = all.filter(
      ([name]) =>
        (!(args.has("tags") || args.has("heads")) ||
          (args.has("tags") && name.startsWith("refs/tags/")) ||
          (args.has("heads") && name.startsWith("refs/heads/"))) &&
        (args.operands.length === 0 ||
          args.operands.some((pattern) => (args.has("verify") ? name === pattern : name === pattern || name.endsWith(`/${pattern}`)))),
    );
    if (found.length === 0) {
      if (args.has("verify") && !args.has("quiet")) throw new GitError(`'${args.operands[0]}' - not a valid ref`);
      return 1;
    }
    if (!args.has("quiet")) for (const [name, id] of found) scene.line(args.has("hash") ? id : `${id} ${name}`);
    return 0;
  },
});

export const reflog = defineCommand({
  name: "reflog",
  summary: "Manage reflog information",
  usage: "[show] [<log-options>] [<ref>]",
  options: ["#,n,max-count=", "all", "date=", "no-abbrev"],
  paged: true,
  run(scene, args) {
    const { repository } = scene;
    const [first, second] = args.operands;
    if (first === "expire" || first === "delete") throw new GitError(`git reflog ${first}: not simulated by Podyard`);
    const name = (first === "show" ? second : first) ?? "HEAD";
    const full = name === "HEAD" ? "HEAD" : (refNamed(repository, name) ?? name);
    const paint = scene.paint();
    if (repository.refs.resolve(full) === undefined)
      throw repository.head() === undefined && full === "HEAD"
        ? new GitError(`your current branch '${repository.branch()}' does not have any commits yet`)
        : unknownRevision(name);
    repository.refs
      .history(full)
      .slice(0, Number(args.get("max-count") ?? Number.POSITIVE_INFINITY))
      .forEach(({ after, why }, i) => {
        scene.line(`${paint("commit", shortId(repository, after))} ${name}@{${i}}: ${why}`);
      });
  },
});
