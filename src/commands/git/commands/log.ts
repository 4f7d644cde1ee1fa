import { textOf } from "#base/streams.ts";
import type { Arguments } from "../arguments.ts";
import { changesBetween, type FileChange } from "../changes.ts";
import { combinedText } from "../combined.ts";
import { defineCommand } from "../command.ts";

import { GitError } from "../failure.ts";
import { commitText, dateText, type FormatOptions, formatted } from "../format.ts";
import { Graph } from "../graph.ts";
import { commits, decorations, revisionsAndPaths, wantedOf } from "../history.ts";
import type { Commit } from "../objects.ts";
import { emptyTree } from "../objects.ts";
import { Pathspec } from "../pathspec.ts";
import type { Repository } from "../repository.ts";
import { timeOf } from "../repository.ts";
import { peeled, revision, unknownRevision } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { linesOf } from "../text-changes.ts";
import { changeOptions, changesText } from "./diff.ts";

const logOptions = [
  ...changeOptions,
  "oneline",
  "#,n,max-count=",
  "skip=",
  "pretty?",
  "format=",
  "abbrev-commit",
  "no-abbrev-commit",
  "decorate?",
  "no-decorate",
  "graph",
  "all",
  "branches?",
  "tags?",
  "remotes?",
  "reverse",
  "author=",
  "committer=",
  "grep=",
  "i,regexp-ignore-case",
  "E,extended-regexp",
  "F,fixed-strings",
  "since,after=",
  "until,before=",
  "merges",
  "no-merges",
  "first-parent",
  "follow",
  "date=",
  "relative-date",
  "topo-order",
  "date-order",
  "S=",
  "G=",
  "m",
  "c,cc",
  "full-history",
  "g,walk-reflogs",
  "parents",
  "show-signature",
  "source",
  "no-walk?",
];

const forms = ["oneline", "short", "medium", "full", "fuller", "raw"];

/** How commits are to be shown. */
class Style {
  readonly form: string;
  /** A format of the user's own; whether a newline ends each, or stands between them. */
  readonly own: string | undefined;
  readonly ends: boolean;
  readonly options: FormatOptions;

  constructor(scene: Scene, repository: Repository, args: Arguments) {
    const paint = scene.paint(args.has("no-color") ? "never" : args.get("color"));
    const given = args.last("oneline", "pretty", "format");
    const text =
      given === "oneline" ? "oneline" : given === undefined ? (repository.setting("format.pretty") ?? "medium") : args.get(given) || "medium";
    const [, kind, format] = /^(t?format):(.*)$/s.exec(text) ?? [];
    const isOwn = kind !== undefined || (!forms.includes(text) && (text.includes("%") || given === "format"));
    if (!isOwn && !forms.includes(text)) throw new GitError(`invalid --pretty format: ${text}`);
    this.form = text;
    this.own = isOwn ? (format ?? text) : undefined;
    this.ends = kind !== "format";
    const decorate = args.last("decorate", "no-decorate") ?? (scene.process.isTerminal(1) ? "decorate" : "no-decorate");
    const shows = decorate === "decorate" && args.get("decorate") !== "no" && !(args.get("decorate") === "auto" && !scene.process.isTerminal(1));
    let all: ReturnType<typeof decorations> | undefined;
    const allNames = () => {
      all ??= decorations(repository);
      return all;
    };
    this.options = {
      paint,
      abbreviates: args.has("abbrev-commit") || given === "oneline",
      allNames,
      ...(shows ? { names: allNames() } : {}),
      ...(args.has("relative-date") ? { date: "relative" } : args.get("date") === undefined ? {} : { date: args.get("date") as string }),
    };
  }

  text(repository: Repository, commit: Commit): string {
    return this.own === undefined ? commitText(repository, commit, this.form, this.options) : formatted(repository, commit, this.own, this.options);
  }
}

function changesIn(repository: Repository, commit: Commit, paths: Pathspec, asIs: boolean): FileChange[] {
  const changes = changesBetween(repository, repository.filesOf(commit.parents[0]), repository.filesOf(commit.id), { asIs });
  return changes.filter(({ path, from }) => paths.matches(path) || (from !== undefined && paths.matches(from)));
}

const showsChanges = (args: Arguments): boolean =>
  ["patch", "unified", "stat", "numstat", "shortstat", "summary", "name-only", "name-status"].some((name) => args.has(name)) &&
  args.last("patch", "no-patch") !== "no-patch";

