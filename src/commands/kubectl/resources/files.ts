import { bodyText } from "#base/http.ts";
import { readAll, textOf } from "#base/streams.ts";
import { DecodeError, decode } from "#machinery/decode.ts";
import { schemaById } from "#machinery/schema.ts";
import { parseYaml, YamlError, type YamlVersion } from "#machinery/yaml.ts";
import { FileError } from "#shell/file-system.ts";
import { NetError, type Process } from "#shell/process.ts";
import type { Thing } from "../api/server.ts";
import { CommandError, ConnectionError } from "../errors.ts";
import { sortedJson } from "../print/json.ts";

/** An object that a file holds. */
export interface Manifest {
  object: Thing;
  /** The file, URL, or `STDIN`. */
  source: string;
}

/** A file's text, or why one of its objects cannot be read. */
export type Piece = Manifest | { problem: CommandError };

export interface FileQuery {
  filename: readonly string[];
  kustomize: string;
  recursive: boolean;
}

const extensions = [".json", ".yaml", ".yml"];

/** Says what is wrong with how the file flags were combined. */
export function checkFiles({ filename, kustomize, recursive }: FileQuery): void {
  if (kustomize && filename.length > 0) throw new CommandError("only one of -f or -k can be specified");
  if (kustomize && recursive) throw new CommandError("the -k flag can't be used with -f or -R");
}

export const needFiles = (query: FileQuery): void => {
  if (query.filename.length === 0 && !query.kustomize) throw new CommandError("must specify one of -f and -k");
  checkFiles(query);
};

/** One text to read objects from. */
export interface Input {
  source: string;
  read(): Promise<string>;
}

/** What the file flags name, in order. */
export function inputsOf(process: Process, { filename, recursive }: FileQuery): Input[] {
  const { fs } = process.machine;
  let stdin = false;
  return filename.flatMap((name): Input[] => {
    if (name === "-") {
      if (stdin) throw new CommandError("standard input cannot be used for multiple arguments");
      stdin = true;
      return [{ source: "STDIN", read: async () => textOf(await readAll(process.stdin)) }];
    }
    if (/^https?:\/\//.test(name)) return [{ source: name, read: () => fetched(process, name) }];
    const paths = fs.stat(fs.resolve(process.cwd, name)) ? [name] : globbed(process, name);
    if (paths.length === 0) throw new CommandError(`the path ${JSON.stringify(name)} does not exist`);
    const found = paths.flatMap((path) => filesBelow(process, path, recursive, true));
    if (found.length === 0) throw new CommandError(`error reading [${name}]: recognized file extensions are [${extensions.join(" ")}]`);
    return found.map((path) => ({ source: path, read: async () => textOfFile(process, path) }));
  });
}

/** A file's text. */
export function textOfFile(process: Process, path: string): string {
  const { fs } = process.machine;
  try {
    return fs.readText(fs.resolve(process.cwd, path));
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`open ${path}: ${fileProblem(error)}`);
    throw error;
  }
}

/** Linux's words for what is wrong with a file, as Go writes them. */
export const fileProblem = (error: FileError): string => (error.message.split(": ").at(-1) ?? "").toLowerCase();

function filesBelow(process: Process, path: string, recursive: boolean, top: boolean): string[] {
  const { fs } = process.machine;
  const stat = fs.stat(fs.resolve(process.cwd, path));
  if (stat?.kind !== "directory") return top || extensions.some((extension) => path.endsWith(extension)) ? [path] : [];
  if (!top && !recursive) return [];
  return [...fs.list(fs.resolve(process.cwd, path))]
    .sort()
    .flatMap((name) => filesBelow(process, `${path.replace(/\/+$/, "")}/${name}`, recursive, false));
}

/** The files that a pattern such as `dir/*.yaml` matches: the shell leaves it to kubectl when it stands in quotes. */
function globbed(process: Process, pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [];
  const { fs } = process.machine;
  let paths = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter(Boolean)) {
    const matches = new RegExp(
      `^${part
        .replace(/[.+^${}()|\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    );
    paths = paths.flatMap((base) => {
      const at = fs.resolve(process.cwd, base || ".");
      if (fs.stat(at)?.kind !== "directory") return [];
      return [...fs.list(at)]
        .sort()
        .filter((name) => matches.test(name))
        .map((name) => (base === "" || base === "/" ? base + name : `${base}/${name}`));
    });
  }
  return paths;
}

async function fetched(process: Process, url: string): Promise<string> {
  let at = url;
  for (let hops = 0; hops < 10; hops++) {
    try {
      const answer = await process.machine.net.fetch({ method: "GET", url: at, headers: {}, signal: process.signal });
      const location = answer.headers["location"];
      if (answer.status >= 300 && answer.status < 400 && typeof location === "string") {
        at = new URL(location, at).href;
        continue;
      }
      if (answer.status !== 200)
        throw new CommandError(
          `unable to read URL ${JSON.stringify(url)}, server reported ${answer.status} ${statusText[answer.status] ?? ""}, status code=${answer.status}`,
        );
      return await bodyText(answer);
    } catch (error) {
      if (error instanceof NetError && error.code === "ECONNREFUSED") throw new ConnectionError(new URL(at).host, true, error.message);
      if (error instanceof NetError) throw new CommandError(`Get ${JSON.stringify(at)}: ${error.message}`);
      throw error;
    }
  }
  throw new CommandError(`Get ${JSON.stringify(url)}: stopped after 10 redirects`);
}

const statusText: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/** The objects of a text, in order: JSON values one after another, or YAML documents. Lists give what is in them. */
export function* objectsOf(text: string, source: string, version: YamlVersion = "1.1"): Iterable<Piece> {
  try {
    for (const value of values(text, version)) yield* flattened(value, source);
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof SyntaxError)) throw error;
    yield {
      problem: new CommandError(
        `error parsing ${source}: ${error instanceof YamlError && !error.message.startsWith("error converting") ? "error converting YAML to JSON: " : ""}${error.message}`,
      ),
    };
  }
}

function* values(text: string, version: YamlVersion): Iterable<unknown> {
  for (const document of documents(text)) {
    const { value } = parseYaml(document, version);
    if (value !== null && value !== undefined) yield value;
  }
}

/** The pieces between lines of `---`. */
const documents = (text: string): string[] => text.split(/^---(?=\s|$).*\n?/m).filter((piece) => piece.trim() !== "");

function* flattened(value: unknown, source: string): Iterable<Piece> {
  if (typeof value !== "object" || Array.isArray(value)) {
    yield {
      problem: new CommandError(
        `error validating ${JSON.stringify(source)}: error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`,
      ),
    };
    return;
  }
  const object = value as Thing;
  const items = object["items"];
  if (Array.isArray(items) && String(object.kind ?? "").endsWith("List")) {
    for (const item of items) yield* flattened(item, source);
    return;
  }
  const problem = metadataProblem(object);
  yield problem ? { problem: new CommandError(`unable to decode ${JSON.stringify(source)}: ${problem}`) } : { object, source };
}

/** Whatever kind it is of, an object's metadata has the types that it has everywhere. */
function metadataProblem({ metadata }: Thing): string | undefined {
  if (!metadata) return undefined;
  try {
    decode(schemaById("api.core.v1.ConfigMap"), { metadata: JSON.parse(sortedJson(metadata)) as unknown });
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return undefined;
}
