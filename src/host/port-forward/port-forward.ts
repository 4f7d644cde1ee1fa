import type { Tasks } from "#base/tasks.ts";
import type { PortForward } from "#machinery/client.ts";
import { StatusError } from "#machinery/status.ts";
import { serveHttp } from "./http-connection.ts";
import { SpdyConnection, type SpdyStream } from "./spdy.ts";

/** How kubectl asks for it: streams of SPDY inside of a socket. https://kep.k8s.io/4006 */
export const protocol = "SPDY/3.1+portforward.k8s.io";

/** A connection takes two. */
const mostStreams = 256;

/** Which of the protocols that a client offers is spoken. */
export const portForwardProtocol = (header: string | null): string | undefined =>
  (header ?? "").split(",").some((offered) => offered.trim() === protocol) ? protocol : undefined;

export interface PortForwardSocket {
  tasks: Tasks;
  socket: WebSocket;
  ports: PortForward;
  /** Called before anything leaves: what was written must last first. */
  flush(): Promise<void> | undefined;
  /** Called once, when the client has gone. */
  ended(): void;
}

/** Carries connections to the ports of a pod over a socket. */
export function servePortForward({ tasks, socket, ports, flush, ended }: PortForwardSocket): void {
  socket.binaryType = "arraybuffer";
  let open = true;
  /** Streams for errors whose connection has not begun, by request. */
  const errors = new Map<string, SpdyStream>();

  const connection = new SpdyConnection(
    {
      async send(bytes) {
        const written = flush();
        if (written) await written;
        if (open) socket.send(bytes);
      },
      opened(stream) {
        const request = stream.headers.get("requestid") ?? "";
        if (stream.headers.get("streamtype") === "error") {
          errors.set(request, stream);
          return;
        }
        const error = errors.get(request);
        errors.delete(request);
        void carry(stream, error).catch(end);
      },
    },
    mostStreams,
  );

  async function carry(data: SpdyStream, error: SpdyStream | undefined): Promise<void> {
    const port = Number(data.headers.get("port"));
    try {
      await serveHttp({
        input: data.input,
        write: data.write,
        answer: (request) => tasks.run(() => ports.forward(port, request)),
        next: (body) => tasks.run(() => body.read()),
      });
      await data.close();
    } catch (problem) {
      if (!(problem instanceof StatusError)) throw problem;
      await error?.write(new TextEncoder().encode(`error forwarding port ${port} to pod ${ports.id}, uid : ${reasonOf(problem, port)}`));
      await data.reset();
    }
    await error?.close();
  }

  function end(): void {
    if (!open) return;
    open = false;
    connection.end();
    if (socket.readyState !== WebSocket.CLOSED) socket.close(1000, "");
    ended();
  }

  let received = Promise.resolve();
  socket.addEventListener("message", ({ data }) => {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data as ArrayBuffer);
    received = received.then(() => connection.receive(bytes)).catch(end);
  });
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
}

/** As the container runtime tells of a port on which nobody listens. */
const reasonOf = (error: StatusError, port: number): string =>
  error.message.includes("connection refused")
    ? `failed to connect to localhost:${port} inside the pod's network namespace: dial tcp4 127.0.0.1:${port}: connect: connection refused`
    : error.message;
