import { bytesOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { Regex, RegexError, type RegexOptions } from "../interpreter/regex.ts";
import { defineTool, type Input, inputs, lineBlocks, sourceOfFile, type ToolCall } from "./tool.ts";
import { walk } from "./walk.ts";

const options = [
  "E,extended-regexp",
  "F,fixed-strings",
  "G,basic-regexp",
  "P,perl-regexp",
  "e,regexp=",
  "f,file=",
  "i,y,ignore-case",
  "no-ignore-case",
  "w,word-regexp",
  "x,line-regexp",
  "z,null-data",
  "s,no-messages",
  "v,invert-match",
  "m,max-count=",
  "b,byte-offset",
  "n,line-number",
  "line-buffered",
  "H,with-filename",
  "h,no-filename",
  "o,only-matching",
  "q,quiet",
  "silent",
  "a,text",
  "I",
  "r,recursive",
  "R,dereference-recursive",
  "include=",
  "exclude=",
  "exclude-dir=",
  "L,files-without-match",
  "l,files-with-matches",
  "c,count",
  "T,initial-tab",
  "Z,null",
  "B,before-context=",
  "A,after-context=",
  "C,context=",
  "color?",
  "colour?",
  "U,binary",
  "u",
  "d,directories=",
  "D,devices=",
  "V,version",
];

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_]/u.test(character);

