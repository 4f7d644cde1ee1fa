import { Refusal } from "./scene.ts";

/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  /** Options before the arguments: `--from=builder`. */
  readonly flags: ReadonlyMap<string, string>;
  /** The rest of the line as it is written. */
  readonly text: string;
  /** Here-documents that follow it, by their word. */
  readonly documents: readonly { readonly word: string; readonly content: string; readonly expands: boolean }[];
  readonly line: number;
}

const known = new Set([
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);

const wrong = (message: string) => new Refusal(`ERROR: failed to build: failed to solve: dockerfile parse error on ${message}`);

/** Reads a Dockerfile. https://docs.docker.com/reference/dockerfile/ */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const instructions: Instruction[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i] ?? "";
    if (/^\s*(#|$)/.test(first)) continue;
    const line = i + 1;
    let whole = first.trim();
    while (whole.endsWith("\\")) {
      i++;
      while (/^\s*#/.test(lines[i] ?? "")) i++;
      whole = `${whole.slice(0, -1)}${lines[i] ?? ""}`.trimEnd();
      if (i >= lines.length) break;
    }
    const documents: { word: string; content: string; expands: boolean }[] = [];
    for (const [, dash, quote, word = ""] of whole.matchAll(/<<(-?)(['"]?)(\w+)\2/g)) {
      const content: string[] = [];
      for (i++; i < lines.length && (dash ? (lines[i] ?? "").trimStart() : lines[i]) !== word; i++)
        content.push(dash ? (lines[i] ?? "").replace(/^\t+/, "") : (lines[i] ?? ""));
      documents.push({ word, content: `${content.join("\n")}\n`, expands: quote === "" });
    }
    const [, name = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(whole) ?? [];
    const upper = name.toUpperCase();
    if (!known.has(upper)) throw wrong(`line ${line}: unknown instruction: ${name}`);
    const flags = new Map<string, string>();
    let body = rest;
    for (let option = /^--([\w-]+)(?:=(\S*))?\s+/.exec(body); option; option = /^--([\w-]+)(?:=(\S*))?\s+/.exec(body)) {
      flags.set(option[1] ?? "", option[2] ?? "true");
      body = body.slice(option[0].length);
    }
    if (body === "") throw wrong(`line ${line}: ${upper} requires at least one argument`);
    instructions.push({ name: upper, flags, text: body, documents, line });
  }
  if (instructions.length === 0) throw new Refusal("ERROR: failed to build: failed to solve: file with no instructions");
  const begin = instructions.find(({ name }) => name !== "ARG");
  if (begin?.name !== "FROM") throw wrong(`line ${begin?.line ?? 1}: no build stage in current context`);
  return instructions;
}

/** `["a", "b"]`, or undefined where it is no such list. */
export function listOf(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Words of a line; quotes keep spaces. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [match] of text.matchAll(/(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*')+/g))
    words.push(
      match.replace(
        /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
        (_, double: string | undefined, single: string | undefined) => double?.replace(/\\(.)/g, "$1") ?? single ?? "",
      ),
    );
  return words;
}

/** `A=1 B="two words"`, or the old form `A the rest`. */
export function pairsOf(text: string): [string, string][] {
  if (!/^[\w."'-]+=/.test(text)) {
    const at = text.search(/\s/);
    return at < 0 ? [[text, ""]] : [[text.slice(0, at), text.slice(at + 1).trim()]];
  }
  return wordsOf(text).map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
  });
}

/** Variables in an instruction: `$A`, `${A}`, `${A:-b}`, `${A:+b}`. */
export const expanded = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(
    /\\\$|\$\{(\w+)(?:(:?[-+])([^}]*))?\}|\$(\w+)/g,
    (whole, braced: string | undefined, how: string | undefined, other: string | undefined, bare: string | undefined) => {
      if (whole === "\\$") return "$";
      const value = variables.get(braced ?? bare ?? "");
      const isSet = value !== undefined && (value !== "" || !how?.startsWith(":"));
      if (how?.endsWith("-")) return isSet ? (value ?? "") : (other ?? "");
      if (how?.endsWith("+")) return isSet ? (other ?? "") : "";
      return value ?? "";
    },
  );
