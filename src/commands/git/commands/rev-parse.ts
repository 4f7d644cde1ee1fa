import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { commits, wantedOf } from "../history.ts";
import { shortRef } from "../refs.ts";
import { commitNamed, mergeBases, peeled, refNamed, revision, shortId, subjectOf, unknownRevision } from "../revision.ts";

export const revParse = defineCommand({
  name: "rev-parse",
  summary: "Pick out and massage parameters",
  usage: "[<options>] <arg>...",
  options: [
    "verify",
    "q,quiet",
    "short?",
    "abbrev-ref?",
    "symbolic-full-name",
    "show-toplevel",
    "git-dir",
    "absolute-git-dir",
    "is-inside-work-tree",
    "is-inside-git-dir",
    "is-bare-repository",
    "show-prefix",
    "show-cdup",
    "all",
    "branches?",
    "tags?",
    "git-common-dir",
  ],

  run(scene, args) {
    const { repository, process } = scene;
    const { gitDir, workTree } = repository;
    const prefix = workTree !== "" && process.cwd.startsWith(`${workTree}/`) ? process.cwd.slice(workTree.length + 1) : "";
    const facts: Record<string, () => string> = {
      "show-toplevel": () => {
        if (repository.isBare) throw new GitError("this operation must be run in a work tree");
        return workTree;
      },
      "git-dir": () => (process.cwd === workTree ? ".git" : process.cwd === gitDir ? "." : gitDir),
      "git-common-dir": () => (process.cwd === workTree ? ".git" : process.cwd === gitDir ? "." : `${"../".repeat(prefix.split("/").length)}.git`),
      "absolute-git-dir": () => gitDir,
      "is-inside-work-tree": () => String(workTree !== "" && !process.cwd.startsWith(gitDir)),
      "is-inside-git-dir": () => String(process.cwd === gitDir || process.cwd.startsWith(`${gitDir}/`)),
      "is-bare-repository": () => String(repository.isBare),
      "show-prefix": () => (prefix === "" ? "" : `${prefix}/`),
      "show-cdup": () => "../".repeat(prefix === "" ? 0 : prefix.split("/").length),
    };
    for (const [name, fact] of Object.entries(facts)) if (args.has(name)) scene.line(fact());
    for (const [name, place] of [
      ["all", "refs/"],
      ["branches", "refs/heads/"],
      ["tags", "refs/tags/"],
    ] as const)
      if (args.has(name)) for (const [, id] of repository.refs.list(place)) scene.line(id);
    const single = args.has("verify") || args.has("short");
    if (single && args.operands.length !== 1) {
      if (args.has("quiet")) return 1;
      throw new GitError("Needed a single revision");
    }
    for (const text of args.operands) {
      if (args.has("abbrev-ref") || args.has("symbolic-full-name")) {
        const full =
          text === "HEAD"
            ? (repository.refs.symbolic("HEAD") ?? "HEAD")
            : /@\{u(pstream)?\}$/.test(text)
              ? upstreamName(scene.repository, text)
              : refNamed(repository, text);
        if (full === undefined || (text === "HEAD" && repository.head() === undefined)) throw unknownRevision(text);
        scene.line(args.has("abbrev-ref") ? shortRef(full) : full);
        continue;
      }
      const range = /^(.*?)(\.{2,3})(.*)$/.exec(text);
      const ids = range
        ? [revision(repository, range[3] || "HEAD"), revision(repository, range[1] || "HEAD")]
        : [revision(repository, text.replace(/^\^/, ""))];
      if (ids.some((id) => id === undefined)) {
        if (args.has("quiet")) return 1;
        if (single) throw new GitError("Needed a single revision");
        scene.line(text);
        throw unknownRevision(text);
      }
      ids.forEach((id, i) => {
        const excluded = i === 1 ? range?.[2] === ".." : text.startsWith("^");
        const length = Number(args.get("short")) || 0;
        scene.line(
          `${excluded ? "^" : ""}${args.has("short") ? (length > 0 ? (id ?? "").slice(0, Math.max(4, length)) : shortId(repository, id ?? "")) : id}`,
        );
      });
      if (range?.[2] === "...")
        for (const id of mergeBases(repository, commitNamed(repository, range[1] || "HEAD"), commitNamed(repository, range[3] || "HEAD")))
          scene.line(`^${id}`);
    }
    return 0;
  },
});

function upstreamName(repository: Parameters<typeof refNamed>[0], text: string): string {
  const branch = text.replace(/@\{.*$/, "") || repository.branch() || "";
  const remote = repository.setting(`branch.${branch}.remote`);
  const merge = repository.setting(`branch.${branch}.merge`);
  if (!remote || !merge) throw new GitError(`no upstream configured for branch '${branch}'`);
  return remote === "." ? merge : `refs/remotes/${remote}/${merge.replace("refs/heads/", "")}`;
}
export const revList = defineCommand({
  name: "rev-list",
  summary: "Lists commit objects in reverse chronological order",
  usage: "[<options>] <commit>... [--] [<path>...]",
  options: ["count", "#,n,max-count=", "all", "reverse", "no-merges", "merges", "first-parent", "abbrev-commit", "oneline"],
  run(scene, args) {
    const { repository } = scene;
    const wide = args.has("all") ? repository.refs.list("refs/").map(([, id]) => peeled(repository, id)) : [];
    if (args.operands.length === 0 && wide.length === 0) throw new GitError("usage: git rev-list [<options>] <commit>... [--] [<path>...]\n", 129);
    const wanted = wantedOf(repository, args.operands);
    let found = [...commits(repository, { from: [...wanted.from, ...wide], without: wanted.without }, { firstParent: args.has("first-parent") })];
    if (args.has("no-merges")) found = found.filter(({ parents }) => parents.length < 2);
    if (args.has("merges")) found = found.filter(({ parents }) => parents.length > 1);
    found = found.slice(0, Number(args.get("max-count") ?? found.length));
    if (args.has("reverse")) found.reverse();
    if (args.has("count")) scene.line(String(found.length));
    else
      for (const { id, message } of found)
        scene.line(
          `${args.has("abbrev-commit") || args.has("oneline") ? shortId(repository, id) : id}${args.has("oneline") ? ` ${subjectOf(message)}` : ""}`,
        );
  },
});

export const mergeBase = defineCommand({
  name: "merge-base",
  summary: "Find as good common ancestors as possible for a merge",
  usage: "[-a | --all] <commit> <commit>...\nmerge-base --is-ancestor <commit> <commit>",
  options: ["a,all", "is-ancestor"],
  run(scene, args) {
    const { repository } = scene;
    const [a = "", b = ""] = args.operands.map((text) => commitNamed(repository, text));
    const found = mergeBases(repository, a, b);
    if (args.has("is-ancestor")) return found.includes(a) ? 0 : 1;
    for (const id of args.has("all") ? found : found.slice(0, 1)) scene.line(id);
    return found.length > 0 ? 0 : 1;
  },
});
