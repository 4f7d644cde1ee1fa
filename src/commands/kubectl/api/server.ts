import { bodySource, bodyText, type HttpResponse } from "#base/http.ts";
import { bytesOf, lines, type Source } from "#base/streams.ts";
import type { Client, RemoteCommand } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Status } from "#machinery/types.ts";
import { NetError } from "#shell/process.ts";
import { ConnectionError, ServerError } from "../errors.ts";
import type { Trace } from "./trace.ts";

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Call {
  query?: Query | undefined;
  accept?: string;
  /** An object to send as JSON, or text as it is. */
  body?: object | string;
  contentType?: string;
  signal?: AbortSignal;
  /** Not told in the log of `-v`: what the real one has in its cache. */
  quiet?: boolean;
}

/** An object of any kind, as the server sends it. */
export type Thing = KubeObject & { [field: string]: unknown };

/** The API server, as a client with credentials sees it: failures are thrown, warnings told once each. */
export class Server {
  readonly url: string;
  readonly #client: Client;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #warn: (text: string) => void;
  readonly #trace: Trace | undefined;
  readonly #warned = new Set<string>();
  /** Has to be well before anything else is asked. */
  readonly #first: ((server: Server) => Promise<void>) | undefined;
  #admitted: Promise<void> | undefined;

  constructor(
    url: string,
    client: Client,
    headers: Readonly<Record<string, string>>,
    warn: (text: string) => void,
    trace?: Trace,
    first?: (server: Server) => Promise<void>,
  ) {
    this.url = url;
    this.#client = client;
    this.#headers = headers;
    this.#warn = warn;
    this.#trace = trace;
    this.#first = first;
  }

  /** How many different warnings came. */
  get warnings(): number {
    return this.#warned.size;
  }

  get host(): string {
    return URL.canParse(this.url) ? new URL(this.url).host : this.url;
  }

  async get<T = Thing>(path: string, call: Call = {}): Promise<T> {
    return JSON.parse(await this.text("GET", path, call)) as T;
  }

  async send<T = Thing>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, call: Call = {}): Promise<T> {
    return JSON.parse(await this.text(method, path, call)) as T;
  }

  /** The answer's text, whatever it is. */
  async text(method: string, path: string, call: Call = {}): Promise<string> {
    await this.#admission();
    const answer = await this.#fetch(method, path, call);
    const text = await bodyText(answer);
    if (!call.quiet) this.#trace?.received(text);
    if (answer.status >= 400) throw new ServerError(statusOf(answer, text, method));
    return text;
  }

  /** The answer's bytes as they come. */
  async stream(method: string, path: string, call: Call = {}): Promise<Source> {
    await this.#admission();
    const answer = await this.#fetch(method, path, call);
    if (answer.status >= 400) throw new ServerError(statusOf(answer, await bodyText(answer), method));
    return bodySource(answer);
  }

  /** The events of a watch, until it ends or the reader leaves. */
  async *watch<T = Thing>(path: string, call: Call = {}): AsyncIterable<{ type: string; object: T }> {
    const source = await this.stream("GET", path, { ...call, query: { ...call.query, watch: "true" } });
    try {
      for await (const line of lines(source)) {
        if (!line) continue;
        const event = JSON.parse(line) as { type: string; object: T };
        if (event.type === "ERROR") throw new ServerError(event.object as Status);
        yield event;
      }
      // A reader who was told to stop must not take it for the end of a watch, after which one watches anew.
      call.signal?.throwIfAborted();
    } finally {
      source.cancel();
    }
  }

  /** exec and attach. */
  async connect(path: string, query: Query): Promise<RemoteCommand> {
    const request = { method: "POST", url: path + queryText(query), headers: { ...this.#headers } };
    const answer = await this.#reach(() => this.#client.connect(request));
    if ("status" in answer) throw new ServerError(statusOf(answer, await bodyText(answer), "POST"));
    if ("forward" in answer) throw new TypeError(`${path} leads to no command`);
    return answer;
  }

  /** A request that is passed on as it is: kubectl proxy. */
  async pass(request: Parameters<Client["fetch"]>[0]): Promise<HttpResponse> {
    return this.#client.fetch({ ...request, headers: { ...request.headers, ...this.#headers } });
  }

  async #admission(): Promise<void> {
    if (!this.#first) return;
    this.#admitted ??= this.#first(new Server(this.url, this.#client, this.#headers, this.#warn, this.#trace));
    await this.#admitted;
  }

  async #fetch(
    method: string,
    path: string,
    { query, accept = "application/json", body, contentType = "application/json", signal, quiet = false }: Call,
  ): Promise<HttpResponse> {
    const sent = body === undefined ? undefined : bytesOf(typeof body === "string" ? body : JSON.stringify(body));
    const headers = {
      accept,
      "user-agent": "kubectl/v1.36.3 (linux/amd64) kubernetes/0f29094",
      ...this.#headers,
      ...(sent ? { "content-type": contentType } : {}),
    };
    const trace = quiet ? undefined : this.#trace;
    const url = path + queryText(query ?? {});
    const answered = trace?.sending(method, this.url + url, headers, body);
    const answer = await this.#reach(() => this.#client.fetch({ method, url, headers, body: sent, signal }));
    answered?.(answer);
    this.#tell(answer.headers["warning"]);
    return answer;
  }

  async #reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof NetError) throw new ConnectionError(this.host, error.code === "ECONNREFUSED", error.message);
      throw error;
    }
  }

  #tell(warnings: string | readonly string[] | undefined): void {
    for (const line of typeof warnings === "string" ? [warnings] : (warnings ?? []))
      for (const [, quoted = ""] of line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
        const text = quoted.replace(/\\(.)/g, "$1");
        if (this.#warned.has(text)) continue;
        this.#warned.add(text);
        this.#warn(text);
      }
  }
}

function queryText(query: Query): string {
  const parts = Object.entries(query)
    .flatMap(([key, value]) =>
      value === undefined ? [] : typeof value === "string" ? [[key, value] as const] : value.map((item) => [key, item] as const),
    )
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

function statusOf(answer: HttpResponse, text: string, method: string): Status {
  try {
    const status = JSON.parse(text) as Status;
    if (status.kind === "Status") return status;
  } catch {
    // Not JSON: whoever stands between, or a pod that is proxied to, has answered.
  }
  const [reason, said] = general[answer.status] ?? ["", `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`];
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    reason,
    message: said.replace("{method}", method),
    code: answer.status,
  };
}

/** What kubectl says to an answer that is no Status. */
const general: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "the server has asked for the client to provide credentials"],
  403: ["Forbidden", "unknown"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  406: ["NotAcceptable", "the server was unable to respond with a content type that the client supports"],
  409: ["Conflict", "the server reported a conflict"],
  413: ["RequestEntityTooLarge", "Request entity too large: limit is 3145728"],
  415: ["UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json"],
  429: ["TooManyRequests", "the server has received too many requests and has asked us to try again later"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request"],
};
