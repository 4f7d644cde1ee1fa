import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf, joined, type Source } from "#base/streams.ts";
import { headerName, phraseOf } from "#shell/tools/http/exchange.ts";
import type { ByteQueue } from "./byte-queue.ts";

const longestHead = 64 * 1024;
const longestBody = 8 * 1024 * 1024;

export interface HttpServer {
  input: ByteQueue;
  write(bytes: Uint8Array): Promise<void>;
  answer(request: HttpRequest): Promise<HttpResponse>;
  /** The next bytes of a body that comes as it happens. */
  next(body: Source): Promise<Uint8Array | undefined>;
}

/** Speaks HTTP/1.1 over bytes until either side has had enough. What `answer` throws ends it. https://www.rfc-editor.org/rfc/rfc9112 */
export async function serveHttp({ input, write, answer, next }: HttpServer): Promise<void> {
  const reader = new Reader(input);
  for (;;) {
    const head = await reader.head();
    if (head === undefined) return;
    const request = requestOf(head);
    if (!request) return await write(plain(400, "Bad Request"));
    if (request.headers["expect"]?.toLowerCase() === "100-continue") await write(bytesOf("HTTP/1.1 100 Continue\r\n\r\n"));
    const body = await bodyOf(reader, request.headers);
    if (body === "too large") return await write(plain(413, "Payload Too Large"));
    if (body === "broken") return await write(plain(400, "Bad Request"));

    const response = await answer({ method: request.method, url: request.url, headers: request.headers, ...(body.length > 0 ? { body } : {}) });
    const closes = !stays(request);
    await writeResponse(response, request.method, closes, write, next);
    if (closes) return;
  }
}

interface Head {
  method: string;
  /** A path, as it stands there. */
  url: string;
  minor: number;
  headers: Record<string, string>;
}

function requestOf(text: string): Head | undefined {
  const [line = "", ...fields] = text.split("\r\n");
  const [, method, target, minor] = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/1\.([01])$/.exec(line) ?? [];
  if (!method || !target) return undefined;
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(field) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const known = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`;
  }
  const url = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?]*/, "") || "/";
  return { method, url: url.startsWith("/") ? url : `/${url}`, minor: Number(minor), headers };
}

const stays = ({ minor, headers }: Head): boolean => {
  const wishes = (headers["connection"] ?? "").toLowerCase();
  return minor === 0 ? wishes.includes("keep-alive") : !wishes.includes("close");
};

async function bodyOf(reader: Reader, headers: Record<string, string>): Promise<Uint8Array | "too large" | "broken"> {
  if (/\bchunked$/i.test(headers["transfer-encoding"] ?? "")) return await chunkedBody(reader);
  const length = headers["content-length"] ?? "0";
  if (!/^\d+$/.test(length)) return "broken";
  if (Number(length) > longestBody) return "too large";
  return (await reader.exactly(Number(length))) ?? "broken";
}

async function chunkedBody(reader: Reader): Promise<Uint8Array | "too large" | "broken"> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const line = await reader.until("\r\n");
    const next = /^([\da-f]{1,8})(;.*)?$/i.exec(line ?? "")?.[1];
    if (next === undefined) return "broken";
    const length = Number.parseInt(next, 16);
    if (length === 0) break;
    size += length;
    if (size > longestBody) return "too large";
    const chunk = await reader.exactly(length);
    if (!chunk || (await reader.until("\r\n")) !== "") return "broken";
    chunks.push(chunk);
  }
  // Trailers say nothing here.
  for (let line = await reader.until("\r\n"); line !== ""; line = await reader.until("\r\n")) if (line === undefined) return "broken";
  return joined(chunks);
}

async function writeResponse(
  { status, headers, body }: HttpResponse,
  method: string,
  closes: boolean,
  write: HttpServer["write"],
  next: HttpServer["next"],
): Promise<void> {
  const isWhole = body instanceof Uint8Array;
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  const lines = [`HTTP/1.1 ${status} ${phraseOf(status) || "Unknown"}`];
  for (const [name, value] of Object.entries(headers)) {
    if (connectionHeaders.has(name)) continue;
    for (const one of typeof value === "string" ? [value] : value) lines.push(`${headerName(name)}: ${one}`);
  }
  if (isWhole && !(method === "HEAD" && "content-length" in headers)) lines.push(`Content-Length: ${body.length}`);
  if (!isWhole && hasBody) lines.push("Transfer-Encoding: chunked");
  if (closes) lines.push("Connection: close");
  await write(bytesOf(`${lines.join("\r\n")}\r\n\r\n`));
  if (!hasBody) {
    if (!isWhole) body.cancel();
    return;
  }
  if (isWhole) {
    if (body.length > 0) await write(body);
    return;
  }
  try {
    for (let chunk = await next(body); chunk; chunk = await next(body))
      if (chunk.length > 0) await write(joined([bytesOf(`${chunk.length.toString(16)}\r\n`), chunk, bytesOf("\r\n")]));
    await write(bytesOf("0\r\n\r\n"));
  } finally {
    body.cancel();
  }
}

/** What belongs to a connection is this one's own affair. */
const connectionHeaders = new Set(["connection", "keep-alive", "content-length", "transfer-encoding"]);

const plain = (status: number, reason: string) => bytesOf(`HTTP/1.1 ${status} ${reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);

/** Takes bytes in the pieces that HTTP is made of. */
class Reader {
  readonly #input: ByteQueue;
  #rest: Uint8Array = new Uint8Array();

  constructor(input: ByteQueue) {
    this.#input = input;
  }

  /** A request's line and headers; undefined where nothing more comes. */
  async head(): Promise<string | undefined> {
    // Empty lines before a request are passed over.
    while (this.#rest[0] === 13 || this.#rest[0] === 10) this.#rest = this.#rest.subarray(1);
    return await this.until("\r\n\r\n");
  }

  /** The text before a mark, which is passed over; undefined where it never comes. */
  async until(mark: string): Promise<string | undefined> {
    for (let from = 0; ; ) {
      const at = indexOf(this.#rest, mark, from);
      if (at >= 0) {
        const text = new TextDecoder("latin1").decode(this.#rest.subarray(0, at));
        this.#rest = this.#rest.subarray(at + mark.length);
        return text;
      }
      if (this.#rest.length > longestHead) return undefined;
      from = Math.max(0, this.#rest.length - mark.length);
      if (!(await this.#more())) return undefined;
    }
  }

  /** So many bytes; undefined where they do not come. */
  async exactly(count: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length < count) if (!(await this.#more())) return undefined;
    const bytes = this.#rest.slice(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const bytes = await this.#input.read();
    if (!bytes) return false;
    this.#rest = joined([this.#rest, bytes]);
    return true;
  }
}

function indexOf(bytes: Uint8Array, mark: string, from: number): number {
  for (let at = from; at + mark.length <= bytes.length; at++) {
    let same = 0;
    while (same < mark.length && bytes[at + same] === mark.charCodeAt(same)) same++;
    if (same === mark.length) return at;
  }
  return -1;
}
