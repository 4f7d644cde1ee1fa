import type { HereDoc, Redirection } from "unbash";
import { bytesOf, sourceOf } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { OpenFile } from "../open-file.ts";
import { ShellError } from "./control.ts";
import { Fields, textOfPieces } from "./expansion/fields.ts";
import { expandText, expandWords, partInto } from "./expansion/words.ts";
import type { Shell } from "./shell.ts";

/** Descriptors as they were before a command's redirections. */
export class Redirections {
  readonly #shell: Shell;
  readonly #before = new Map<number, OpenFile | undefined>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** Puts a file in place of a descriptor, or closes it. */
  set(descriptor: number, file: OpenFile | undefined): void {
    const { files } = this.#shell;
    const old = files.get(descriptor);
    if (this.#before.has(descriptor)) old?.release();
    else this.#before.set(descriptor, old);
    if (file) files.set(descriptor, file);
    else files.delete(descriptor);
  }

  /** Everything as it was. */
  undo(): void {
    const { files } = this.#shell;
    for (const [descriptor, file] of this.#before) {
      files.get(descriptor)?.release();
      if (file) files.set(descriptor, file);
      else files.delete(descriptor);
    }
    this.#before.clear();
  }

  /** They stay: `exec >file`. */
  keep(): void {
    for (const file of this.#before.values()) file?.release();
    this.#before.clear();
  }
}

/** Opens what the redirections say. Throws a `ShellError` where something cannot be opened; what was opened before is closed again. */
export async function redirect(shell: Shell, redirects: readonly Redirection[]): Promise<Redirections> {
  const redirections = new Redirections(shell);
  try {
    for (const one of redirects) await apply(shell, one, redirections);
    return redirections;
  } catch (error) {
    redirections.undo();
    if (error instanceof FileError) throw new ShellError(error.message, 1, false);
    throw error;
  }
}

async function apply(shell: Shell, one: Redirection, redirections: Redirections): Promise<void> {
  const named = one.descriptor?.type === "FileDescriptorVariable" ? one.descriptor.name : undefined;
  const given = one.descriptor?.type === "FileDescriptor" ? one.descriptor.value : named !== undefined ? freeDescriptor(shell) : undefined;
  if (named !== undefined && given !== undefined && !(one.type === "Redirect" && one.target?.text === "-")) shell.vars.set(named, String(given));
  const put = (descriptor: number, file: OpenFile | undefined) => {
    if (named === undefined) return redirections.set(descriptor, file);
    if (file) shell.files.set(descriptor, file);
  };
  if (one.type === "HereDoc") return put(given ?? 0, fileOf(await hereDocument(shell, one)));
  if (one.type === "HereString") return put(given ?? 0, fileOf(`${one.target ? await expandText(shell, one.target) : ""}\n`));

  const target = one.target ? await targetOf(shell, one.target) : "";
  switch (one.operator) {
    case "<":
      return put(given ?? 0, shell.process.open(target, "read"));
    case "<>":
      return put(given ?? 0, shell.process.open(target, "read-write"));
    case ">":
      if (shell.has("noclobber") && shell.fs.stat(shell.path(target))?.kind === "file")
        throw new ShellError(`${target}: cannot overwrite existing file`, 1, false);
      return put(given ?? 1, shell.process.open(target, "write"));
    case ">|":
      return put(given ?? 1, shell.process.open(target, "write"));
    case ">>":
      return put(given ?? 1, shell.process.open(target, "append"));
    case "&>":
    case "&>>": {
      const file = shell.process.open(target, one.operator === "&>" ? "write" : "append");
      put(1, file);
      return put(2, file.retain());
    }
    case "<&":
    case ">&":
      return duplicate(shell, one.operator, given, target, put, named);
  }
}

function duplicate(
  shell: Shell,
  operator: "<&" | ">&",
  given: number | undefined,
  target: string,
  put: (descriptor: number, file: OpenFile | undefined) => void,
  named: string | undefined,
): void {
  const descriptor = given ?? (operator === "<&" ? 0 : 1);
  if (target === "-") {
    if (named === undefined) {
      put(descriptor, undefined);
      return;
    }
    shell.process.closeFile(Number(shell.vars.get(named)));
    return;
  }
  const move = /^(\d+)-$/.exec(target)?.[1];
  if (move !== undefined || /^\d+$/.test(target)) {
    const source = Number(move ?? target);
    const file = shell.files.get(source);
    if (!file) throw new ShellError(`${source}: Bad file descriptor`, 1, false);
    put(descriptor, file.retain());
    if (move !== undefined && source !== descriptor) put(source, undefined);
    return;
  }
  if (operator === "<&" || given !== undefined) throw new ShellError(`${target}: ambiguous redirect`, 1, false);
  const file = shell.process.open(target, "write");
  put(1, file);
  put(2, file.retain());
}

function freeDescriptor(shell: Shell): number {
  for (let descriptor = 10; ; descriptor++) if (!shell.files.has(descriptor)) return descriptor;
}

async function targetOf(shell: Shell, word: Parameters<typeof expandText>[1]): Promise<string> {
  const words = await expandWords(shell, [word]);
  const [target] = words;
  if (words.length !== 1 || target === undefined) throw new ShellError(`${word.text}: ambiguous redirect`, 1, false);
  if (target === "") throw new ShellError(": No such file or directory", 1, false);
  return target;
}

const fileOf = (text: string): OpenFile => new OpenFile("here-document", sourceOf(bytesOf(text)), undefined);

/** The text of a here-document. One that its text's end ends has lost its last newline. */
async function hereDocument(shell: Shell, node: HereDoc): Promise<string> {
  const text = await hereText(shell, node);
  if (node.closing !== undefined || node.body.text === "" || text.endsWith("\n")) return text;
  const line = shell.line;
  await shell.write(
    2,
    `${shell.name}: line ${line + node.body.text.split("\n").length}: warning: here-document at line ${line} delimited by end-of-file (wanted \`${node.delimiter?.value ?? ""}')\n`,
  );
  return `${text}\n`;
}

async function hereText(shell: Shell, node: HereDoc): Promise<string> {
  const { body, delimiter, operator } = node;
  const untabbed = (text: string, atStart: boolean) => (operator === "<<-" ? text.replace(atStart ? /(^|\n)\t+/g : /(\n)\t+/g, "$1") : text);
  if (delimiter?.quoted) return untabbed(body.text, true);
  if (!body.parts) return untabbed(body.text, true).replace(/\\([$`\\])|\\\n/g, "$1");
  const fields = new Fields(undefined);
  for (const [i, part] of body.parts.entries()) {
    if (part.type === "Literal") fields.add(untabbed(part.value, i === 0), true);
    else {
      const wait = partInto(shell, part, fields, true);
      if (wait) await wait;
    }
  }
  return fields.finish().map(textOfPieces).join(" ");
}
