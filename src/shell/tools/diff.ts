import { textOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { strftime } from "../strftime.ts";
import { changesOf, hunksOf } from "./line-changes.ts";
import { defineTool, type ToolCall } from "./tool.ts";

const options = [
  "q,brief",
  "s,report-identical-files",
  "u",
  "U,unified=",
  "c",
  "C,context=",
  "e,ed",
  "n,rcs",
  "y,side-by-side",
  "W,width=",
  "i,ignore-case",
  "b,ignore-space-change",
  "w,ignore-all-space",
  "B,ignore-blank-lines",
  "r,recursive",
  "N,new-file",
  "a,text",
  "color?",
  "L,label=",
  "strip-trailing-cr",
  "x,exclude=",
  "suppress-common-lines",
  "p,show-c-function",
];

export const diff = defineTool({
  name: "diff",
  usage: "[OPTION]... FILES",
  summary: "Compare FILES line by line.",
  options,
  misused: 2,

  async run(call) {
    const { options: given, process, fail, err } = call;
    const [left, right, extra] = given.operands;
    if (left === undefined || right === undefined || extra !== undefined) {
      await fail(
        left === undefined ? "missing operand after 'diff'" : extra !== undefined ? `extra operand '${extra}'` : `missing operand after '${left}'`,
      );
      await err.line("diff: Try 'diff --help' for more information.");
      return 2;
    }
    const unable = (["ed", "rcs", "side-by-side"] as const).find((name) => given.has(name));
    if (unable) return fail(`--${unable} is not simulated by Podyard`, 2);
    const { fs } = process.machine;
    const kind = (name: string) => (name === "-" ? "file" : fs.stat(fs.resolve(process.cwd, name))?.kind);
    const inDirectory = (directory: string, other: string) => `${directory.replace(/\/$/, "")}/${other.split("/").at(-1)}`;
    if (kind(left) === "directory" && kind(right) === "directory") return directories(call, left, right);
    return files(
      call,
      kind(left) === "directory" ? inDirectory(left, right) : left,
      kind(right) === "directory" ? inDirectory(right, left) : right,
      false,
    );
  },
});

async function directories(call: ToolCall, left: string, right: string): Promise<number> {
  const { options: given, process, out } = call;
  const { fs } = process.machine;
  const names = (name: string) => fs.list(fs.resolve(process.cwd, name));
  let code = 0;
  for (const name of [...new Set([...names(left), ...names(right)])].sort()) {
    const [a, b] = [`${left.replace(/\/$/, "")}/${name}`, `${right.replace(/\/$/, "")}/${name}`];
    const [there, here] = [fs.stat(fs.resolve(process.cwd, a)), fs.stat(fs.resolve(process.cwd, b))];
    if (there?.kind === "directory" && here?.kind === "directory") {
      if (given.has("recursive")) code = Math.max(code, await directories(call, a, b));
      else await out.line(`Common subdirectories: ${a} and ${b}`);
    } else if ((!there || !here) && !given.has("new-file")) {
      await out.line(`Only in ${there ? left : right}: ${name}`);
      code = Math.max(code, 1);
    } else code = Math.max(code, await files(call, a, b, true));
  }
  return code;
}

async function files(call: ToolCall, left: string, right: string, titled: boolean): Promise<number> {
  const { options: given, process, out, fail } = call;
  const texts: string[] = [];
  for (const name of [left, right]) {
    try {
      texts.push(textOf(await process.read(name)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (!given.has("new-file") || error.code !== "ENOENT") return fail(`${name}: ${error.reason}`, 2);
      texts.push("");
    }
  }
  const [before = "", after = ""] = texts;
  const [a, b] = [linesOf(before), linesOf(after)];
  const key = (line: string) => {
    let text = given.has("ignore-all-space")
      ? line.replace(/\s/g, "")
      : given.has("ignore-space-change")
        ? line.trimEnd().replace(/\s+/g, " ")
        : line;
    if (given.has("strip-trailing-cr")) text = text.replace(/\r$/, "");
    return given.has("ignore-case") ? text.toLowerCase() : text;
  };
  const ended = (text: string) => text === "" || text.endsWith("\n");
  // A last line without its end differs from one with it.
  const keyed = (lines: readonly string[], text: string) => lines.map((line, i) => key(line) + (i === lines.length - 1 && !ended(text) ? "\0" : ""));
  let changes = changesOf(keyed(a, before), keyed(b, after));
  if (given.has("ignore-blank-lines"))
    changes = changes.filter((one) =>
      [...a.slice(one.a, one.a + one.removed), ...b.slice(one.b, one.b + one.added)].some((line) => line.trim() !== ""),
    );
  if (changes.length === 0) {
    if (given.has("report-identical-files")) await out.line(`Files ${left} and ${right} are identical`);
    return 0;
  }
  if (given.has("brief")) {
    await out.line(`Files ${left} and ${right} differ`);
    return 1;
  }
  if (titled)
    await out.line(
      // Options stand there as they were typed.
      ["diff", ...process.args.slice(1).filter((arg) => arg.startsWith("-") && arg !== "-"), left, right].join(" "),
    );
  const painted =
    given.has("color") &&
    (given.get("color") !== "never" && given.get("color") !== "auto" ? true : given.get("color") === "auto" && process.isTerminal(1));
  const paint = (text: string, code: string) => (painted ? `\x1b[${code}m${text}\x1b[0m` : text);
  const missing = "\n\\ No newline at end of file";
  const lineOf = (lines: readonly string[], text: string, i: number, mark: string) =>
    paint(
      `${mark}${lines[i]}`,
      mark.startsWith("-") || mark.startsWith("<") ? "31" : mark.startsWith("+") || mark.startsWith(">") ? "32" : "0",
    ).replace(/^\x1b\[0m(.*)\x1b\[0m$/s, "$1") + (i === lines.length - 1 && !ended(text) ? missing : "");
  if (given.has("u") || given.has("unified")) {
    const labels = given.all("label");
    const stamp = (name: string) =>
      `${name}\t${strftime("%F %T.%N %z", name === "-" ? process.machine.clock.now() : (process.machine.fs.stat(process.machine.fs.resolve(process.cwd, name))?.modifiedAt ?? 0))}`;
    await out.line(paint(`--- ${labels[0] ?? stamp(left)}`, "1"));
    await out.line(paint(`+++ ${labels[1] ?? stamp(right)}`, "1"));
    for (const hunk of hunksOf(changes, Number(given.get("unified") || 3), a.length, b.length)) {
      await out.line(paint(`@@ -${span(hunk.a, hunk.lengthA)} +${span(hunk.b, hunk.lengthB)} @@`, "36"));
      for (const line of hunk.lines)
        await out.line(line.kind === "added" ? lineOf(b, after, line.at, "+") : lineOf(a, before, line.at, line.kind === "removed" ? "-" : " "));
    }
    return 1;
  }
  if (given.has("c") || given.has("context")) return fail("-c is not simulated by Podyard: use -u", 2);
  for (const { a: from, b: to, removed, added } of changes) {
    const range = (start: number, count: number) => (count <= 1 ? String(start + (count === 0 ? 0 : 1)) : `${start + 1},${start + count}`);
    const letter = removed === 0 ? "a" : added === 0 ? "d" : "c";
    await out.line(`${range(from, removed)}${letter}${range(to, added)}`);
    for (let i = from; i < from + removed; i++) await out.line(lineOf(a, before, i, "< "));
    if (removed > 0 && added > 0) await out.line("---");
    for (let i = to; i < to + added; i++) await out.line(lineOf(b, after, i, "> "));
  }
  return 1;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

const span = (start: number, length: number): string => (length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`);

export const cmp = defineTool({
  name: "cmp",
  usage: "[OPTION]... FILE1 [FILE2]",
  summary: "Compare two files byte by byte.",
  options: ["b,print-bytes", "i,ignore-initial=", "l,verbose", "n,bytes=", "s,quiet", "silent"],
  misused: 2,

  async run({ options: given, process, out, fail }) {
    const [left = "-", right = "-"] = given.operands;
    const [a, b] = [await process.read(left), await process.read(right)];
    const quiet = given.has("quiet") || given.has("silent");
    let line = 1;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (a[i] !== b[i]) {
        if (!quiet) await out.line(`${left} ${right} differ: byte ${i + 1}, line ${line}`);
        return 1;
      }
      if (a[i] === 10) line++;
    }
    if (a.length === b.length) return 0;
    return quiet
      ? 1
      : fail(
          `EOF on ${a.length < b.length ? left : right} after byte ${Math.min(a.length, b.length)}, line ${line}`.replace(/, line 1$/, ", in line 1"),
        );
  },
});
