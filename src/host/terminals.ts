import { joined } from "#base/streams.ts";
import type { Terminal } from "#shell/terminal/terminal.ts";
import { type ExecResult, type ExecWanted, problem } from "./contract.ts";
import type { Learner } from "./learner.ts";
import type { LiveSession } from "./live-session.ts";
import type { Role } from "./roles.ts";
import { clientMessage, type ServerMessage } from "./terminal-protocol.ts";

/** Terminals of a session, at most. */
const mostTerminals = 16;
/** People at one terminal, at most. */
const mostSockets = 100;
/** When nobody has been at a terminal for so long, its jobs get SIGHUP. */
const patience = 600_000;
/** The largest frame of keys: a paste. */
const largestInput = 1024 * 1024;

/** What a client that acknowledges may have before it unread: beyond that it is shown the screen anew when it has caught up. */
const mostUnread = 2 * 1024 * 1024;

/** How far a client is behind, by what it acknowledges. */
interface Flow {
  unread: number;
  acknowledges: boolean;
  isBehind: boolean;
}

/** What is known of a socket, kept by the platform while the object sleeps. */
export interface Joined {
  name: string;
  role: Role;
  cols: number;
  rows: number;
}

interface Open {
  terminal: Terminal;
  /** What was shown and not yet sent. */
  shown: Uint8Array[];
  stop(): void;
  lonely: ReturnType<typeof setTimeout> | undefined;
}

/** The named terminals of a session: kept in its records from prompt to prompt, shown to everybody who joins. */
export class Terminals {
  readonly #state: DurableObjectState;
  readonly #live: LiveSession;
  readonly #learner: Learner;
  readonly #changed: () => void;
  readonly #open = new Map<string, Open>();
  readonly #flows = new WeakMap<WebSocket, Flow>();
  #sending = false;

  constructor(state: DurableObjectState, live: LiveSession, learner: Learner, changed: () => void) {
    this.#state = state;
    this.#live = live;
    this.#learner = learner;
    this.#changed = changed;
    // Sockets that were asleep with the object: their terminals are there again when they type, or at once where others may show something.
    for (const socket of state.getWebSockets()) {
      const { name, role } = attached(socket);
      if (role !== "viewer") this.#terminal(name);
    }
  }

