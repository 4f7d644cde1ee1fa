import type { ExCall, ExCommand } from "./ex-call.ts";
import { firstNonBlank, indentOf } from "./motions.ts";
import { operate, remove, shift } from "./operators.ts";
import { replacementOf } from "./pattern.ts";
import { put, registerOf } from "./registers.ts";
import { type Input, Refused } from "./state.ts";

/** Takes `/pattern/rest` apart at its first character. */
function parted(text: string): { pattern: string; rest: string | undefined } {
  const mark = text[0] ?? "/";
  for (let i = 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === mark)
      return { pattern: text.slice(1, i).replaceAll(`\\${mark}`, mark === "/" ? "/" : `\\${mark}`), rest: text.slice(i + 1) };
  }
  return { pattern: text.slice(1), rest: undefined };
}

function* substitute({ vi, args, first, last }: ExCall): Input {
  let flags = args;
  let [source, template] = [vi.lastSubstitute?.source, vi.lastSubstitute?.template];
  if (/^[^\w\s"|&]/.test(args)) {
    const { pattern, rest } = parted(args);
    const end = parted(`${args[0]}${rest ?? ""}`);
    source = pattern || vi.search?.source;
    template = end.pattern === "~" ? (vi.lastSubstitute?.template ?? "") : end.pattern;
    flags = end.rest ?? "";
  } else if (!vi.lastSubstitute) throw new Refused("E35: No previous regular expression");
  flags = flags.trim();
  if (flags.startsWith("&")) flags = (vi.lastSubstitute?.flags ?? "") + flags.slice(1);
  if (source === undefined || template === undefined) throw new Refused("E35: No previous regular expression");
  if (!/^[cegiInp#&l ]*\d*$/.test(flags)) throw new Refused(`E488: Trailing characters: ${flags}`);
  vi.search = { source, forward: true, offset: "" };
  vi.lastSubstitute = { source, template, flags };
  const marked = flags.includes("i") ? `\\c${source}` : flags.includes("I") ? `\\C${source}` : source;
  const pattern = vi.pattern(marked);
  const [whole, asks, counts] = [flags.includes("g"), flags.includes("c"), flags.includes("n")];
  let [count, lines, at] = [0, 0, -1];
  let isAll = false;
  let [isOver, isTaken] = [false, false];
  let end = last;
  for (let line = first; line <= end && !isOver; line++) {
    let text = vi.buffer.line(line);
    let changed = 0;
    for (let from = 0; from <= text.length; ) {
      const found = pattern.exec(text, from);
      if (!found || (from > 0 && found.at === found.end && found.at < from)) break;
      let takes = true;
      if (asks && !isAll) {
        vi.go({ line, column: found.at });
        const answer = yield* asked(vi, template);
        if (answer === "q" || answer === "<esc>") isOver = true;
        isAll = answer === "a";
        isOver ||= answer === "l";
        isTaken = answer === "l";
        takes = answer === "y" || answer === "a" || answer === "l";
      }
      let made = text.slice(found.at, found.end);
      if (takes) {
        if (!counts) made = replacementOf(template, found.groups);
        changed++;
      }
      const head = text.slice(0, found.at) + made;
      text = head + text.slice(found.end);
      from = found.end > found.at ? head.length : head.length + 1;
      if (takes && !counts && asks) vi.buffer.splice(line, 1, [text]);
      if (!whole || isOver) break;
    }
    if (changed === 0) continue;
    count += changed;
    lines++;
    at = line;
    if (counts) continue;
    const parts = text.split("\n");
    vi.buffer.splice(line, 1, parts);
    line += parts.length - 1;
    end += parts.length - 1;
    at = line;
  }
  vi.changes = true;
  const isHere = isOver && !isTaken;
  if (count === 0) {
    if (flags.includes("e") || asks) return;
    throw new Refused(`E486: Pattern not found: ${source}`);
  }
  if (counts) {
    vi.tell(`${count} match${count === 1 ? "" : "es"} on ${lines} line${lines === 1 ? "" : "s"}`);
    return;
  }
  if (!isHere) vi.go({ line: at, column: firstNonBlank(vi.buffer.line(at)) });
  vi.substituted.count += count;
  vi.substituted.lines += lines;
  if (count > 2) vi.tell(`${count} substitutions on ${lines} line${lines === 1 ? "" : "s"}`);
}

function* asked(vi: ExCall["vi"], template: string): Input<string> {
  for (;;) {
    vi.tell(`replace with ${template} (y/n/a/q/l/^E/^Y)?`);
    const typed = yield "key";
    if (/^(?:[ynaql]|<esc>)$/.test(typed)) {
      vi.tell("");
      return typed;
    }
  }
}

function* global({ vi, name, bang, args, first, last, run }: ExCall): Input {
  const { pattern: typed, rest } = parted(args);
  const source = typed || vi.search?.source;
  if (!source) throw new Refused("E35: No previous regular expression");
  vi.search = { source, forward: true, offset: "" };
  const pattern = vi.pattern(source);
  const inverted = bang || name.startsWith("v");
  const command = rest || "p";
  // Lines are marked first, and then found again wherever the command has moved them to.
  const before = vi.lines.length;
  let wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
    (line) => (pattern.exec(vi.buffer.line(line)) !== undefined) !== inverted,
  );
  if (wanted.length === 0) {
    vi.tell(inverted ? `E538: Pattern found in every line: ${source}` : `E486: Pattern not found: ${source}`);
    vi.isError = true;
    return;
  }
  vi.substituted = { count: 0, lines: 0 };
  const printed: string[] = [];
  const isPrint = /^(?:p|print|nu|number|#)$/.test(command.trim());
  while (wanted.length > 0) {
    const line = wanted.shift() ?? 0;
    vi.cursor = { line, column: 0 };
    if (isPrint) {
      printed.push(command.trim().startsWith("p") ? vi.buffer.line(line) : `${String(line + 1).padStart(3)} ${vi.buffer.line(line)}`);
      continue;
    }
    const old = vi.lines;
    yield* run(command);
    if (vi.lines.length !== old.length || /^(?:m|move|t|co)/.test(command.trim()))
      wanted = wanted.map((one) => movedTo(old, vi.lines, one)).filter((one) => one >= 0);
  }
  vi.changes = true;
  const fewer = before - vi.lines.length;
  const { count, lines } = vi.substituted;
  if (isPrint) {
    yield* pages(vi, printed);
    return;
  }
  if (count > 2) vi.tell(`${count} substitutions on ${lines} line${lines === 1 ? "" : "s"}`);
  else if (Math.abs(fewer) > 2) vi.tell(`${Math.abs(fewer)} ${fewer > 0 ? "fewer" : "more"} lines`);
}

/** Where a line went: by how far the lines from the other end moved. */
function movedTo(before: readonly string[], after: readonly string[], line: number): number {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  if (line < head) return line;
  const to = line + after.length - before.length;
  return before[line] === after[to] ? to : after.indexOf(before[line] ?? "", head);
}

/** Shows lines until a key is pressed; a single one stays at the bottom. */
export function* pages(vi: ExCall["vi"], lines: readonly string[]): Input {
  if (lines.length < 2) {
    vi.tell(lines[0] ?? "");
    return;
  }
  vi.pages = [...lines, "Press ENTER or type command to continue"];
  yield "key";
  vi.pages = undefined;
}

const register = (args: string): string => /^[a-zA-Z"0-9_+*-]/.exec(args)?.[0] ?? '"';

export const textCommands: readonly ExCommand[] = [
  { name: "substitute", least: "s", range: true, takesBars: true, run: (call) => barred(call, substitute) },
  { name: "&", least: "&", range: true, run: substitute },
  { name: "&&", least: "&&", range: true, run: (call) => substitute({ ...call, args: "&" }) },
  { name: "global", least: "g", bang: true, range: true, whole: true, takesBars: true, run: global },
  { name: "vglobal", least: "v", range: true, whole: true, takesBars: true, run: global },
  {
    name: "delete",
    least: "d",
    range: true,
    counts: true,
    run({ vi, args, first, last }) {
      vi.changes = true;
      remove(vi, { from: { line: first, column: 0 }, end: { line: last, column: 0 }, linewise: true }, register(args));
    },
  },
  {
    name: "yank",
    least: "y",
    range: true,
    counts: true,
    run({ vi, args, first, last }) {
      const { cursor } = vi;
      operate(vi, "y", { from: { line: first, column: 0 }, end: { line: last, column: 0 }, linewise: true }, register(args));
      vi.go(cursor);
    },
  },
  {
    name: "put",
    least: "pu",
    bang: true,
    range: true,
    zero: true,
    run({ vi, bang, args, last }) {
      vi.changes = true;
      vi.go({ line: Math.max(0, last), column: 0 });
      const { lines } = registerOf(vi, register(args));
      put(vi, { lines, linewise: true }, !bang && last >= 0, 1);
      vi.go({ line: (last < 0 || bang ? Math.max(0, last) - 1 : last) + lines.length, column: 0 });
    },
  },
  { name: "copy", least: "co", range: true, run: copy },
  { name: "t", least: "t", range: true, run: copy },
  {
    name: "move",
    least: "m",
    range: true,
    run({ vi, args, first, last, address }) {
      const to = address(args);
      if (to === undefined) throw new Refused("E14: Invalid address");
      if (to >= first && to < last) throw new Refused("E134: Cannot move a range of lines into itself");
      const lines = vi.lines.slice(first, last + 1);
      vi.changes = true;
      vi.buffer.splice(first, lines.length, []);
      const at = to >= last ? to - lines.length + 1 : to + 1;
      const wasAll = vi.buffer.isEmpty;
      vi.buffer.splice(wasAll ? 0 : at, wasAll ? 1 : 0, lines);
      vi.goLine(at + lines.length - 1);
      if (lines.length > 2) vi.tell(`${lines.length} lines moved`);
    },
  },
  {
    name: "join",
    least: "j",
    bang: true,
    range: true,
    counts: true,
    run({ vi, first, last }) {
      vi.changes = true;
      operate(
        vi,
        "J",
        { from: { line: first, column: 0 }, end: { line: Math.min(vi.buffer.last, Math.max(last, first + 1)), column: 0 }, linewise: true },
        '"',
      );
      vi.goLine(first);
    },
  },
  { name: ">", least: ">", range: true, counts: true, run: shifting },
  { name: "<", least: "<", range: true, counts: true, run: shifting },
  {
    name: "normal",
    least: "norm",
    bang: true,
    range: true,
    takesBars: true,
    *run({ vi, args, isRanged, first, last }) {
      vi.changes = true;
      for (let line = first; line <= last; line++) {
        if (isRanged) vi.cursor = { line, column: 0 };
        yield* vi.runKeys(args);
      }
    },
  },
  {
    name: "nohlsearch",
    least: "noh",
    run({ vi }) {
      vi.highlights = false;
    },
  },
  { name: "undo", least: "u", run: ({ vi }) => vi.runKeys("u") },
  { name: "redo", least: "red", run: ({ vi }) => vi.runKeys("\x12") },
  {
    name: "mark",
    least: "ma",
    range: true,
    run({ vi, args, last }) {
      vi.marks.set(args, { line: last, column: 0 });
    },
  },
  {
    name: "k",
    least: "k",
    range: true,
    run({ vi, args, last }) {
      vi.marks.set(args, { line: last, column: 0 });
    },
  },
  { name: "print", least: "p", range: true, counts: true, run: print },
  { name: "Print", least: "P", range: true, counts: true, run: print },
  { name: "number", least: "nu", range: true, counts: true, run: print },
  { name: "#", least: "#", range: true, counts: true, run: print },
  { name: "list", least: "l", range: true, counts: true, run: print },
  {
    name: "=",
    least: "=",
    range: true,
    run({ vi, isRanged, last }) {
      vi.tell(String(isRanged ? last + 1 : vi.lines.length));
    },
  },
  { name: "sort", least: "sor", bang: true, range: true, whole: true, run: sort },
  { name: "retab", least: "ret", bang: true, range: true, whole: true, run: retab },
  {
    name: "registers",
    least: "reg",
    *run({ vi }) {
      const rows = [...vi.registers].map(
        ([name, one]) => `  ${one.linewise ? "l" : one.block ? "b" : "c"}  "${name}   ${one.lines.join("^J")}${one.linewise ? "^J" : ""}`,
      );
      yield* pages(vi, ["Type Name Content", ...rows]);
    },
  },
  {
    name: "display",
    least: "di",
    *run({ vi }) {
      yield* vi.runEx("registers");
    },
  },
];

/** `:s` takes a `|` as the end only behind its last mark. */
function* barred(call: ExCall, work: (call: ExCall) => Input): Input {
  if (!/^[^\w\s"|&]/.test(call.args)) {
    yield* work(call);
    return;
  }
  const { rest } = parted(call.args);
  const end = rest === undefined ? undefined : parted(`${call.args[0]}${rest}`).rest;
  const bar = end?.indexOf("|") ?? -1;
  yield* work(
    bar < 0 ? { ...call, args: call.args.trimEnd() } : { ...call, args: call.args.slice(0, call.args.length - (end?.length ?? 0) + bar).trimEnd() },
  );
  if (bar >= 0) yield* call.run(end?.slice(bar + 1) ?? "");
}

function copy({ vi, args, first, last, address }: ExCall): undefined {
  const to = address(args);
  if (to === undefined) throw new Refused("E14: Invalid address");
  const lines = vi.lines.slice(first, last + 1);
  vi.changes = true;
  vi.buffer.splice(to + 1, 0, lines);
  vi.goLine(to + lines.length);
}

function shifting({ vi, name, args, first, last }: ExCall): undefined {
  const steps = 1 + (/^[<>]*/.exec(args)?.[0].length ?? 0);
  vi.changes = true;
  shift(vi, first, last, name === ">" ? steps : -steps);
  vi.goLine(last);
}

function* print({ vi, name, first, last }: ExCall): Input {
  const numbered = name.startsWith("nu") || name === "#" || vi.settings.number;
  const lines = vi.lines
    .slice(first, last + 1)
    .map((line, i) => (numbered ? `${String(first + i + 1).padStart(3)} ${line}` : name.startsWith("l") ? `${line}$` : line));
  vi.goLine(last);
  yield* pages(vi, lines);
}

function sort({ vi, bang, args, first, last }: ExCall): undefined {
  const numeric = /\bn/.test(args);
  const caseless = /\bi/.test(args);
  const numberOf = (line: string) => {
    const found = /-?\d+/.exec(line)?.[0];
    return found === undefined ? Number.NEGATIVE_INFINITY : Number(found);
  };
  const fold = (line: string) => (caseless ? line.toLowerCase() : line);
  const compare = (a: string, b: string) => {
    if (numeric) return numberOf(a) === numberOf(b) ? 0 : numberOf(a) - numberOf(b);
    return fold(a) < fold(b) ? -1 : fold(a) > fold(b) ? 1 : 0;
  };
  let lines = vi.lines.slice(first, last + 1).toSorted((a, b) => (bang ? compare(b, a) : compare(a, b)));
  if (/\bu/.test(args)) lines = lines.filter((line, i) => i === 0 || compare(lines[i - 1] ?? "", line) !== 0);
  vi.changes = true;
  vi.buffer.splice(first, last - first + 1, lines);
  vi.goLine(first);
}

function retab({ vi, first, last }: ExCall): undefined {
  const { tabstop, expandtab } = vi.settings;
  const lines = vi.lines.slice(first, last + 1).map((line) => {
    if (!expandtab) return line;
    let made = "";
    for (const one of line) made += one === "\t" ? " ".repeat(tabstop - (made.length % tabstop)) : one;
    return made;
  });
  vi.changes = true;
  vi.buffer.splice(first, lines.length, lines);
  vi.go({ line: vi.cursor.line, column: indentOf(vi.line).length });
}