/** What finds the first match of a line from a place on. */
function finder(sources: readonly string[], call: ToolCall): (line: string, from: number) => { at: number; end: number } | undefined {
  const { options: given } = call;
  const ignoreCase = given.has("ignore-case");
  const words = given.has("word-regexp");
  const whole = given.has("line-regexp");
  const fixed = given.has("fixed-strings") || call.name === "fgrep";
  const extended = given.has("extended-regexp") || given.has("perl-regexp") || call.name === "egrep";
  const finders = sources.map((source) => {
    const plain = fixed || (!ignoreCase && /^[\w\s,:;@%&=<>"'/#!~-]*$/.test(source));
    if (plain && !ignoreCase)
      return (line: string, from: number) => {
        const at = line.indexOf(source, from);
        return at < 0 ? undefined : { at, end: at + source.length };
      };
    const regexOptions: RegexOptions = { extended: extended || fixed, ignoreCase, lines: true };
    const regex = given.has("perl-regexp")
      ? perl(source, ignoreCase)
      : new Regex(fixed ? source.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : source, regexOptions);
    return (line: string, from: number) => regex.exec(line, from);
  });
  return (line, from) => {
    let best: { at: number; end: number } | undefined;
    for (const find of finders) {
      let start = from;
      for (let found = find(line, start); found; found = find(line, start)) {
        const fits = whole ? found.at === 0 && found.end === line.length : !words || (!isWord(line[found.at - 1]) && !isWord(line[found.end]));
        if (fits) {
          if (!best || found.at < best.at || (found.at === best.at && found.end > best.end)) best = found;
          break;
        }
        start = found.at + 1;
        if (start > line.length || whole) break;
      }
    }
    return best;
  };
}

function perl(source: string, ignoreCase: boolean): { exec(line: string, from: number): { at: number; end: number } | undefined } {
  let regex: RegExp;
  // `\K` forgets what was matched before it.
  const kept = source.indexOf("\\K");
  const written = kept >= 0 ? `(?<=${source.slice(0, kept)})${source.slice(kept + 2)}` : source;
  try {
    // Any punctuation may be escaped there.
    const plain = written.replace(/\\(.)/gsu, (whole, one: string) =>
      /[\w^$\\.*+?()[\]{}|/]/.test(one) ? whole : `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
    );
    regex = new RegExp(plain, `g${ignoreCase ? "i" : ""}u`);
  } catch {
    throw new RegexError("unrecognized character follows \\");
  }
  return {
    exec(line, from) {
      regex.lastIndex = from;
      const found = regex.exec(line);
      return found ? { at: found.index, end: found.index + found[0].length } : undefined;
    },
  };
}

interface Sought {
  find(line: string, from: number): { at: number; end: number } | undefined;
  named: boolean;
  coloured: boolean;
}

/** Searches one source; gives how many lines were selected. */
async function search(call: ToolCall, { name, source }: Input, sought: Sought): Promise<number> {
  const { options: given, out } = call;
  const label = name === "-" ? "(standard input)" : name;
  const most = Number(given.get("max-count") ?? Number.POSITIVE_INFINITY);
  const context = given.get("context");
  const after = Number(given.get("after-context") ?? context ?? 0);
  const before = Number(given.get("before-context") ?? context ?? 0);
  const silent =
    given.has("quiet") || given.has("silent") || given.has("count") || given.has("files-with-matches") || given.has("files-without-match");
  const paint = (text: string, code: string) => (sought.coloured ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text);
  let count = 0;
  let number = 0;
  let offset = 0;
  const end = given.has("null-data") ? "\0" : "\n";
  let shownUpTo = 0;
  let following = 0;
  const recent: { number: number; text: string }[] = [];

  const head = (at: number, mark: string, byte = offset) =>
    `${sought.named ? paint(label, "35") + (given.has("null") ? "\0" : paint(mark, "36")) : ""}${given.has("line-number") ? paint(String(at), "32") + paint(mark, "36") : ""}${given.has("byte-offset") ? paint(String(byte), "32") + paint(mark, "36") : ""}`;
  const show = (at: number, text: string, mark: string) => {
    if ((before > 0 || after > 0) && shownUpTo > 0 && at > shownUpTo + 1) out.add(`${paint("--", "36")}\n`);
    shownUpTo = at;
    return out.add(`${head(at, mark)}${text}${end}`);
  };
  const painted = (line: string) => {
    if (!sought.coloured || given.has("invert-match")) return line;
    let text = "";
    let at = 0;
    for (let found = sought.find(line, 0); found; found = sought.find(line, at)) {
      if (found.end === found.at) break;
      text += line.slice(at, found.at) + paint(line.slice(found.at, found.end), "01;31");
      at = found.end;
    }
    return text + line.slice(at);
  };

  for await (const block of lineBlocks(source, end)) {
    let length = 0;
    for (const { text } of block) {
      number++;
      offset += length;
      length = given.has("byte-offset") ? bytesOf(text).length + 1 : 0;
      const found = sought.find(text, 0);
      const selected = (found !== undefined) !== given.has("invert-match");
      if (!selected) {
        if (following > 0 && !silent) {
          following--;
          await show(number, text, "-");
        } else if (before > 0) {
          recent.push({ number, text });
          if (recent.length > before) recent.shift();
        }
        continue;
      }
      count++;
      if (given.has("quiet") || given.has("silent")) return count;
      if (!silent) {
        for (const line of recent.splice(0)) await show(line.number, line.text, "-");
        if (given.has("only-matching")) {
          if (!given.has("invert-match"))
            for (let part = found; part; part = sought.find(text, part.end > part.at ? part.end : part.end + 1))
              if (part.end > part.at)
                await out.add(
                  `${head(number, ":", offset + bytesOf(text.slice(0, part.at)).length)}${paint(text.slice(part.at, part.end), "01;31")}${end}`,
                );
        } else await show(number, painted(text), ":");
        following = after;
      }
      if (count >= most) break;
    }
    offset += length;
    await out.flush();
    if (count >= most && (following === 0 || silent)) break;
    if (silent && !given.has("count") && count > 0) break;
  }
  if (given.has("files-with-matches")) {
    if (count > 0) await out.line(label);
  } else if (given.has("files-without-match")) {
    if (count === 0) await out.line(label);
  } else if (given.has("count")) await out.line(`${sought.named ? `${label}:` : ""}${count}`);
  await out.flush();
  return count;
}

/** The files of `-r`. */
function* below(call: ToolCall, names: readonly string[]): Generator<string> {
  const { options: given, process } = call;
  const glob = (text: string) =>
    new RegExp(
      `^${text
        .replace(/[.+^${}()|\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    );
  const [only, without, directories] = ["include", "exclude", "exclude-dir"].map((name) => given.all(name).map(glob));
  for (const name of names.length > 0 ? names : ["."]) {
    const stat = process.machine.fs.stat(process.machine.fs.resolve(process.cwd, name));
    if (stat?.kind !== "directory") {
      yield name;
      continue;
    }
    for (const entry of walk(process, name, (path) => !directories?.some((one) => one.test(path.split("/").at(-1) ?? "")))) {
      if (entry.stat.kind !== "file") continue;
      const base = entry.path.split("/").at(-1) ?? "";
      if (only?.length && !only.some((one) => one.test(base))) continue;
      if (without?.some((one) => one.test(base))) continue;
      yield names.length === 0 ? entry.path.replace(/^\.\//, "") : entry.path;
    }
  }
}

async function run(call: ToolCall): Promise<number> {
  const { options: given, process, fail, err, name } = call;
  const operands = [...given.operands];
  const sources = given.all("regexp").flatMap((text) => text.split("\n"));
  for (const file of given.all("file")) {
    const source = file === "-" ? call.in : sourceOfFile(process, file);
    for await (const block of lineBlocks(source)) sources.push(...block.map((line) => line.text));
  }
  if (!given.has("regexp") && !given.has("file")) {
    const pattern = operands.shift();
    if (pattern === undefined) {
      await err.line(`Usage: ${name} [OPTION]... PATTERNS [FILE]...\nTry '${name} --help' for more information.`);
      return 2;
    }
    sources.push(...pattern.split("\n"));
  }
  const recursive = given.has("recursive") || given.has("dereference-recursive");
  const colour = given.get("color") ?? given.get("colour");
  const coloured =
    (given.has("color") || given.has("colour")) && (colour === "always" || ((colour === "" || colour === "auto") && process.isTerminal(1)));
  const named = given.has("with-filename") || (!given.has("no-filename") && (operands.length > 1 || recursive));
  let find: Sought["find"];
  try {
    find = finder(sources, call);
  } catch (error) {
    if (error instanceof RegexError) return fail(error.message, 2);
    throw error;
  }
  let selected = 0;
  let failed = false;
  const files = recursive ? [...below(call, operands)] : operands;
  for await (const input of quietly(call, files, () => {
    failed = true;
  })) {
    try {
      selected += await search(call, input, { find, named, coloured });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      failed = true;
      if (!given.has("no-messages")) await fail(`${input.name}: ${error.reason}`);
    }
    if (selected > 0 && (given.has("quiet") || given.has("silent"))) return 0;
  }
  return failed ? 2 : selected > 0 ? 0 : 1;
}

function quietly(call: ToolCall, names: readonly string[], failed: () => void) {
  if (!call.options.has("no-messages")) return inputs(call, names, failed);
  return inputs({ ...call, fail: async (_text, code = 1) => code }, names, failed);
}

const usage = "[OPTION]... PATTERNS [FILE]...";
const summary = "Search for PATTERNS in each FILE.";
export const grep = defineTool({ name: "grep", usage, summary, options, misused: 2, numeric: "C", run });
export const egrep = defineTool({ name: "egrep", usage, summary, options, misused: 2, numeric: "C", run });
export const fgrep = defineTool({ name: "fgrep", usage, summary, options, misused: 2, numeric: "C", run });
