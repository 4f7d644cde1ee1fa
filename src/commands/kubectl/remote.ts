import type { RemoteCommand } from "#machinery/client.ts";
import type { Status } from "#machinery/types.ts";
import type { Process } from "#shell/process.ts";
import { type Joining, joinRemote } from "../cli/join.ts";
import { CommandError, Exit } from "./errors.ts";

/** Passes bytes between this process and a command in a container until the command ends. Ends by `Exit` where the command did not end well. */
export async function join(process: Process, remote: RemoteCommand, joining: Joining): Promise<void> {
  finish(await joinRemote(process, remote, joining));
}

function finish(status: Status): void {
  if (status.status === "Success") return;
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (status.reason === "NonZeroExitCode" && code !== undefined) throw new Exit(Number(code), `command terminated with exit code ${code}`);
  throw new CommandError(status.message ?? "");
}
