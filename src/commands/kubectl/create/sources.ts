import { readAll, textOf } from "#base/streams.ts";
import { configMapKeyProblems } from "#machinery/names.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { strings } from "../../cli/flags.ts";
import { CommandError } from "../errors.ts";
import { fileProblem } from "../resources/files.ts";

/** Where the data of a ConfigMap or Secret comes from. */
export const sourceFlags = (what: string) =>
  ({
    "from-env-file": strings({ help: `A file of lines key=value that become the ${what}'s data.`, completes: "file" }),
    "from-file": strings({
      help: `A file, under its own name or as key=file, or a directory of files. May be given several times.`,
      completes: "file",
    }),
    "from-literal": strings({ commas: false, help: `A key and its value, as key=value. May be given several times.` }),
  }) as const;

export interface Sources {
  readonly "from-env-file": readonly string[];
  readonly "from-file": readonly string[];
  readonly "from-literal": readonly string[];
}

/** Gives each key with its value, in the order of literals, files, files of lines. */
export async function* dataOf(
  process: Process,
  sources: Sources,
  what: "configmap" | "secret",
): AsyncIterable<readonly [key: string, value: Uint8Array]> {
  const encoder = new TextEncoder();
  for (const literal of sources["from-literal"]) {
    const equals = literal.indexOf("=");
    if (equals <= 0) throw new CommandError(`invalid literal source ${literal}, expected key=value`);
    yield [literal.slice(0, equals), encoder.encode(unquotedOnce(literal.slice(equals + 1)))];
  }
  for (const source of sources["from-file"]) yield* fileEntries(process, source);
  for (const path of sources["from-env-file"]) {
    const { fs } = process.machine;
    const stat = fs.stat(fs.resolve(process.cwd, path));
    if (!stat) throw new CommandError(`error reading ${path}: no such file or directory`);
    if (stat.kind === "directory") throw new CommandError(`env ${what === "configmap" ? "config" : "secret"} file cannot be a directory`);
    for (const [key, value] of envLines(process, fs.readText(fs.resolve(process.cwd, path)))) yield [key, encoder.encode(value)];
  }
}

/** The real one takes one pair of quotes off a value that stands in them. */
const unquotedOnce = (value: string): string =>
  value.length >= 2 && ((value.startsWith('"') && value.endsWith('"')) || (value.startsWith("'") && value.endsWith("'")))
    ? value.slice(1, -1)
    : value;

async function* fileEntries(process: Process, source: string): AsyncIterable<readonly [string, Uint8Array]> {
  const { fs } = process.machine;
  const { key, path } = keyAndPath(source);
  if (path === "/dev/stdin" || path === "-") {
    yield [key, await readAll(process.stdin)];
    return;
  }
  const full = fs.resolve(process.cwd, path);
  const stat = fs.stat(full);
  if (!stat) throw new CommandError(`error reading ${path}: no such file or directory`);
  try {
    if (stat.kind !== "directory") {
      yield [key, fs.read(full)];
      return;
    }
    if (source.includes("=")) throw new CommandError("cannot give a key name for a directory path");
    for (const name of [...fs.list(full)].sort()) {
      if (fs.stat(`${full}/${name}`, { follow: false })?.kind !== "file") continue;
      if (configMapKeyProblems(name).length === 0) yield [name, fs.read(`${full}/${name}`)];
    }
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`open ${path}: ${fileProblem(error)}`);
    throw error;
  }
}

function keyAndPath(source: string): { key: string; path: string } {
  const parts = source.split("=");
  if (parts.length === 1) return { key: source.split("/").at(-1) ?? source, path: source };
  if (parts.length > 2) throw new CommandError("key names or file paths cannot contain '='");
  const [key = "", path = ""] = parts;
  if (key === "") throw new CommandError(`key name for file path ${path} missing`);
  if (path === "") throw new CommandError(`file path for key name ${key} missing`);
  return { key, path };
}

/** The lines of an env file: `key=value`, or `key` alone for the environment's value. */
export function* envLines(process: { readonly env: ReadonlyMap<string, string> }, text: string): Iterable<readonly [string, string]> {
  for (const raw of text.replace(/^\ufeff/, "").split("\n")) {
    const line = raw.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    const key = equals < 0 ? line : line.slice(0, equals);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key))
      throw new CommandError(
        `${JSON.stringify(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
      );
    if (equals >= 0) yield [key, line.slice(equals + 1)];
    else {
      const value = process.env.get(key);
      if (value !== undefined) yield [key, value];
    }
  }
}

/** Bytes as text where they are UTF-8; undefined where they are not. */
export function utf8Of(bytes: Uint8Array): string | undefined {
  const text = textOf(bytes);
  if (!text.includes("\ufffd")) return text;
  const again = new TextEncoder().encode(text);
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i]) ? text : undefined;
}
