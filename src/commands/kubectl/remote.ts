import type { Sink, Source } from "#base/streams.ts";
import { BrokenPipe } from "#base/streams.ts";
import type { RemoteCommand } from "#machinery/client.ts";
import type { Status } from "#machinery/types.ts";
import { Killed, type Process } from "#shell/process.ts";
import { CommandError, Exit } from "./errors.ts";

/** How a command in a container is joined to this process. */
export interface Joining {
  stdin: boolean;
  tty: boolean;
}

/**
 * Passes bytes between this process and a command in a container until the command ends. With a terminal keys go through as they are typed.
 * Ends by `Exit` where the command did not end well.
 */
export async function join(process: Process, remote: RemoteCommand, { stdin, tty }: Joining): Promise<void> {
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
    let status: Status | undefined;
    let wake: (() => void) | undefined;
    const ended = () => {
      left--;
      if (left <= 0 && status) wake?.();
    };
    tasks.detach(() => pass(remote.stdout, process.stdout).finally(ended));
    tasks.detach(() => pass(remote.stderr, process.stderr).finally(ended));
    if (stdin) tasks.detach(() => feed(process.stdin, remote.stdin));
    else remote.stdin.close();
    await tasks.block((release) => {
      wake = release;
      void remote.result.then((result) => {
        status = result;
        if (left <= 0) release();
      });
    });
    process.signal.throwIfAborted();
    if (status) finish(status);
  } finally {
    process.signal.removeEventListener("abort", abort);
    for (const end of ends) end();
    if (terminal) terminal.raw = wasRaw;
  }
}

/** Output of the container goes to this process; nobody reading it any more is no failure of the command. */
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
    // The command has ended, and this process with it.
    if (!(error instanceof BrokenPipe || error instanceof Killed)) throw error;
  }
}

function finish(status: Status): void {
  if (status.status === "Success") return;
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (status.reason === "NonZeroExitCode" && code !== undefined) throw new Exit(Number(code), `command terminated with exit code ${code}`);
  throw new CommandError(status.message ?? "");
}
