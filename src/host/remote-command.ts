import { joined, type Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import type { RemoteCommand } from "#machinery/client.ts";

/** Kubernetes' subprotocols of exec and attach that are spoken here, the preferred one first. */
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Keys and files wait here while the program does not read: after that the client is not read any more, which ends it. */
const mostUnread = 16 * 1024 * 1024;

/** Which of the protocols that a client offers is spoken. */
export function chosenProtocol(header: string | null): string | undefined {
  const offered = (header ?? "").split(",").map((protocol) => protocol.trim());
  return protocols.find((protocol) => offered.includes(protocol));
}

/** A bearer token among the subprotocols: how browsers bring one to the Kubernetes API. */
export function bearerOfProtocols(header: string | null): string | undefined {
  const prefix = "base64url.bearer.authorization.k8s.io.";
  const found = (header ?? "")
    .split(",")
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(prefix));
  if (!found) return undefined;
  try {
    return atob(found.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
}

export interface CommandSocket {
  tasks: Tasks;
  socket: WebSocket;
  command: RemoteCommand;
  /** Called before anything leaves: what was written must last first. */
  flush(): Promise<void> | undefined;
  /** Called once, when the command has ended or its client has gone. */
  ended(): void;
}

/** Carries a command's streams over a socket: each frame's first byte says which stream it is of. */
export function serveCommand({ tasks, socket, command, flush, ended }: CommandSocket): void {
  socket.binaryType = "arraybuffer";
  let unread = 0;
  let open = true;
  let input = Promise.resolve();

  const end = () => {
    if (!open) return;
    open = false;
    ended();
  };
  const send = async (channel: number, bytes: Uint8Array) => {
    const written = flush();
    if (written) await written;
    if (open) socket.send(joined([Uint8Array.of(channel), bytes]));
  };
  const pump = async (source: Source, channel: number) => {
    for (;;) {
      const bytes = await tasks.run(() => source.read());
      if (!bytes) return;
      await send(channel, bytes);
    }
  };

  socket.addEventListener("message", ({ data }) => {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data as ArrayBuffer);
    const [channel] = bytes;
    const content = bytes.subarray(1);
    if (channel === channels.stdin) {
      unread += content.length;
      if (unread > mostUnread) return socket.close(1009, "the program does not read its input");
      input = input.then(async () => {
        await tasks.run(() => command.stdin.write(content)).catch(() => {});
        unread -= content.length;
      });
    } else if (channel === channels.resize) {
      const size = sizeOf(content);
      if (size) void tasks.run(() => command.resize(size.columns, size.rows));
    } else if (channel === channels.close && content[0] === channels.stdin) input = input.then(() => tasks.run(() => command.stdin.close()));
  });
  const gone = () => {
    if (!open) return;
    end();
    void tasks.run(() => command.abort());
  };
  socket.addEventListener("close", gone);
  socket.addEventListener("error", gone);

  void (async () => {
    await Promise.all([pump(command.stdout, channels.stdout), pump(command.stderr, channels.stderr)]).catch(() => {});
    const status = await command.result;
    await send(channels.error, new TextEncoder().encode(JSON.stringify(status)));
    if (open) socket.close(1000, "");
    end();
  })();
}

function sizeOf(content: Uint8Array): { columns: number; rows: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(new TextDecoder().decode(content)) as { Width?: unknown; Height?: unknown };
    if (typeof Width === "number" && typeof Height === "number" && Width > 0 && Height > 0) return { columns: Width, rows: Height };
  } catch {
    // A frame that says no size changes nothing.
  }
  return undefined;
}