  /** Whether a job runs that somebody watches: it must not be lost to sleep. */
  get areBusy(): boolean {
    for (const [name, { terminal }] of this.#open) if (terminal.busy && this.#state.getWebSockets(name).length > 0) return true;
    return false;
  }

  list(): { name: string; busy: boolean }[] {
    const names = new Set([...this.#learner.terminalNames(), ...this.#open.keys()]);
    return [...names].sort().map((name) => ({ name, busy: this.#open.get(name)?.terminal.busy ?? false }));
  }

  /** Takes a socket that was accepted: greets it, and shows it the screen. */
  join(socket: WebSocket, who: Joined): void {
    const others = this.#state.getWebSockets(who.name);
    if (others.length > mostSockets) throw problem("rate_limited", `${mostSockets} people are at this terminal already.`);
    socket.serializeAttachment(who);
    const open = who.role === "viewer" ? this.#open.get(who.name) : this.#terminal(who.name, who);
    if (open?.lonely !== undefined) clearTimeout(open.lonely);
    if (open) open.lonely = undefined;
    say(socket, { type: "hello", role: who.role, cols: open?.terminal.columns ?? who.cols, rows: open?.terminal.rows ?? who.rows });
    if (open) {
      // What was shown and not yet sent is in the replay: it goes to the others first.
      this.#send(who.name, open, socket);
      const screen = open.terminal.replay();
      if (screen.length > 0) socket.send(screen);
    } else say(socket, { type: "notice", text: "Nobody has opened this terminal yet." });
    for (const other of others) say(other, { type: "presence", people: others.length });
  }

  /** A frame came. */
  async hear(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const { name, role } = attached(socket);
    const said = typeof message === "string" ? clientMessage(message) : undefined;
    if (said?.type === "ack") return this.#acknowledged(socket, said.bytes, this.#open.get(name));
    // A viewer's keys are not heard, nor does the terminal take its size.
    if (role === "viewer") return;
    const { terminal } = this.#terminal(name);
    const { tasks } = this.#live.cluster;
    if (typeof message === "string") {
      if (said) await tasks.run(() => terminal.resize(said.cols, said.rows));
      return;
    }
    if (message.byteLength > largestInput)
      return say(socket, { type: "notice", text: `That was more than ${largestInput} bytes at once; it was not typed.` });
    await tasks.run(() => terminal.input(new Uint8Array(message)));
  }

  /** A socket has gone. */
  leave(socket: WebSocket): void {
    const { name } = attached(socket);
    const others = this.#state.getWebSockets(name).filter((other) => other !== socket);
    for (const other of others) say(other, { type: "presence", people: others.length });
    const open = this.#open.get(name);
    if (others.length === 0 && open) this.#wait(name, open);
    this.#changed();
  }

  /** Runs a command in a named terminal, for a call of the API. */
  async exec(name: string, { command, stdin, timeoutSeconds }: ExecWanted): Promise<ExecResult> {
    const open = this.#terminal(name);
    if (open.terminal.busy) throw problem("terminal_busy", `A job is running in the foreground of terminal ${name}.`);
    if (open.lonely !== undefined) clearTimeout(open.lonely);
    open.lonely = undefined;
    const result = await this.#learner.execIn(open.terminal, { command, stdin, timeoutSeconds });
    this.#learner.saveTerminal(name, open.terminal);
    if (this.#state.getWebSockets(name).length === 0) this.#wait(name, open);
    return result;
  }

  /** Nobody is there any more: after a while the jobs are told, and the terminal is kept as its record alone. */
  #wait(name: string, open: Open): void {
    if (open.lonely !== undefined) clearTimeout(open.lonely);
    if (!open.terminal.busy) {
      this.#close(name, open);
      return;
    }
    open.lonely = setTimeout(() => {
      void this.#live.cluster.tasks
        .run(() => open.terminal.hangup())
        .then(() => {
          this.#close(name, open);
          this.#live.flush();
          this.#changed();
        });
    }, patience);
  }

  #close(name: string, open: Open): void {
    open.stop();
    if (!open.terminal.busy) this.#learner.saveTerminal(name, open.terminal);
    this.#open.delete(name);
  }

  #terminal(name: string, size: { cols: number; rows: number } = { cols: 80, rows: 24 }): Open {
    const there = this.#open.get(name);
    if (there) return there;
    if (this.list().filter((one) => one.name !== name).length >= mostTerminals)
      throw problem("rate_limited", `A session has ${mostTerminals} terminals at most.`);
    const terminal = this.#learner.terminal(name, size.cols, size.rows);
    const open: Open = { terminal, shown: [], lonely: undefined, stop: () => {} };
    open.stop = terminal.output((bytes) => {
      open.shown.push(bytes.slice());
      this.#sendSoon();
    });
    this.#open.set(name, open);
    return open;
  }

  /** Sends what one turn shows together, once what it wrote lasts. */
  #sendSoon(): void {
    if (this.#sending) return;
    this.#sending = true;
    queueMicrotask(() => {
      this.#sending = false;
      this.#live.flush();
      for (const [name, open] of this.#open) this.#send(name, open);
    });
  }

  #send(name: string, open: Open, except?: WebSocket): void {
    if (open.shown.length === 0) return;
    const bytes = joined(open.shown.splice(0));
    for (const socket of this.#state.getWebSockets(name)) if (socket !== except && socket.readyState === WebSocket.OPEN) this.#sendTo(socket, bytes);
  }

  #sendTo(socket: WebSocket, bytes: Uint8Array): void {
    const flow = this.#flowOf(socket);
    flow.unread += bytes.length;
    if (flow.acknowledges && flow.unread > mostUnread) flow.isBehind = true;
    if (flow.isBehind) flow.unread -= bytes.length;
    else socket.send(bytes);
  }

  /** A client has read so much. One that was left behind gets the screen as it is now. */
  #acknowledged(socket: WebSocket, bytes: number, open: Open | undefined): void {
    const flow = this.#flowOf(socket);
    flow.acknowledges = true;
    flow.unread = Math.max(0, flow.unread - bytes);
    if (!open || !flow.isBehind || flow.unread > mostUnread / 4) return;
    const { terminal } = open;
    flow.isBehind = false;
    say(socket, { type: "hello", role: attached(socket).role, cols: terminal.columns, rows: terminal.rows });
    this.#sendTo(socket, terminal.replay());
  }

  #flowOf(socket: WebSocket): Flow {
    const flow = this.#flows.get(socket) ?? { unread: 0, acknowledges: false, isBehind: false };
    this.#flows.set(socket, flow);
    return flow;
  }
}

const attached = (socket: WebSocket): Joined => socket.deserializeAttachment() as Joined;

function say(socket: WebSocket, message: ServerMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
