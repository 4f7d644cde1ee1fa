import { bytesOf, joined, textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import type { Process } from "../../process.ts";
import type { Options } from "../options.ts";

/** A failure with curl's number for it. */
export class CurlError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Body {
  bytes: Uint8Array;
  type: string | undefined;
}

/** What `-d`, `--json`, `-F` and `-T` make the request carry. */
export async function bodyOf(process: Process, options: Options): Promise<Body | undefined> {
  const upload = options.get("upload-file");
  if (upload !== undefined) return { bytes: await contentOf(process, upload, 26), type: undefined };
  if (options.has("form") || options.has("form-string")) return formOf(process, options);
  const json = options.all("json");
  if (json.length > 0) return { bytes: joined(await Promise.all(json.map((text) => dataOf(process, text)))), type: "application/json" };
  const parts: Uint8Array[] = [];
  for (const [name, text] of options.given) {
    if (name === "data-ascii") parts.push(withoutLines(await dataOf(process, text), text));
    else if (name === "data-raw") parts.push(bytesOf(text));
    else if (name === "data-binary") parts.push(await dataOf(process, text));
    else if (name === "data-urlencode") parts.push(bytesOf(await encodedData(process, text)));
  }
  if (parts.length === 0) return undefined;
  return { bytes: joined(parts.flatMap((part, i) => (i > 0 ? [bytesOf("&"), part] : [part]))), type: "application/x-www-form-urlencoded" };
}

async function dataOf(process: Process, text: string): Promise<Uint8Array> {
  return text.startsWith("@") ? contentOf(process, text.slice(1), 26) : bytesOf(text);
}

/** `-d @file` drops the line ends. */
const withoutLines = (bytes: Uint8Array, text: string): Uint8Array =>
  text.startsWith("@") ? bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0) : bytes;

export async function contentOf(process: Process, name: string, code: number): Promise<Uint8Array> {
  try {
    return await process.read(name);
  } catch (error) {
    if (error instanceof FileError) throw new CurlError(code, `Failed to open ${name}`);
    throw error;
  }
}

async function encodedData(process: Process, text: string): Promise<string> {
  const [, name = "", mark = "", rest = ""] = /^([^=@]*)([=@]?)([\s\S]*)$/.exec(text) ?? [];
  const value = mark === "@" ? textOf(await contentOf(process, rest, 26)) : mark === "=" ? rest : name;
  return (
    (mark !== "" && name !== "" ? `${name}=` : "") +
    encodeURIComponent(value).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  );
}

async function formOf(process: Process, options: Options): Promise<Body> {
  const boundary = `------------------------${process.machine.random.hex(16)}`;
  const parts: Uint8Array[] = [];
  for (const [kind, text] of options.given) {
    if (kind !== "form" && kind !== "form-string") continue;
    const equals = text.indexOf("=");
    if (equals < 0) throw new CurlError(2, "Illegally formatted input field");
    const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
    const [, mark = "", body = "", settings = ""] = /^([@<]?)([^;]*)((?:;.*)?)$/s.exec(value) ?? [];
    const type = /;type=([^;]*)/.exec(settings)?.[1];
    const asFile = kind === "form" && mark === "@";
    const content = kind === "form-string" ? bytesOf(value) : mark ? await contentOf(process, body, 26) : bytesOf(body);
    const shown = /;filename=([^;]*)/.exec(settings)?.[1] ?? body.split("/").at(-1);
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${asFile ? `; filename="${shown}"` : ""}\r\n${asFile || type ? `Content-Type: ${type ?? typeOf(body)}\r\n` : ""}\r\n`;
    parts.push(bytesOf(head), content, bytesOf("\r\n"));
  }
  parts.push(bytesOf(`--${boundary}--\r\n`));
  return { bytes: joined(parts), type: `multipart/form-data; boundary=${boundary}` };
}

const types: Readonly<Record<string, string>> = {
  txt: "text/plain",
  html: "text/html",
  json: "application/json",
  xml: "application/xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  svg: "image/svg+xml",
  pdf: "application/pdf",
};
const typeOf = (name: string): string => types[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
