import type { Sink, Source } from "./streams.ts";
import { bytesOf, readAll, textOf } from "./streams.ts";

/** A request as everything in here passes it on: the edge to the API server, kubectl to the API, curl to a pod. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute (`http://10.244.0.5:8080/`), or a path with its query where the other side is fixed (`/api/v1/pods?limit=5`). */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** Aborts when who asked has gone: ends a watch, a followed log. */
  readonly signal?: AbortSignal | undefined;
  /** The client certificate that who asks shows over TLS, and its key; both PEM. */
  readonly identity?: Identity | undefined;
  /** Which versions of TLS who asks speaks, 1.3 as 13; those of today unless said. */
  readonly tls?: { readonly oldest: number; readonly newest: number } | undefined;
  /** The address of who asks, as the other side sees it; the network fills it in. */
  readonly client?: string | undefined;
}

export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a list where a header comes several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Which version of TLS was agreed upon, where the server is particular. */
  readonly tls?: number | undefined;
  /** Bytes that are all there, or a stream that comes as it happens. */
  readonly body: Uint8Array | Source;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

export function textResponse(
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
  headers: Record<string, string> = {},
): HttpResponse {
  return { status, headers: { "content-type": contentType, ...headers }, body: bytesOf(text) };
}

/** The whole body. Blocks the calling task until a stream has ended. */
export async function bodyOf(response: HttpResponse): Promise<Uint8Array> {
  return response.body instanceof Uint8Array ? response.body : await readAll(response.body);
}

export const bodyText = async (response: HttpResponse): Promise<string> => textOf(await bodyOf(response));

/** The body as a stream, whichever it is. */
export function bodySource(response: HttpResponse): Source {
  const body = response.body;
  if (!(body instanceof Uint8Array)) return body;
  let rest: Uint8Array | undefined = body;
  return {
    async read() {
      const chunk = rest?.length ? rest : undefined;
      rest = undefined;
      return chunk;
    },
    cancel() {
      rest = undefined;
    },
  };
}

/** Both directions of a connection. */
export interface Connection {
  readonly incoming: Source;
  readonly outgoing: Sink;
}
