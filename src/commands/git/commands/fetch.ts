import type { Arguments } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { zeroId } from "../objects.ts";
import { copyObjects, remoteSide } from "../remote-side.ts";
import type { Repository } from "../repository.ts";
import { ancestors, shortId } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { addressOf, namesOf, usualRemote } from "./remote-names.ts";

const shownAddress = (address: string): string => address.replace(/\/$/, "").replace(/\.git$/, "");

/** A line about one reference: `   1a2b..3c4d  main -> origin/main`. */
const refLine = (mark: string, what: string, from: string, to: string, width: number, note = ""): string =>
  ` ${mark} ${what.padEnd(17)} ${from.padEnd(width)} -> ${to}${note === "" ? "" : `  (${note})`}`;

/** Brings what a remote has, and says what was new. */
export async function fetchFrom(scene: Scene, repository: Repository, name: string, args: Arguments, onlyPrune = false): Promise<number> {
  const isNamed = namesOf(repository).includes(name);
  const address = addressOf(repository, name);
  const side = await remoteSide(scene.process, address, repository.workTree || repository.gitDir);
  const { refs } = repository;
  const lines: string[] = [];
  const theirs = side.refs();
  const width = Math.max(10, ...theirs.map(([ref]) => ref.replace(/^refs\/[^/]+\//, "").length));
  if (isNamed && (args.has("prune") || onlyPrune))
    for (const [ref] of refs.list(`refs/remotes/${name}/`)) {
      const short = ref.slice(`refs/remotes/${name}/`.length);
      if (short === "HEAD" || theirs.some(([one]) => one === `refs/heads/${short}`)) continue;
      refs.remove(ref);
      lines.push(refLine("-", "[deleted]", "(none)", `${name}/${short}`, width));
    }
  if (onlyPrune) return 0;
  copyObjects(
    side,
    repository.objects,
    theirs.map(([, id]) => id),
  );
  const asked = args.operands.slice(1);
  const heads: string[] = [];
  for (const [ref, id] of theirs) {
    const short = ref.replace(/^refs\/[^/]+\//, "");
    if (ref.startsWith("refs/tags/")) {
      if (refs.resolve(ref) !== undefined || args.has("no-tags")) continue;
      refs.write(ref, id);
      lines.push(refLine("*", "[new tag]", short, short, width));
      continue;
    }
    const isWanted = asked.length === 0 || asked.some((one) => one.replace(/^\+/, "").split(":")[0] === short);
    if (!isWanted) continue;
    heads.push(`${id}\t\tbranch '${short}' of ${shownAddress(address)}\n`);
    if (!isNamed) {
      if (asked.length > 0 || short === side.branch)
        lines.push(refLine("*", asked.length > 0 ? "branch" : "branch", asked.length > 0 ? short : "HEAD", "FETCH_HEAD", width));
      continue;
    }
    if (asked.length > 0) lines.push(refLine("*", "branch", short, "FETCH_HEAD", width));
    const own = `refs/remotes/${name}/${short}`;
    const before = refs.resolve(own);
    if (before === id) continue;
    refs.write(own, id);
    try {
      refs.log(own, before ?? zeroId, id, `fetch: ${before === undefined ? "storing head" : "fast-forward"}`);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
    }
    if (before === undefined) lines.push(refLine("*", "[new branch]", short, `${name}/${short}`, width));
    else {
      const isForward = ancestors(repository, [id]).has(before);
      lines.push(
        refLine(
          isForward ? " " : "+",
          `${shortId(repository, before)}${isForward ? ".." : "..."}${shortId(repository, id)}`,
          short,
          `${name}/${short}`,
          width,
          isForward ? "" : "forced update",
        ),
      );
    }
  }
  for (const one of asked) {
    const source = one.replace(/^\+/, "").split(":")[0] ?? "";
    if (!theirs.some(([ref]) => ref === `refs/heads/${source}` || ref === `refs/tags/${source}` || ref === source))
      throw new GitError(`couldn't find remote ref ${source}`);
  }
  repository.putNote("FETCH_HEAD", heads.join(""));
  if (lines.length > 0 && !args.has("quiet")) scene.say([`From ${shownAddress(address)}`, ...lines].join("\n"));
  return 0;
}

export const fetchOptions = [
  "all",
  "p,prune",
  "t,tags",
  "n,no-tags",
  "q,quiet",
  "v,verbose",
  "depth=",
  "unshallow",
  "f,force",
  "progress",
  "a,append",
  "dry-run",
  "j,jobs=",
];

export const fetch = defineCommand({
  name: "fetch",
  summary: "Download objects and refs from another repository",
  usage: "[<options>] [<repository> [<refspec>...]]",
  options: fetchOptions,

  async run(scene, args) {
    const { repository } = scene;
    if (args.has("all")) {
      for (const name of namesOf(repository)) {
        if (!args.has("quiet")) scene.line(`Fetching ${name}`);
        await fetchFrom(scene, repository, name, args);
      }
      return 0;
    }
    const name = args.operands[0] ?? usualRemote(repository);
    if (args.operands.length === 0 && !namesOf(repository).includes(name)) return 0;
    return fetchFrom(scene, repository, name, args);
  },
});
