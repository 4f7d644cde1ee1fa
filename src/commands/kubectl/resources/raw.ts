import { readAll, textOf } from "#base/streams.ts";
import type { Process } from "#shell/process.ts";
import { CommandError, ConnectionError } from "../errors.ts";
import { type FileQuery, textOfFile } from "./files.ts";

/** What goes with `--raw`: of the file flags only one local file or the standard input. */
export interface RawQuery extends FileQuery {
  raw: string;
  output?: string;
  selector?: string;
  edit?: boolean;
}

/** Says what does not go together with `--raw`, in the order of the real kubectl. A body may be optional. */
export function checkRaw(query: RawQuery, bodyIs: "needed" | "optional"): void {
  const { filename, recursive, selector, output, edit, raw } = query;
  if (edit) throw new CommandError("--raw and --edit are mutually exclusive");
  if (filename.length > 1 || (bodyIs === "needed" && filename.length === 0))
    throw new CommandError("--raw can only use a single local file or stdin");
  if (/^https?:/.test(filename[0] ?? "")) throw new CommandError("--raw cannot read from a url");
  if (recursive) throw new CommandError("--raw and --recursive are mutually exclusive");
  if (selector) throw new CommandError("--raw and --selector (-l) are mutually exclusive");
  if (output) throw new CommandError("--raw and --output are mutually exclusive");
  checkRawPath(raw);
}

/** As Go's `url.ParseRequestURI` refuses what is neither a path from the root nor has a scheme. */
export function checkRawPath(path: string): void {
  const problem = /^(\/|[a-z][a-z0-9+.-]*:)/i.test(path)
    ? /[\x00-\x1f\x7f]/.test(path)
      ? "net/url: invalid control character in URL"
      : undefined
    : "invalid URI for request";
  if (problem) throw new CommandError(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: ${problem}`);
}

/** The text that `--raw` sends: the file's as it is. */
export async function rawBody(process: Process, { filename: [name] }: RawQuery): Promise<string | undefined> {
  if (name === undefined) return undefined;
  if (name === "-") return textOf(await readAll(process.stdin));
  const { fs } = process.machine;
  // The real one opens the directory and notices only while it sends it.
  if (fs.stat(fs.resolve(process.cwd, name))?.kind === "directory") throw new ConnectionError("", false, `read ${name}: is a directory`);
  return textOfFile(process, name);
}
