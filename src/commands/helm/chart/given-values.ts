import { bodyText } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import type { Values } from "../../cli/flags.ts";
import { HelmError, messageOf } from "../errors.ts";
import type { valueFlags } from "../shared-flags.ts";
import { type Dict, isDict, mergedMaps, valuesFrom } from "./chart.ts";
import { setValues, typedValue } from "./set-values.ts";

/** What the command line says of values: files first, then JSON, `--set`, texts, files as values and literals. Throws a `HelmError`. */
export async function givenValues(process: Process, flags: Values<typeof valueFlags>): Promise<Dict> {
  let base: Dict = {};
  for (const path of flags.values) {
    const text = await readText(process, path);
    try {
      base = mergedMaps(base, valuesFrom(text));
    } catch (problem) {
      throw new HelmError(`failed to parse ${path}: ${messageOf(problem)}`);
    }
  }
  for (const text of flags["set-json"]) base = withJson(base, text);
  for (const text of flags.set) attempt("--set", () => setValues(text, base, typedValue));
  for (const text of flags["set-string"]) attempt("--set-string", () => setValues(text, base, (value) => value));
  for (const text of flags["set-file"]) {
    const files = await filesNamed(process, text);
    attempt("--set-file", () => setValues(text, base, (path) => files.get(path) ?? ""));
  }
  for (const text of flags["set-literal"]) attempt("--set-literal", () => setLiteral(text, base));
  return base;
}

function attempt(flag: string, work: () => void): void {
  try {
    work();
  } catch (problem) {
    if (problem instanceof HelmError) throw new HelmError(`failed parsing ${flag} data: ${problem.message}`);
    throw problem;
  }
}

function withJson(base: Dict, text: string): Dict {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    try {
      const value: unknown = JSON.parse(trimmed);
      if (isDict(value)) return mergedMaps(base, value);
    } catch {
      // Told below.
    }
    throw new HelmError(`failed parsing --set-json data JSON: ${text}`);
  }
  try {
    setValues(text, base, "json");
  } catch (problem) {
    if (problem instanceof HelmError) throw new HelmError(`failed parsing --set-json data ${text}`);
    throw problem;
  }
  return base;
}

/** `a.b=text`: all behind the sign is the value, commas and backslashes too. */
function setLiteral(text: string, base: Dict): void {
  const at = text.indexOf("=");
  if (at < 0) throw new HelmError(`key ${JSON.stringify(text)} has no value`);
  const value = text.slice(at + 1);
  setValues(`${text.slice(0, at).replaceAll("\\", "\\\\").replaceAll(",", "\\,")}=x`, base, () => value);
}

/** The content of each file that `key=path,key=path` names. */
async function filesNamed(process: Process, text: string): Promise<Map<string, string>> {
  const paths = new Set<string>();
  attempt("--set-file", () =>
    setValues(text, {}, (path) => {
      paths.add(path);
      return "";
    }),
  );
  const contents = new Map<string, string>();
  for (const path of paths) {
    try {
      contents.set(path, await readText(process, path));
    } catch (problem) {
      throw problem instanceof HelmError ? new HelmError(`failed parsing --set-file data: ${problem.message}`) : problem;
    }
  }
  return contents;
}

/** A file, standard input (`-`), or what is at an address. Throws a `HelmError`. */
export async function readText(process: Process, path: string): Promise<string> {
  if (path.trim() === "-") return textOf(await process.read("-"));
  if (/^https?:\/\//.test(path)) {
    const answer = await process.machine.net.fetch({ method: "GET", url: path, headers: { "user-agent": "Helm/4.2.3" } });
    if (answer.status !== 200) throw new HelmError(`failed to fetch ${path} : ${answer.status}`);
    return bodyText(answer);
  }
  try {
    return textOf(await process.read(path));
  } catch (problem) {
    if (!(problem instanceof FileError)) throw problem;
    throw new HelmError(`open ${path}: ${problem.reason.toLowerCase()}`);
  }
}
