import { FileError } from "../../file-system.ts";
import { firstNonBlank } from "./motions.ts";
import { optionDefaults } from "./options.ts";
import { type Input, Refused, type Vi } from "./state.ts";

const sizeOf = (text: string): number => new TextEncoder().encode(text).length;

/** Opens a file, or begins a new one of that name. */
export function* edit(vi: Vi, name: string): Input {
  vi.name = name;
  vi.isNew = false;
  vi.settings.readonly = false;
  vi.marks.clear();
  vi.marks.set("'", { line: 0, column: 0 });
  let text: string | undefined;
  let trouble = "";
  try {
    if (name !== "" && vi.files.isDirectory(name)) trouble = "is a directory";
    else if (name !== "") text = vi.files.read(name);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    trouble = error.code === "EACCES" ? "[Permission Denied]" : `[${error.reason}]`;
  }
  const isKnown = text !== undefined;
  vi.isNew = !isKnown && trouble === "";
  vi.buffer.load(text ?? "");
  vi.cursor = { line: 0, column: 0 };
  vi.top = 0;
  vi.go({ line: 0, column: firstNonBlank(vi.line) });
  yield* settleType(vi, name);
  if (name === "") return;
  const isReadOnly = isKnown && !vi.files.writable(name);
  if (isReadOnly) vi.settings.readonly = true;
  const lines = text === "" ? 0 : vi.lines.length;
  vi.tell(
    trouble
      ? `"${name}" ${trouble}`
      : isKnown
        ? `"${name}" ${isReadOnly ? "[readonly] " : ""}${vi.buffer.endsLine ? "" : "[noeol] "}${lines}L, ${sizeOf(text ?? "")}B`
        : `"${name}" [New]`,
  );
}

/** What files of a type are edited with: YAML takes no tabs. */
function* settleType(vi: Vi, name: string): Input {
  const isYaml = /\.ya?ml$/.test(name) || /^\s*apiVersion:/m.test(vi.lines.slice(0, 20).join("\n"));
  const { expandtab, shiftwidth, softtabstop } = vi.settings;
  const isUntouched = !expandtab && shiftwidth === optionDefaults.shiftwidth && softtabstop === 0;
  if (isYaml && isUntouched && vi.knowsTypes) Object.assign(vi.settings, { expandtab: true, shiftwidth: 2, softtabstop: 2 });
  const type = isYaml ? "yaml" : /\.(\w+)$/.exec(name)?.[1] === "sh" ? "sh" : (/\.(\w+)$/.exec(name)?.[1] ?? "");
  const base = name.slice(name.lastIndexOf("/") + 1);
  for (const { pattern, command } of vi.onOpen)
    if (pattern.split(",").some((one) => one === type || one === "*" || (one.startsWith("*.") && base.endsWith(one.slice(1))) || one === base))
      yield* vi.runEx(command);
}

export interface WriteOptions {
  bang: boolean;
  append: boolean;
  /** Another file than the one that is edited. */
  named: boolean;
  first?: number;
  last?: number;
}

/** Writes lines to a file and tells of it. */
export function writeFile(vi: Vi, name: string, { bang, append, named, first, last }: WriteOptions): void {
  if (!name) throw new Refused("E32: No file name");
  const { files, buffer } = vi;
  if (files.isDirectory(name)) throw new Refused(`E502: "${name}" is a directory`);
  const isThere = files.exists(name);
  if (named && isThere && !bang && !append) throw new Refused("E13: File exists (add ! to override)");
  if (!named && vi.settings.readonly && !bang) throw new Refused("E45: 'readonly' option is set (add ! to override)");
  const isWhole = first === undefined || (first === 0 && last === buffer.last);
  const lines = isWhole ? buffer.lines : buffer.lines.slice(first, (last ?? 0) + 1);
  const text = buffer.isEmpty ? "" : `${lines.join("\n")}${buffer.endsLine || !isWhole ? "\n" : ""}`;
  try {
    files.write(name, text, append);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Refused(error.code === "ENOSPC" ? `E514: Write error (file system full?)` : `"${name}" E212: Can't open file for writing`);
  }
  if (isWhole && (!named || vi.name === "")) {
    buffer.wasSaved();
    vi.isNew = false;
    vi.name ||= name;
  }
  const count = text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  vi.tell(
    `"${name}" ${isThere ? "" : "[New] "}${text !== "" && !text.endsWith("\n") ? "[noeol] " : ""}${count}L, ${sizeOf(text)}B ${append ? "appended" : "written"}`,
  );
}
