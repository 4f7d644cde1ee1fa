import { FileError } from "../../file-system.ts";
import type { Place } from "./buffer.ts";
import type { ExCall } from "./ex-call.ts";
import { afterRange, commandNamed } from "./ex-commands.ts";
import { firstNonBlank } from "./motions.ts";
import { PatternError } from "./pattern.ts";
import { typedLine } from "./prompt.ts";
import { patternAndOffset, search } from "./search.ts";
import { type Input, Refused, type Vi } from "./state.ts";

/** Reads a command line and does it. */
export function* exLine(vi: Vi, start: string): Input {
  const typed = yield* typedLine(vi, ":", start);
  if (typed === undefined) return;
  if (typed.trim() !== "") vi.lastEx = typed;
  yield* exCommand(vi, typed);
}

/** Does a command line: commands with `|` between them. */
export function* exCommand(vi: Vi, text: string): Input {
  try {
    yield* commands(vi, text);
  } catch (error) {
    if (error instanceof PatternError) throw new Refused(error.message);
    if (error instanceof FileError) throw new Refused(`E484: Can't open file ${error.message.split(":")[0]}`);
    throw error;
  }
}

export function* commands(vi: Vi, text: string): Input {
  const { range, rest } = rangeOf(vi, text.replace(/^[\s:]+/, ""));
  if (rest === "" || rest.startsWith('"') || rest.startsWith("|")) {
    if (range.length > 0) {
      const line = range.at(-1) ?? 0;
      if (line > vi.buffer.last) throw new Refused("E16: Invalid range");
      vi.remember();
      vi.go({ line: Math.max(0, line), column: firstNonBlank(vi.buffer.line(Math.max(0, line))) });
    }
    if (rest.startsWith("|")) yield* commands(vi, rest.slice(1));
    return;
  }
  const { name, bang, args, next } = afterRange(rest);
  const command = commandNamed(name);
  if (command === undefined) throw new Refused(`E492: Not an editor command: ${text.trim()}`);
  if (typeof command === "string") throw new Refused(`E319: Sorry, the command is not available in this version: ${command}`);
  if (range.length > 0 && !command.range) throw new Refused("E481: No range allowed");
  if (bang && !command.bang) throw new Refused("E477: No ! allowed");
  const [from = 0, to = 0] = range.length > 1 ? range.slice(-2) : [range[0], range[0]];
  if (range.length > 0 && (Math.max(from, to) > vi.buffer.last || (Math.min(from, to) < 0 && !command.zero))) throw new Refused("E16: Invalid range");
  const call: ExCall = {
    vi,
    name,
    bang,
    args,
    isRanged: range.length > 0,
    first: Math.min(from, to),
    last: Math.max(from, to),
    run: (line) => exCommand(vi, line),
    address: (one) => rangeOf(vi, one).range.at(-1),
  };
  if (range.length === 0) {
    call.first = command.whole ? 0 : vi.cursor.line;
    call.last = command.whole ? vi.buffer.last : vi.cursor.line;
  }
  // A count behind the command: so many lines from there on.
  const counted = command.counts ? /^(.*?)\s*\b(\d+)\s*$/.exec(args) : undefined;
  if (counted && Number(counted[2]) > 0) {
    call.args = counted[1] ?? "";
    call.first = call.last;
    call.last = Math.min(vi.buffer.last, call.last + Number(counted[2]) - 1);
  }
  const part = command.run(call);
  if (part) yield* part;
  if (next !== undefined) yield* commands(vi, next);
}

/** Reads the lines before a command: numbers, `.`, `$`, `%`, marks, patterns, with `+` and `-`. */
function rangeOf(vi: Vi, text: string): { range: number[]; rest: string } {
  let rest = text;
  const range: number[] = [];
  if (rest.startsWith("%")) return { range: [0, vi.buffer.last], rest: rest.slice(1).trimStart() };
  let cursor: Place = vi.cursor;
  for (;;) {
    const address = addressOf(vi, rest, cursor);
    if (address) {
      range.push(address.line);
      rest = address.rest.trimStart();
    }
    const separator = rest[0];
    if (separator !== "," && separator !== ";") break;
    if (!address) range.push(vi.cursor.line);
    if (separator === ";") cursor = { line: range.at(-1) ?? cursor.line, column: 0 };
    rest = rest.slice(1).trimStart();
    if (!addressOf(vi, rest, cursor)) {
      range.push(vi.cursor.line);
      break;
    }
  }
  return { range, rest };
}

function addressOf(vi: Vi, text: string, cursor: Place): { line: number; rest: string } | undefined {
  let line: number | undefined;
  let rest = text;
  const number = /^\d+/.exec(rest)?.[0];
  if (number) {
    line = Number(number) - 1;
    rest = rest.slice(number.length);
  } else if (rest.startsWith(".")) {
    line = cursor.line;
    rest = rest.slice(1);
  } else if (rest.startsWith("$")) {
    line = vi.buffer.last;
    rest = rest.slice(1);
  } else if (rest.startsWith("'")) {
    const mark = vi.marks.get(rest[1] ?? "");
    if (!mark) throw new Refused("E20: Mark not set");
    line = mark.line;
    rest = rest.slice(2);
  } else if (/^[/?]/.test(rest)) {
    const sign = rest[0] ?? "/";
    const { source, offset } = patternAndOffset(rest.slice(1), sign);
    const wanted = source || vi.search?.source;
    if (!wanted) throw new Refused("E35: No previous regular expression");
    vi.search = { source: wanted, forward: sign === "/", offset: "" };
    line = search(vi, wanted, { line: cursor.line, column: sign === "/" ? vi.buffer.line(cursor.line).length : 0 }, sign === "/").line;
    rest = rest.length > source.length + 1 ? offset : "";
  }
  for (let step = /^\s*([-+])\s*(\d*)/.exec(rest); step; step = /^\s*([-+])\s*(\d*)/.exec(rest)) {
    const by = Number(step[2] || 1);
    line = (line ?? cursor.line) + (step[1] === "+" ? by : -by);
    rest = rest.slice(step[0].length);
  }
  return line === undefined ? undefined : { line, rest };
}