function filterOf(args: Arguments, now: number): (commit: Commit) => boolean {
  const flags = args.has("regexp-ignore-case") ? "i" : "";
  const regex = (text: string) => new RegExp(args.has("fixed-strings") ? text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : text, flags);
  const [authors, committers, words] = ["author", "committer", "grep"].map((name) => args.all(name).map(regex)) as [RegExp[], RegExp[], RegExp[]];
  const moment = (name: string) => {
    const text = args.get(name);
    if (text === undefined) return undefined;
    const ago = /^(\d+|a|an|one)[ .](second|minute|hour|day|week|month|year)s?(?:[ .]ago)?$/.exec(text);
    const lengths: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_629_746, year: 31_556_952 };
    if (ago) return now - (Number(ago[1]) || 1) * (lengths[ago[2] ?? ""] ?? 0);
    if (text === "yesterday") return now - 86_400;
    if (text === "now") return now;
    const time = timeOf(text);
    if (!time) throw new GitError(`date '${text}': not simulated by Podyard`);
    return time.at;
  };
  const [since, until] = [moment("after"), moment("before")];
  return (commit) =>
    (authors.length === 0 || authors.some((one) => one.test(`${commit.author.name} <${commit.author.email}>`))) &&
    (committers.length === 0 || committers.some((one) => one.test(`${commit.committer.name} <${commit.committer.email}>`))) &&
    (words.length === 0 || words.some((one) => one.test(commit.message))) &&
    (since === undefined || commit.committer.at >= since) &&
    (until === undefined || commit.committer.at <= until) &&
    !(args.has("merges") && commit.parents.length < 2) &&
    !(args.has("no-merges") && commit.parents.length > 1);
}

export const log = defineCommand({
  name: "log",
  summary: "Show commit logs",
  usage: "[<options>] [<revision-range>] [[--] <path>...]",
  options: logOptions,
  paged: true,

  run(scene, args) {
    const { repository } = scene;
    if (args.has("walk-reflogs")) throw new GitError("git log -g: not simulated by Podyard; try git reflog");
    const [texts, named] = revisionsAndPaths(repository, args.operands, args.beforeDashes);
    const branch = repository.branch();
    const groups = [
      ...(args.has("all") || args.has("branches") ? ["refs/heads/"] : []),
      ...(args.has("all") || args.has("tags") ? ["refs/tags/"] : []),
      ...(args.has("all") || args.has("remotes") ? ["refs/remotes/"] : []),
    ];
    const wide = groups.flatMap((prefix) => repository.refs.list(prefix).map(([, id]) => peeled(repository, id)));
    if (texts.length === 0 && groups.length === 0 && repository.head() === undefined)
      throw new GitError(`your current branch '${branch ?? "HEAD"}' does not have any commits yet`);
    const wanted = wantedOf(repository, texts.length === 0 && groups.length === 0 ? ["HEAD"] : texts);
    const head = args.has("all") ? repository.head() : undefined;
    const paths = new Pathspec(repository, named);
    const style = new Style(scene, repository, args);
    const fits = filterOf(args, Math.floor(scene.process.machine.clock.now() / 1000));
    let left = Number(args.get("max-count") ?? Number.POSITIVE_INFINITY);
    let skip = Number(args.get("skip") ?? 0);
    const found: Commit[] = [];
    const walk = commits(
      repository,
      { from: [...wanted.from, ...wide, ...(head ? [head] : [])], without: wanted.without },
      { firstParent: args.has("first-parent"), paths, topological: args.has("graph") || args.has("topo-order") },
    );
    const pickaxe = args.get("S") ?? args.get("G");
    for (const commit of walk) {
      if (left <= 0) break;
      if (!fits(commit) || (pickaxe !== undefined && !touches(repository, commit, paths, pickaxe, args.has("S")))) continue;
      if (skip-- > 0) continue;
      left--;
      found.push(commit);
    }
    if (args.has("reverse")) found.reverse();
    const graph = args.has("graph") ? new Graph(new Set(found.map(({ id }) => id))) : undefined;
    const isLined = style.form === "oneline" || (style.own !== undefined && style.ends);
    found.forEach((commit, i) => {
      let text = style.text(repository, commit);
      if (style.own !== undefined && style.ends) text += "\n";
      if (showsChanges(args) && commit.parents.length < 2) {
        const changes = changesText(
          scene,
          repository,
          changesIn(repository, commit, paths, args.has("no-renames")),
          args,
          style.options.paint,
          "none",
        );
        if (changes !== "")
          text +=
            (style.form === "oneline" ? "" : "\n") +
            (args.has("patch") && args.has("stat") ? `---\n${changes}` : changes).replace(/^---\n/, style.form === "oneline" ? "" : "---\n");
      }
      const between = i > 0 ? (isLined ? "" : "\n") : "";
      if (graph) scene.print(graph.text(commit, text, between !== ""));
      else scene.print(between + text);
    });
    if (style.own !== undefined && !style.ends && found.length > 0 && scene.process.isTerminal(1)) scene.line();
    return 0;
  },
});

