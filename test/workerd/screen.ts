// A terminal's socket as a test holds it.
import { origin, request, type TestSession } from "./api.ts";

export class Screen {
  readonly #socket: WebSocket;
  readonly frames: { type: string; [field: string]: unknown }[] = [];
  text = "";
  closed: { code: number; reason: string } | undefined;
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const decoder = new TextDecoder();
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.frames.push(JSON.parse(data) as { type: string });
      else this.text += decoder.decode(data as ArrayBuffer, { stream: true });
      this.#wake();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#wake();
    });
    socket.accept();
  }

  static async join(session: TestSession, options: { name?: string; token?: string; cols?: number; rows?: number } = {}): Promise<Screen> {
    const { name = "t1", token = session.made.tokens.owner, cols = 80, rows = 24 } = options;
    const answer = await request(`/api/v1/sessions/${session.id}/terminal?name=${name}&cols=${cols}&rows=${rows}`, {
      headers: { upgrade: "websocket", "sec-websocket-protocol": `podyard.terminal.v1, bearer.${token}`, origin },
    });
    if (!answer.webSocket) throw new Error(`no socket: ${answer.status} ${await answer.text()}`);
    return new Screen(answer.webSocket);
  }

  type(keys: string): void {
    this.#socket.send(new TextEncoder().encode(keys));
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** What the screen shows once it matches; colours and cursor movements left out. */
  async shows(wanted: RegExp, timeoutMs = 10_000): Promise<string> {
    return this.#until(() => (wanted.test(this.plain) ? this.plain : undefined), `the screen never showed ${wanted}`, timeoutMs);
  }

  async hears(type: string): Promise<{ [field: string]: unknown }> {
    return this.#until(() => this.frames.find((frame) => frame.type === type), `there was no ${type}`, 10_000);
  }

  async ends(): Promise<{ code: number; reason: string }> {
    return this.#until(() => this.closed, "the socket stayed open", 10_000);
  }

  get plain(): string {
    return this.text.replace(/\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])/g, "").replaceAll("\r", "");
  }

  clear(): void {
    this.text = "";
  }

  close(): void {
    this.#socket.close(1000, "");
  }

  async #until<T>(found: () => T | undefined, otherwise: string, timeoutMs: number): Promise<T> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${otherwise}:\n${this.plain}`);
      await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), scheduler.wait(left)]);
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
