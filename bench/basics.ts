import { type Server, serve } from "../scripts/server.ts";
import { variants } from "../test/basics/basics.ts";
import { type Player, play } from "../test/basics/player.ts";
import { newSession, type TestSession } from "../test/kubectl/session.ts";
import type { Figure } from "./table.ts";

const mostRows = 300;

/** What Basics costs in rows, on a clock that stands still but for what is let pass; and that a session for which nobody is there keeps still. */
export async function basics(): Promise<Figure[]> {
  const server = await serve({ port: 0 });
  try {
    const [old] = variants;
    if (!old) throw new Error("there is no Basics");
    const session = await newSession(server.url, { profile: old.profile });
    await session.call("POST", "/clock", { paused: true });
    const player = new HttpPlayer(server.url, session);
    const wrong = await play(old, player);
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
    const rows = await figuresOf(server, session);

    const idle = await newSession(server.url);
    await idle.exec("kubectl create deployment web --image=nginx --replicas=3");
    const alarms = (await figuresOf(server, idle)).alarmsSet;
    return [
      {
        what: "rows of all of Basics, old variant, alarms included",
        goal: `≤ ${mostRows}`,
        measured: `${rows.rowsWritten} rows, ${rows.alarmsSet} alarms`,
        reached: rows.rowsWritten + rows.alarmsSet <= mostRows,
      },
      {
        what: "alarms of an unattended session",
        goal: "its expiry alone",
        measured: alarms === 1 ? "1, its expiry" : String(alarms),
        reached: alarms === 1,
      },
    ];
  } finally {
    await server.stop();
  }
}

interface Counted {
  rowsWritten: number;
  alarmsSet: number;
}

async function figuresOf(server: Server, session: TestSession): Promise<Counted> {
  const namespace = await server.miniflare.getDurableObjectNamespace("SESSIONS");
  const stub = namespace.get(namespace.idFromName(session.id)) as unknown as { figures(): Promise<Counted> };
  return await stub.figures();
}

/** Sends commands to /exec, and types into a second terminal over its socket. */
class HttpPlayer implements Player {
  readonly #base: string;
  readonly #session: TestSession;
  #second: WebSocket | undefined;

  constructor(base: string, session: TestSession) {
    this.#base = base;
    this.#session = session;
  }

  async run(command: string, stdin?: string) {
    let isDone = false;
    const running = this.#session.exec(command, { terminal: "t1", timeoutSeconds: 60, ...(stdin === undefined ? {} : { stdin }) }).finally(() => {
      isDone = true;
    });
    for (let seconds = 1; !isDone; seconds = Math.min(seconds * 2, 16)) {
      await Promise.race([running, pause(10)]);
      if (!isDone) await this.wait(seconds);
    }
    return running;
  }

  async start(command: string, isEnough: (shown: string) => boolean): Promise<void> {
    const url = `${this.#base.replace("http", "ws")}/api/v1/sessions/${this.#session.id}/terminal?name=t2&cols=200&rows=50`;
    const socket = new WebSocket(url, ["podyard.terminal.v1", `bearer.${this.#session.tokens.owner}`]);
    socket.binaryType = "arraybuffer";
    let shown = "";
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") shown += new TextDecoder().decode(data as ArrayBuffer);
    };
    this.#second = socket;
    for (let i = 0; !/[$#] /.test(shown); i++) await patiently(i, "no prompt came");
    socket.send(new TextEncoder().encode(`${command}\r`));
    for (let i = 0; !isEnough(shown.replaceAll("\r", "")); i++) await patiently(i, `${command} only showed:\n${shown}`);
  }

  async interrupt(): Promise<void> {
    this.#second?.send(Uint8Array.of(3));
    await pause(50);
    this.#second?.close();
  }

  async wait(seconds: number): Promise<void> {
    await this.#session.call("POST", "/clock", { advanceSeconds: seconds });
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function patiently(times: number, otherwise: string): Promise<void> {
  if (times > 500) throw new Error(otherwise);
  await pause(10);
}
