import { bytesOf, textOf } from "#base/streams.ts";
import { textWidth } from "../terminal/width.ts";
import { allOf, defineTool, inputs, lineBlocks, sourceOfFile, type ToolCall } from "./tool.ts";

/** All lines of the files that were named. */
async function* allLines(call: ToolCall, names: readonly string[], failed: () => void): AsyncGenerator<string> {
  for await (const { source } of inputs(call, names, failed))
    for await (const block of lineBlocks(source)) {
      for (const { text } of block) yield text;
      await call.out.flush();
    }
}

async function linesOf({ process, in: input }: ToolCall, name: string): Promise<string[]> {
  const lines = textOf(await allOf(name === "-" ? input : sourceOfFile(process, name))).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export const tac = defineTool({
  name: "tac",
  usage: "[OPTION]... [FILE]...",
  summary: "Write each FILE to standard output, last line first.",
  options: ["b,before", "r,regex", "s,separator="],

  async run(call) {
    let code = 0;
    for await (const { source } of inputs(call, call.options.operands, () => {
      code = 1;
    })) {
      const pieces = textOf(await allOf(source)).split(/(?<=\n)/);
      for (const piece of pieces.reverse()) await call.out.text(piece);
    }
    return code;
  },
});

export const nl = defineTool({
  name: "nl",
  usage: "[OPTION]... [FILE]...",
  summary: "Write each FILE to standard output, with line numbers added.",
  options: ["b,body-numbering=", "n,number-format=", "s,number-separator=", "v,starting-line-number=", "w,number-width=", "i,line-increment="],

  async run(call) {
    const { options, out } = call;
    let number = Number(options.get("starting-line-number") ?? 1);
    const width = Number(options.get("number-width") ?? 6);
    const mark = options.get("number-separator") ?? "\t";
    const format = options.get("number-format") ?? "rn";
    let code = 0;
    for await (const line of allLines(call, options.operands, () => {
      code = 1;
    })) {
      const numbered = options.get("body-numbering") === "a" || (line !== "" && options.get("body-numbering") !== "n");
      const shown = format === "ln" ? String(number).padEnd(width) : String(number).padStart(width, format === "rz" ? "0" : " ");
      await out.line(numbered ? shown + mark + line : line === "" ? " ".repeat(width + mark.length) : " ".repeat(width + mark.length) + line);
      if (numbered) number += Number(options.get("line-increment") ?? 1);
    }
    return code;
  },
});

export const paste = defineTool({
  name: "paste",
  usage: "[OPTION]... [FILE]...",
  summary: "Write lines consisting of the sequentially corresponding lines from each FILE, separated by TABs.",
  options: ["d,delimiters=", "s,serial", "z,zero-terminated"],

  async run(call) {
    const { options, out } = call;
    const names = options.operands.length > 0 ? options.operands : ["-"];
    const marks = (options.get("delimiters") ?? "\t")
      .match(/\\[\s\S]|[\s\S]/g)
      ?.map((one) => ({ "\\n": "\n", "\\t": "\t", "\\\\": "\\", "\\0": "" })[one] ?? one) ?? [""];
    const joined = (cells: readonly string[]) => cells.map((cell, i) => (i === 0 ? cell : (marks[(i - 1) % marks.length] ?? "") + cell)).join("");
    // `-` several times takes lines in turn.
    const shared = names.filter((name) => name === "-").length;
    const input = shared > 0 ? await linesOf(call, "-") : [];
    if (options.has("serial")) {
      for (const name of names) await out.line(joined(name === "-" ? input.splice(0) : await linesOf(call, name)));
      return 0;
    }
    const columns: string[][] = [];
    let turn = 0;
    for (const name of names) {
      const own = turn;
      columns.push(name === "-" ? input.filter((_, i) => i % shared === own) : await linesOf(call, name));
      if (name === "-") turn++;
    }
    const rows = Math.max(0, ...columns.map((column) => column.length));
    for (let row = 0; row < rows; row++) await out.line(joined(columns.map((column) => column[row] ?? "")));
    return 0;
  },
});

export const fold = defineTool({
  name: "fold",
  usage: "[OPTION]... [FILE]...",
  summary: "Wrap input lines in each FILE.",
  options: ["b,bytes", "s,spaces", "w,width="],

  async run(call) {
    const { options, out, fail } = call;
    const width = Number(options.get("width") ?? 80);
    if (!(width > 0)) return fail(`invalid number of columns: ‘${options.get("width")}’`);
    let code = 0;
    for await (const line of allLines(call, options.operands, () => {
      code = 1;
    })) {
      let rest = line;
      while (rest.length > width) {
        const space = options.has("spaces") ? rest.lastIndexOf(" ", width - 1) : -1;
        const end = space > 0 ? space + 1 : width;
        await out.line(rest.slice(0, end));
        rest = rest.slice(end);
      }
      await out.line(rest);
    }
    return code;
  },
});

export const expand = defineTool({
  name: "expand",
  usage: "[OPTION]... [FILE]...",
  summary: "Convert tabs in each FILE to spaces.",
  options: ["i,initial", "t,tabs="],

  async run(call) {
    const size = Number(call.options.get("tabs") ?? 8);
    let code = 0;
    for await (const line of allLines(call, call.options.operands, () => {
      code = 1;
    })) {
      let text = "";
      for (const one of line) text += one === "\t" ? " ".repeat(size - (text.length % size)) : one;
      await call.out.line(text);
    }
    return code;
  },
});

export const comm = defineTool({
  name: "comm",
  usage: "[OPTION]... FILE1 FILE2",
  summary: "Compare sorted files FILE1 and FILE2 line by line.",
  options: ["1", "2", "3", "check-order", "nocheck-order", "output-delimiter=", "total", "z,zero-terminated"],

  async run(call) {
    const { options, out, fail } = call;
    const [left, right] = options.operands;
    if (left === undefined || right === undefined) return fail(left === undefined ? "missing operand" : `missing operand after ‘${left}’`);
    const [a, b] = [await linesOf(call, left), await linesOf(call, right)];
    const mark = options.get("output-delimiter") ?? "\t";
    const put = async (column: 1 | 2 | 3, line: string) => {
      if (options.has(String(column))) return;
      const before = ([1, 2] as const).filter((one) => one < column && !options.has(String(one))).length;
      await out.line(mark.repeat(before) + line);
    };
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      const [x, y] = [a[i], b[j]];
      if (y === undefined || (x !== undefined && x < y)) {
        await put(1, x ?? "");
        i++;
      } else if (x === undefined || y < x) {
        await put(2, y);
        j++;
      } else {
        await put(3, x);
        i++;
        j++;
      }
    }
    return 0;
  },
});

