import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { joined, type Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Connected } from "#machinery/client.ts";
import { badRequest, StatusError, serviceUnavailable } from "#machinery/status.ts";
import type { User } from "#machinery/user.ts";
import { NetError } from "#shell/process.ts";
import { statusResponse } from "./kubernetes-path.ts";
import { portForwardProtocol, servePortForward, protocol as spokenForPorts } from "./port-forward/port-forward.ts";
import { chosenProtocol, serveCommand } from "./remote-command.ts";
import { serveWatch, watchProtocol } from "./watch-socket.ts";

/** The API server of a session. */
export interface ApiServer {
  readonly tasks: Tasks;
  fetch(request: HttpRequest, user: User): Promise<HttpResponse>;
  connect(request: HttpRequest, user: User): Promise<Connected | HttpResponse>;
}

/** What the session's object does around a request. */
export interface Around {
  /** Settles when all that has happened lasts; undefined where it does already. For streams and sockets: whole answers are held back by whoever asked for them. */
  lasts(): Promise<void> | undefined;
  readonly allLasts: boolean;
  /** Someone waits: time goes on until the end that this gives is called. */
  attend(): () => void;
}

/** Answers one request of the Kubernetes API: at once, as a stream, or by taking over the connection. */
export async function answerKubernetes(
  server: ApiServer,
  around: Around,
  request: Request,
  url: string,
  body: Uint8Array | undefined,
  user: User,
): Promise<Response> {
  let stop: AbortController | undefined;
  const http: HttpRequest = {
    method: request.method,
    url,
    headers: Object.fromEntries(request.headers),
    body,
    // Made for those who want to know.
    get signal() {
      stop ??= new AbortController();
      return stop.signal;
    },
  };
  const leave = around.attend();
  try {
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return await upgrade(server, around, request, http, user, leave);
    const answer = await server.tasks.run(() => server.fetch(http, user));
    if (answer.body instanceof Uint8Array) {
      leave();
      return new Response(hasBody(request, answer) ? answer.body : null, { status: answer.status, headers: headersOf(answer) });
    }
    const gone = () => {
      stop?.abort(new Error("the client has gone"));
      leave();
    };
    request.signal.addEventListener("abort", gone, { once: true });
    return new Response(streamOf(answer.body, server.tasks, around, gone), { status: answer.status, headers: headersOf(answer) });
  } catch (error) {
    leave();
    if (error instanceof StatusError) return statusResponse(error);
    // A machine that is off refuses connections; over the session's address the answer can only say so.
    if (error instanceof NetError) return statusResponse(serviceUnavailable(`the cluster does not answer: ${error.message}`));
    throw error;
  }
}

async function upgrade(server: ApiServer, around: Around, request: Request, http: HttpRequest, user: User, leave: () => void): Promise<Response> {
  if (/[?&]watch=(1|t|T|true|TRUE|True)(&|$)/.test(http.url)) return await upgradeWatch(server, around, request, http, user, leave);
  const offered = request.headers.get("sec-websocket-protocol");
  const connected = await server.tasks.run(() => server.connect(http, user));
  if ("status" in connected) {
    leave();
    const body = connected.body instanceof Uint8Array ? connected.body : streamOf(connected.body, server.tasks, around, () => {});
    return new Response(body, { status: connected.status, headers: headersOf(connected) });
  }
  const isCommand = "result" in connected;
  const protocol = isCommand ? chosenProtocol(offered) : portForwardProtocol(offered);
  if (!protocol) {
    if (isCommand) connected.abort();
    throw badRequest(`unable to upgrade: this connection speaks none of ${isCommand ? "v5.channel.k8s.io, v4.channel.k8s.io" : spokenForPorts}`);
  }
  const { 0: client, 1: socket } = new WebSocketPair();
  socket.accept();
  const carried = { tasks: server.tasks, socket, flush: around.lasts, ended: leave };
  if (isCommand) serveCommand({ ...carried, command: connected });
  else servePortForward({ ...carried, ports: connected });
  return new Response(null, { status: 101, webSocket: client, headers: { "sec-websocket-protocol": protocol } });
}

async function upgradeWatch(
  server: ApiServer,
  around: Around,
  request: Request,
  http: HttpRequest,
  user: User,
  leave: () => void,
): Promise<Response> {
  const answer = await server.tasks.run(() => server.fetch(http, user));
  if (answer.body instanceof Uint8Array) {
    leave();
    return new Response(answer.body, { status: answer.status, headers: headersOf(answer) });
  }
  const { 0: client, 1: socket } = new WebSocketPair();
  socket.accept();
  serveWatch({ tasks: server.tasks, socket, events: answer.body, flush: around.lasts, ended: leave });
  const protocol = watchProtocol(request.headers.get("sec-websocket-protocol"));
  return new Response(null, { status: 101, webSocket: client, headers: protocol ? { "sec-websocket-protocol": protocol } : {} });
}

const hasBody = (request: Request, answer: HttpResponse) => request.method !== "HEAD" && answer.status !== 204 && answer.status !== 304;

export function headersOf(answer: HttpResponse): Headers {
  // Every caller brings its own token: a page of another site may as well.
  const headers = new Headers({ "access-control-allow-origin": "*" });
  for (const [name, value] of Object.entries(answer.headers))
    for (const one of typeof value === "string" ? [value] : value) headers.append(name, one);
  return headers;
}

/** So much may lie in a stream that its client has not taken yet. */
const mostAhead = 64 * 1024;

/**
 * A stream that reads as fast as its client does, or a little ahead of it: a stream that reads when it is told to costs the platform twice as much for
 * each piece. `ended` is called at its end, whoever makes it.
 */
function streamOf(source: Source, tasks: Tasks, around: Around, ended: () => void): ReadableStream<Uint8Array> {
  let isCancelled = false;
  let makeRoom: (() => void) | undefined;
  const pump = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      for (;;) {
        const bytes = await tasks.run(() => source.read());
        const lasting = around.lasts();
        if (lasting) await lasting;
        if (isCancelled) return;
        if (!bytes) break;
        const pieces = [bytes];
        // What came in the meantime goes along, if it lasts as well.
        if (around.allLasts) for (let more = source.take?.(); more; more = source.take?.()) pieces.push(more);
        controller.enqueue(pieces.length === 1 ? bytes : joined(pieces));
        if ((controller.desiredSize ?? 0) <= 0) await new Promise<void>((resolve) => (makeRoom = resolve));
      }
      controller.close();
    } catch (error) {
      controller.error(error);
    }
    ended();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        void pump(controller);
      },
      pull() {
        makeRoom?.();
      },
      cancel() {
        isCancelled = true;
        source.cancel();
        makeRoom?.();
        ended();
      },
    },
    { highWaterMark: mostAhead, size: (chunk) => chunk?.byteLength ?? 0 },
  );
}
