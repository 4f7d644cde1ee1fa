import { FileError } from "../../file-system.ts";
import type { ExCall, ExCommand } from "./ex-call.ts";
import { edit, writeFile } from "./files.ts";
import { firstNonBlank, lastColumn } from "./motions.ts";
import { set } from "./options.ts";
import { type Input, Left, Refused, type Vi } from "./state.ts";

const unsaved = "E37: No write since last change (add ! to override)";

/** `%` is the file's name, `#` is none. */
const expanded = (vi: Vi, text: string): string => text.replace(/(\\?)%/g, (_, escaped) => (escaped ? "%" : vi.name));

function* write(call: ExCall): Input {
  const { vi, args, bang, isRanged, first, last } = call;
  if (args.startsWith("!")) {
    yield* shown(vi, args.slice(1), `${vi.lines.slice(isRanged ? first : 0, (isRanged ? last : vi.buffer.last) + 1).join("\n")}\n`);
    return;
  }
  const append = args.startsWith(">>");
  const name = expanded(vi, append ? args.slice(2).trim() : args);
  writeFile(vi, name || vi.name, { bang, append, named: name !== "" && name !== vi.name, ...(isRanged && { first, last }) });
}

function quit(vi: Vi, bang: boolean, all: boolean): never {
  if (!bang && vi.buffer.modified)
    throw new Refused(all && vi.name ? `E37: No write since last change\nE162: No write since last change for buffer "${vi.name}"` : unsaved);
  const more = vi.args.length - vi.at - 1;
  if (!bang && !all && more > 0 && !vi.toldOfMore) {
    vi.toldOfMore = true;
    throw new Refused(`E173: ${more} more file${more === 1 ? "" : "s"} to edit`);
  }
  throw new Left(0);
}

/** Runs a shell command and shows what it prints until a key is pressed. */
function* shown(vi: Vi, command: string, input?: string): Input {
  const printed = yield { command, ...(input !== undefined && { input }), shown: true };
  vi.pages = [...printed.replace(/\n$/, "").split("\n"), "", "Press ENTER or type command to continue"];
  yield "key";
  vi.pages = undefined;
  vi.tell("");
}

function* other(vi: Vi, by: number, bang: boolean): Input {
  if (!bang && vi.buffer.modified) throw new Refused(unsaved);
  const at = vi.at + by;
  if (vi.args.length < 2) throw new Refused("E163: There is only one file to edit");
  if (at < 0) throw new Refused("E164: Cannot go before first file");
  if (at >= vi.args.length) throw new Refused("E165: Cannot go beyond last file");
  vi.at = at;
  yield* edit(vi, vi.args[at] ?? "");
}

