import { Pipe } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import { digestOf } from "#cluster/images/digest.ts";
import type { RemoteCommand } from "#machinery/client.ts";
import type { ExecOptions } from "#machinery/kubelet.ts";
import { internalError } from "#machinery/status.ts";
import type { Status } from "#machinery/types.ts";
import { programPath, usualPath } from "#shell/executable.ts";
import type { Container } from "./container.ts";

/** Why a command cannot be run in a container, in the runtime's words; undefined where it can. */
export function execProblem(container: Container, command: readonly string[]): string | undefined {
  const { machine, config } = container;
  const name = command[0] ?? "";
  const searchPath = config.env.find(([key]) => key === "PATH")?.[1] ?? usualPath;
  const path = programPath(machine, config.cwd, searchPath, name);
  const why = problemOf(container, name, path);
  if (!why) return undefined;
  const id = digestOf(`${config.id}/${command.join("\0")}/${machine.clock.now()}`);
  return `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(name)}: ${why}`;
}

function problemOf({ machine }: Container, name: string, path: string | undefined): string | undefined {
  if (path === undefined) return name.includes("/") ? `stat ${name}: no such file or directory` : "executable file not found in $PATH";
  const stat = machine.fs.stat(path);
  if (stat?.kind === "directory") return "is a directory";
  return ((stat?.mode ?? 0) & 0o111) === 0 ? "permission denied" : undefined;
}

/** Runs a command in a container for somebody outside. */
export function execIn(container: Container, options: ExecOptions, tasks: Tasks): RemoteCommand {
  const stdin = new Pipe(tasks);
  const stdout = new Pipe(tasks);
  const stderr = new Pipe(tasks);
  const size = { columns: 80, rows: 24 };
  const hear = new Set<() => void>();
  const terminal = Object.assign(size, {
    onResize(changed: () => void) {
      hear.add(changed);
      return () => hear.delete(changed);
    },
  });
  const problem = execProblem(container, options.command);
  if (problem) return failedCommand(tasks, `Internal error occurred: error executing command in container: ${problem}`);

  const process = container.exec({
    args: options.command,
    ...(options.stdin ? { stdin } : {}),
    stdout,
    stderr: options.tty ? stdout : stderr,
    ...(options.tty ? { tty: terminal } : {}),
    onExit: () => {
      stdout.close();
      stderr.close();
    },
  });
  return {
    stdin,
    stdout,
    stderr,
    resize(columns, rows) {
      size.columns = columns;
      size.rows = rows;
      for (const changed of hear) changed();
    },
    result: process.exit.then(({ code }) => statusOfExit(code, options.command)),
    abort() {
      stdin.close();
      stdout.cancel();
      stderr.cancel();
      if (options.tty) process.signalAll("HUP");
    },
  };
}

export const success: Status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };

/** A connection that was taken up and then told only that nothing can be run: what the API server makes of a kubelet's refusal. */
export function failedCommand(tasks: Tasks, problem: string): RemoteCommand {
  const stdout = new Pipe(tasks);
  const stderr = new Pipe(tasks);
  stdout.close();
  stderr.close();
  const { status } = internalError(problem);
  return { stdin: new Pipe(tasks), stdout, stderr, resize: () => {}, result: Promise.resolve(status), abort: () => {} };
}

function statusOfExit(code: number, command: readonly string[]): Status {
  if (code === 0) return success;
  return {
    ...success,
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command [${command.join(" ")}], exit code ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}