export const join = defineTool({
  name: "join",
  usage: "[OPTION]... FILE1 FILE2",
  summary: "For each pair of input lines with identical join fields, write a line to standard output.",
  options: ["a=", "e=", "i,ignore-case", "j=", "o=", "t=", "v=", "1=", "2=", "check-order", "nocheck-order", "header"],

  async run(call) {
    const { options, out, fail } = call;
    const [left, right] = options.operands;
    if (left === undefined || right === undefined) return fail(left === undefined ? "missing operand" : `missing operand after ‘${left}’`);
    const mark = options.get("t");
    const field = (which: "1" | "2") => Number(options.get(which) ?? options.get("j") ?? 1) - 1;
    const parse = (line: string, at: number) => {
      const cells = mark === undefined ? line.trim().split(/\s+/) : line.split(mark);
      return { key: cells[at] ?? "", rest: cells.filter((_, i) => i !== at) };
    };
    const rows = (await linesOf(call, right)).map((line) => parse(line, field("2")));
    const matched = new Set<(typeof rows)[number]>();
    const joiner = mark ?? " ";
    for (const line of await linesOf(call, left)) {
      const row = parse(line, field("1"));
      const partners = rows.filter((one) => one.key === row.key);
      for (const partner of partners) {
        matched.add(partner);
        if (!options.has("v")) await out.line([row.key, ...row.rest, ...partner.rest].join(joiner));
      }
      if (partners.length === 0 && (options.all("a").includes("1") || options.all("v").includes("1")))
        await out.line([row.key, ...row.rest].join(joiner));
    }
    if (options.all("a").includes("2") || options.all("v").includes("2"))
      for (const row of rows) if (!matched.has(row)) await out.line([row.key, ...row.rest].join(joiner));
    return 0;
  },
});

