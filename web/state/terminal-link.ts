import { type Signal, signal } from "@preact/signals";

/** What the server says beside the terminal's bytes. */
type ServerFrame =
  | { type: "hello"; role: "owner" | "editor" | "viewer"; cols: number; rows: number }
  | { type: "presence"; people: number }
  | { type: "notice"; text: string };

export type TerminalState = "connecting" | "open" | "lost" | "ended" | "refused";

/** A terminal of the session over its socket: bytes both ways, taken up again when the connection breaks; the server then shows the screen anew. */
export interface TerminalLink {
  readonly state: Signal<TerminalState>;
  readonly role: Signal<string>;
  readonly people: Signal<number>;
  readonly notice: Signal<string>;
  send(bytes: Uint8Array<ArrayBuffer> | string): void;
  resize(cols: number, rows: number): void;
  reconnect(): void;
  close(): void;
}

interface Screen {
  write(bytes: Uint8Array, done: () => void): void;
  reset(): void;
  size(): { cols: number; rows: number };
}

const ackEvery = 64 * 1024;
const longestWait = 15_000;
const encoder = new TextEncoder();

/** The codes with which the server says that coming again would not help. */
const refusals: Record<number, TerminalState> = { 4401: "refused", 4403: "refused", 4404: "ended", 4410: "ended" };

export function linkTerminal(id: string, name: string, token: string, screen: Screen): TerminalLink {
  const state = signal<TerminalState>("connecting");
  const role = signal("");
  const people = signal(1);
  const notice = signal("");
  let socket: WebSocket | undefined;
  let wait = 500;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const say = (frame: object) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  };

  function open(): void {
    clearTimeout(timer);
    const { cols, rows } = screen.size();
    const url = new URL(`/api/v1/sessions/${id}/terminal?name=${encodeURIComponent(name)}&cols=${cols}&rows=${rows}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(url, ["podyard.terminal.v1", `bearer.${token}`]);
    socket = mine;
    mine.binaryType = "arraybuffer";
    let unacknowledged = 0;
    mine.onmessage = ({ data }) => {
      if (typeof data === "string") return hear(JSON.parse(data) as ServerFrame);
      const bytes = new Uint8Array(data as ArrayBuffer);
      screen.write(bytes, () => {
        unacknowledged += bytes.length;
        if (unacknowledged < ackEvery) return;
        say({ type: "ack", bytes: unacknowledged });
        unacknowledged = 0;
      });
    };
    mine.onclose = ({ code }) => {
      if (closed || mine !== socket) return;
      const final = refusals[code];
      if (final) {
        state.value = final;
        return;
      }
      state.value = "lost";
      timer = setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, longestWait);
    };
  }

  function hear(frame: ServerFrame): void {
    if (frame.type === "hello") {
      // What follows is the screen as it is: whatever stands here from before the break goes.
      screen.reset();
      role.value = frame.role;
      state.value = "open";
      wait = 500;
      say({ type: "resize", ...screen.size() });
    } else if (frame.type === "presence") people.value = frame.people;
    else if (frame.type === "notice") notice.value = frame.text;
  }

  open();
  return {
    state,
    role,
    people,
    notice,
    send(bytes) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
    },
    resize: (cols, rows) => say({ type: "resize", cols, rows }),
    reconnect: open,
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
