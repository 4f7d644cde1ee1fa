import { BrokenPipe, type Sink, type Source } from "#base/streams.ts";
import { Killed, type Process } from "#shell/process.ts";

/** Something that runs elsewhere: in a container, on another machine. */
export interface Remote<T> {
  readonly stdin: Sink;
  readonly stdout: Source;
  readonly stderr: Source;
  resize(columns: number, rows: number): void;
  /** How it ended. */
  readonly result: Promise<T>;
  /** Nobody here listens any more. */
  abort(): void;
}

/** How it is joined to this process. */
export interface Joining {
  stdin: boolean;
  tty: boolean;
}

/**
 * Passes bytes between this process and what runs elsewhere until that ends; gives how it did. With a terminal keys go through as they are typed.
 */
export async function joinRemote<T>(process: Process, remote: Remote<T>, { stdin, tty }: Joining): Promise<T> {
  const { tasks } = process.machine;
  const terminal = tty ? process.tty : undefined;
  const wasRaw = terminal?.raw ?? false;
  const ends: (() => void)[] = [];
  if (terminal) {
    terminal.raw = true;
    remote.resize(terminal.columns, terminal.rows);
    ends.push(terminal.onResize(() => remote.resize(terminal.columns, terminal.rows)));
  }
  const abort = () => remote.abort();
  process.signal.addEventListener("abort", abort, { once: true });
  try {
    let left = 2;
    let ended: { with: T } | undefined;
    let wake: (() => void) | undefined;
    const done = () => {
      left--;
      if (left <= 0 && ended) wake?.();
    };
    tasks.detach(() => pass(remote.stdout, process.stdout).finally(done));
    tasks.detach(() => pass(remote.stderr, process.stderr).finally(done));
    if (stdin) tasks.detach(() => feed(process.stdin, remote.stdin));
    else remote.stdin.close();
    await tasks.block((release) => {
      wake = release;
      void remote.result.then((result) => {
        ended = { with: result };
        if (left <= 0) release();
      });
    });
    process.signal.throwIfAborted();
    if (!ended) throw new Error("it goes on");
    return (ended as { with: T }).with;
  } finally {
    process.signal.removeEventListener("abort", abort);
    for (const end of ends) end();
    if (terminal) terminal.raw = wasRaw;
  }
}

/** Output from there goes to this process; nobody reading it any more is no failure of what runs there. */
async function pass(from: Source, to: Sink): Promise<void> {
  try {
    for (let chunk = await from.read(); chunk; chunk = await from.read()) await to.write(chunk);
  } catch (error) {
    from.cancel();
    if (!(error instanceof BrokenPipe)) throw error;
  }
}

async function feed(from: Source, to: Sink): Promise<void> {
  try {
    for (let chunk = await from.read(); chunk; chunk = await from.read()) await to.write(chunk);
    to.close();
  } catch (error) {
    // What runs there has ended, and this process with it.
    if (!(error instanceof BrokenPipe || error instanceof Killed)) throw error;
  }
}
