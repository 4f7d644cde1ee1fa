import type { SignalName } from "../process.ts";
import { type Shell, TrapArrived } from "./shell.ts";

/** Lets a blocked shell hear a trapped signal: `wait` and `read` end by it. */
export async function untilTrapped<T>(shell: Shell, work: (signal: AbortSignal) => Promise<T>): Promise<T | SignalName> {
  const waker = new AbortController();
  const { signal } = shell;
  const ended = () => waker.abort(signal.reason);
  signal.addEventListener("abort", ended, { once: true });
  shell.waker = waker;
  try {
    signal.throwIfAborted();
    return await work(waker.signal);
  } catch (error) {
    if (error instanceof TrapArrived) return error.by;
    throw error;
  } finally {
    shell.waker = undefined;
    signal.removeEventListener("abort", ended);
  }
}
