import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Process } from "../../process.ts";

/** Thrown where a request took longer than it may. */
export class TookTooLong extends Error {
  readonly phase: "connect" | "transfer";
  constructor(phase: "connect" | "transfer") {
    super("timed out");
    this.phase = phase;
  }
}

/** Works under time limits: when one is over, what blocks gives way with a `TookTooLong`. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #process: Process;
  readonly #end: () => void;
  #timers: { cancel(): void }[] = [];

  constructor(process: Process, milliseconds: number | undefined) {
    this.#process = process;
    const ended = () => this.#controller.abort(process.signal.reason);
    if (process.signal.aborted) ended();
    process.signal.addEventListener("abort", ended, { once: true });
    this.#end = () => process.signal.removeEventListener("abort", ended);
    if (milliseconds !== undefined) this.limit(milliseconds, "transfer");
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Adds a limit from now on; gives its end. */
  limit(milliseconds: number, phase: TookTooLong["phase"]): () => void {
    const { clock } = this.#process.machine;
    const timer = clock.at(clock.now() + milliseconds, () => this.#controller.abort(new TookTooLong(phase)));
    this.#timers.push(timer);
    return () => timer.cancel();
  }

  /** Waits for something that may not know of the limits. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const { tasks } = this.#process.machine;
    const { signal } = this;
    signal.throwIfAborted();
    return tasks.block<T>((wake, fail) => {
      const aborted = () => fail(signal.reason);
      signal.addEventListener("abort", aborted, { once: true });
      tasks.detach(async () => {
        try {
          wake(await work());
        } catch (error) {
          fail(error);
        } finally {
          signal.removeEventListener("abort", aborted);
        }
      });
    });
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#end();
  }
}

/** Sends a request to where its URL says, or to another place that is to stand for it. */
export function send(process: Process, request: HttpRequest, place: string | undefined): Promise<HttpResponse> {
  if (place === undefined) return process.machine.net.fetch(request);
  const url = new URL(request.url);
  const original = url.host;
  const moved = new URL(request.url);
  moved.host = place;
  return process.machine.net.fetch({ ...request, url: moved.href, headers: { host: original, ...request.headers } });
}

export const portOf = (url: URL): number => (url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port));

const phrases: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  418: "I'm a teapot",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** `HTTP/1.1 404 Not Found`, and the words alone. */
export const phraseOf = (status: number): string => phrases[status] ?? "";

const special: Readonly<Record<string, string>> = {
  etag: "ETag",
  "www-authenticate": "WWW-Authenticate",
  te: "TE",
  dnt: "DNT",
  "x-xss-protection": "X-XSS-Protection",
  "content-md5": "Content-MD5",
};

/** A header's name as servers of HTTP/1.1 write it. */
export const headerName = (name: string): string =>
  special[name] ?? name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());

/** A response's headers one by one. */
export function* headersOf(response: HttpResponse): Generator<readonly [name: string, value: string]> {
  for (const [name, value] of Object.entries(response.headers)) for (const one of Array.isArray(value) ? value : [value]) yield [name, one as string];
}