function touches(repository: Repository, commit: Commit, paths: Pathspec, text: string, counts: boolean): boolean {
  const decode = (bytes: Uint8Array | undefined) => (bytes ? new TextDecoder().decode(bytes) : "");
  const occurrences = (body: string) => (counts ? body.split(text).length - 1 : (body.match(new RegExp(text, "g"))?.length ?? 0));
  return changesIn(repository, commit, paths, true).some(({ before, after }) => {
    const [a, b] = [before, after].map((side) => decode(side && repository.objects.read(side.id).body));
    return occurrences(a ?? "") !== occurrences(b ?? "");
  });
}

/** What a merge made of files that none of its parents has so. */
function mergeText(repository: Repository, commit: Commit, paths: Pathspec, paint: FormatOptions["paint"]): string {
  const parents = commit.parents.map((id) => repository.filesOf(id));
  let text = "";
  for (const [path, file] of repository.filesOf(commit.id)) {
    const sides = parents.map((files) => files.get(path)?.id);
    if (!paths.matches(path) || sides.some((id) => id === undefined || id === file.id)) continue;
    const lines = (id: string) => linesOf(textOf(repository.objects.read(id).body));
    const ids = sides as string[];
    text += combinedText(repository, path, ids, ids.map(lines), lines(file.id), paint, file.id);
  }
  return text;
}

export const show = defineCommand({
  name: "show",
  summary: "Show various types of objects",
  usage: "[<options>] [<object>...]",
  options: logOptions,
  paged: true,

  run(scene, args) {
    const { repository } = scene;
    const [texts, named] = revisionsAndPaths(repository, args.operands, args.beforeDashes);
    const style = new Style(scene, repository, args);
    const paths = new Pathspec(repository, named);
    if (texts.length === 0 && repository.head() === undefined)
      throw new GitError(`your current branch '${repository.branch() ?? "HEAD"}' does not have any commits yet`);
    let isFirst = true;
    const one = (id: string, text: string): void => {
      const { type, body } = repository.objects.read(id);
      if (type === "blob") {
        scene.print(new TextDecoder().decode(body));
        return;
      }
      if (!isFirst) scene.line();
      isFirst = false;
      if (type === "tree") {
        scene.print(
          `${style.options.paint("commit", `tree ${text}`)}\n\n${repository.objects
            .tree(id === "" ? emptyTree : id)
            .map(({ mode, name }) => `${name}${mode === "40000" ? "/" : ""}\n`)
            .join("")}`,
        );
        return;
      }
      if (type === "tag") {
        const tag = repository.objects.tag(id);
        scene.print(`${style.options.paint("commit", `tag ${tag.name}`)}\n`);
        if (tag.tagger) scene.print(`Tagger: ${tag.tagger.name} <${tag.tagger.email}>\nDate:   ${dateText(tag.tagger, style.options.date)}\n`);
        scene.print(`\n${tag.message}`);
        one(tag.object, text);
        return;
      }
      const commit = repository.objects.commit(id);
      let shown = style.text(repository, commit);
      if (style.own !== undefined) shown += "\n";
      if (commit.parents.length < 2) {
        const changes = changesText(
          scene,
          repository,
          changesIn(repository, commit, paths, args.has("no-renames")),
          args,
          style.options.paint,
          "patch",
        );
        if (changes !== "") shown += (style.form === "oneline" ? "" : "\n") + (args.has("patch") && args.has("stat") ? `---\n${changes}` : changes);
      } else if (args.last("patch", "no-patch") !== "no-patch")
        shown += `${style.form === "oneline" ? "" : "\n"}${mergeText(repository, commit, paths, style.options.paint)}`;
      scene.print(shown);
    };
    for (const text of texts.length === 0 ? ["HEAD"] : texts) {
      if (/^.+\.\..*$/.test(text)) {
        for (const commit of commits(repository, wantedOf(repository, [text]))) one(commit.id, text);
        continue;
      }
      const id = revision(repository, text);
      if (id === undefined) throw unknownRevision(text);
      one(id, text);
    }
    return 0;
  },
});
