import { lines, type Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";

/** What of a WebSocket handshake's subprotocols is answered: the one that is left when the bearer token is taken away, as the real API server does. */
export function watchProtocol(header: string | null): string | undefined {
  const others = (header ?? "")
    .split(",")
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol && !protocol.startsWith("base64url.bearer.authorization.k8s.io."));
  return others.length === 1 ? others[0] : undefined;
}

export interface WatchSocket {
  tasks: Tasks;
  socket: WebSocket;
  events: Source;
  /** Called before anything leaves: what was written must last first. */
  flush(): Promise<void> | undefined;
  /** Called once, when the watch has ended or its client has gone. */
  ended(): void;
}

/** Carries a watch over a socket, an event a text frame: a browser holds few HTTP connections to one host, but many sockets. */
export function serveWatch({ tasks, socket, events, flush, ended }: WatchSocket): void {
  let open = true;
  const end = () => {
    if (!open) return;
    open = false;
    events.cancel();
    ended();
  };
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);

  void (async () => {
    const pulled: Source = {
      read: () => tasks.run(() => events.read()),
      cancel: () => events.cancel(),
    };
    for await (const line of lines(pulled)) {
      const written = flush();
      if (written) await written;
      if (!open) return;
      socket.send(line);
    }
    if (open) socket.close(1000, "");
    end();
  })().catch(end);
}