export const column = defineTool({
  name: "column",
  usage: "[options] [<file>...]",
  summary: "Columnate lists.",
  options: [
    "t,table",
    "s,separator=",
    "o,output-separator=",
    "N,table-columns=",
    "c,output-width=",
    "x,fillrows",
    "e",
    "L,keep-empty-lines",
    "R,table-right=",
  ],

  async run(call) {
    const { options, out, process } = call;
    let code = 0;
    const lines: string[] = [];
    for await (const line of allLines(call, options.operands, () => {
      code = 1;
    }))
      if (line.trim() !== "") lines.push(line);
    if (!options.has("table")) {
      const width = Math.ceil((Math.max(0, ...lines.map(textWidth)) + 1) / 8) * 8;
      const across = Math.max(1, Math.floor(Number(options.get("output-width") ?? process.tty?.columns ?? 80) / width));
      const rows = Math.ceil(lines.length / across);
      for (let row = 0; row < rows; row++) {
        const cells = Array.from({ length: across }, (_, i) => lines[row + i * rows]).filter((one) => one !== undefined);
        await out.line(
          cells.map((cell, i) => (i === cells.length - 1 ? cell : cell + "\t".repeat(Math.ceil((width - textWidth(cell)) / 8)))).join(""),
        );
      }
      return code;
    }
    const separator = options.get("separator");
    const table = lines.map((line) =>
      separator === undefined ? line.trim().split(/\s+/) : line.split(new RegExp(`[${separator.replace(/[\]\\^-]/g, "\\$&")}]`)),
    );
    const titles = options.get("table-columns");
    if (titles !== undefined) table.unshift(titles.split(","));
    const gap = options.get("output-separator") ?? "  ";
    const widths: number[] = [];
    for (const row of table) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, textWidth(cell));
    for (const row of table)
      await out.line(row.map((cell, i) => (i === row.length - 1 ? cell : cell + " ".repeat((widths[i] ?? 0) - textWidth(cell)))).join(gap));
    return code;
  },
});

export const split = defineTool({
  name: "split",
  usage: "[OPTION]... [FILE [PREFIX]]",
  summary: "Output pieces of FILE to PREFIXaa, PREFIXab, ...",
  options: ["a,suffix-length=", "b,bytes=", "l,lines=", "d,numeric-suffixes?", "additional-suffix=", "n,number=", "verbose"],

  async run(call) {
    const { options, process, fail } = call;
    const [name = "-", prefix = "x"] = options.operands;
    const bytes = await allOf(name === "-" ? call.in : sourceOfFile(process, name));
    const size = Number(options.get("bytes") ?? 0);
    const count = Number(options.get("lines") ?? 1000);
    if (options.has("number")) return fail("--number is not simulated by Podyard");
    const pieces: Uint8Array[] = [];
    if (size > 0) for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    else {
      const lines = textOf(bytes).split(/(?<=\n)/);
      for (let at = 0; at < lines.length; at += count) pieces.push(bytesOf(lines.slice(at, at + count).join("")));
    }
    const length = Number(options.get("suffix-length") ?? 2);
    for (const [i, piece] of pieces.entries()) {
      const suffix = options.has("numeric-suffixes")
        ? String(i).padStart(length, "0")
        : Array.from({ length }, (_, k) => String.fromCharCode(97 + (Math.floor(i / 26 ** (length - 1 - k)) % 26))).join("");
      const file = process.open(prefix + suffix + (options.get("additional-suffix") ?? ""), "write");
      await process.writeTo(file, piece);
      file.release();
    }
    return 0;
  },
});