export const fileCommands: readonly ExCommand[] = [
  { name: "write", least: "w", bang: true, range: true, whole: true, takesBars: true, run: write },
  {
    name: "wq",
    least: "wq",
    bang: true,
    range: true,
    whole: true,
    *run(call) {
      yield* write(call);
      quit(call.vi, call.bang, false);
    },
  },
  {
    name: "xit",
    least: "x",
    bang: true,
    range: true,
    whole: true,
    *run(call) {
      if (call.vi.buffer.modified || call.isRanged || call.args !== "" || (call.vi.isNew && call.vi.name !== "")) yield* write(call);
      quit(call.vi, call.bang, false);
    },
  },
  {
    name: "exit",
    least: "exi",
    bang: true,
    range: true,
    whole: true,
    *run(call) {
      if (call.vi.buffer.modified) yield* write(call);
      quit(call.vi, call.bang, false);
    },
  },
  {
    name: "quit",
    least: "q",
    bang: true,
    run({ vi, bang }) {
      quit(vi, bang, false);
    },
  },
  {
    name: "qall",
    least: "qa",
    bang: true,
    run({ vi, bang }) {
      quit(vi, bang, true);
    },
  },
  {
    name: "quitall",
    least: "quita",
    bang: true,
    run({ vi, bang }) {
      quit(vi, bang, true);
    },
  },
  {
    name: "cquit",
    least: "cq",
    bang: true,
    run({ args }) {
      throw new Left(args ? Number(args) : 1);
    },
  },
  {
    name: "wqall",
    least: "wqa",
    bang: true,
    *run(call) {
      if (call.vi.buffer.modified) yield* write(call);
      quit(call.vi, call.bang, true);
    },
  },
  {
    name: "xall",
    least: "xa",
    bang: true,
    *run(call) {
      if (call.vi.buffer.modified) yield* write(call);
      quit(call.vi, call.bang, true);
    },
  },
  {
    name: "wall",
    least: "wa",
    bang: true,
    *run(call) {
      if (call.vi.buffer.modified) yield* write(call);
    },
  },
  {
    name: "update",
    least: "up",
    bang: true,
    range: true,
    whole: true,
    *run(call) {
      if (call.vi.buffer.modified) yield* write(call);
    },
  },
  {
    name: "edit",
    least: "e",
    bang: true,
    *run({ vi, bang, args }) {
      if (!bang && vi.buffer.modified) throw new Refused(unsaved);
      const name = expanded(vi, args) || vi.name;
      if (!name) throw new Refused("E32: No file name");
      const { line } = vi.cursor;
      const same = name === vi.name;
      yield* edit(vi, name);
      if (same) vi.go({ line, column: 0 });
    },
  },
  {
    name: "enew",
    least: "ene",
    bang: true,
    *run({ vi, bang }) {
      if (!bang && vi.buffer.modified) throw new Refused(unsaved);
      yield* edit(vi, "");
    },
  },
  {
    name: "read",
    least: "r",
    range: true,
    zero: true,
    takesBars: true,
    *run({ vi, args, isRanged, last }) {
      const at = (isRanged ? last : vi.cursor.line) + 1;
      let text: string;
      if (args.startsWith("!")) text = yield { command: expanded(vi, args.slice(1)) };
      else {
        const name = expanded(vi, args) || vi.name;
        if (!name) throw new Refused("E32: No file name");
        try {
          const read = vi.files.read(name);
          if (read === undefined) throw new Refused(`E484: Can't open file ${name}`);
          text = read;
        } catch (error) {
          if (error instanceof FileError) throw new Refused(`E484: Can't open file ${name}`);
          throw error;
        }
        vi.tell(`"${name}" ${text.split("\n").length - (text.endsWith("\n") ? 1 : 0)}L, ${new TextEncoder().encode(text).length}B`);
      }
      const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
      vi.changes = true;
      vi.buffer.splice(at, 0, lines);
      vi.go({ line: at, column: firstNonBlank(vi.buffer.line(at)) });
      if (args.startsWith("!") && lines.length > 2) vi.tell(`${lines.length} more lines`);
    },
  },
  {
    name: "!",
    least: "!",
    range: true,
    takesBars: true,
    *run({ vi, args, isRanged, first, last }) {
      const command = expanded(vi, args.trim()).replace(/(\\?)!/g, (_, escaped) => (escaped ? "!" : vi.lastShell));
      if (command === "") throw new Refused(isRanged ? "" : "E34: No previous command");
      vi.lastShell = command;
      if (!isRanged) {
        yield* shown(vi, command);
        return;
      }
      const printed = yield { command, input: `${vi.lines.slice(first, last + 1).join("\n")}\n` };
      vi.changes = true;
      vi.buffer.splice(first, last - first + 1, printed === "" ? [] : printed.replace(/\n$/, "").split("\n"));
      vi.go({ line: first, column: firstNonBlank(vi.buffer.line(Math.min(first, vi.buffer.last))) });
      if (last - first + 1 > 2) vi.tell(`${last - first + 1} lines filtered`);
    },
  },
  {
    name: "file",
    least: "f",
    run({ vi, args }) {
      if (args) vi.name = args;
      const { line } = vi.cursor;
      const count = vi.lines.length;
      const state = `${vi.buffer.modified ? " [Modified]" : ""}${vi.isNew && vi.name ? " [New]" : ""}${vi.settings.readonly ? " [readonly]" : ""}`;
      const isEmpty = count === 1 && vi.line === "";
      vi.tell(
        isEmpty
          ? `"${vi.name || "[No Name]"}"${state} --No lines in buffer--`
          : `"${vi.name || "[No Name]"}"${state} ${count} line${count === 1 ? "" : "s"} --${Math.floor(((line + 1) * 100) / count)}%--`,
      );
    },
  },
  { name: "next", least: "n", bang: true, run: ({ vi, bang }) => other(vi, 1, bang) },
  { name: "previous", least: "prev", bang: true, run: ({ vi, bang }) => other(vi, -1, bang) },
  { name: "Next", least: "N", bang: true, run: ({ vi, bang }) => other(vi, -1, bang) },
  {
    name: "args",
    least: "ar",
    run({ vi }) {
      vi.tell(vi.args.map((name, i) => (i === vi.at ? `[${name}]` : name)).join("  "));
    },
  },
  { name: "set", least: "se", takesBars: false, run: settings },
  { name: "setlocal", least: "setl", run: settings },
  { name: "setglobal", least: "setg", run: settings },
  {
    name: "version",
    least: "ve",
    run({ vi }) {
      vi.tell("Podyard's vi: the commands of Vim 9.0 that edit text");
    },
  },
  // Colours of a language are not drawn: turning them on or off, or asking for a type's settings, changes nothing that can be seen.
  { name: "syntax", least: "sy", run() {} },
  { name: "filetype", least: "filet", run() {} },
  { name: "colorscheme", least: "colo", run() {} },
  { name: "highlight", least: "hi", run() {} },
];

function settings({ vi, args }: ExCall): undefined {
  const told: string[] = [];
  for (const word of args.split(/\s+/).filter(Boolean)) {
    if (word.startsWith('"')) break;
    if (word === "all") {
      told.push(
        Object.entries(vi.settings)
          .map(([name, value]) => (typeof value === "boolean" ? `${value ? "" : "no"}${name}` : `${name}=${value}`))
          .join("  "),
      );
      continue;
    }
    try {
      const text = set(vi.settings, word);
      if (text !== undefined) told.push(text);
    } catch (error) {
      throw new Refused(error instanceof Error ? error.message : "");
    }
  }
  if (/\bhls|hlsearch/.test(args)) vi.highlights = true;
  if (told.length > 0) vi.tell(told.join("  "));
  vi.go({ line: vi.cursor.line, column: Math.min(vi.cursor.column, lastColumn(vi.line)) });
}
