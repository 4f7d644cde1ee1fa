import { Pipe } from "#base/streams.ts";
import type { Machine, Process } from "#shell/process.ts";
import { homeOrRoot, loginEnvironment } from "#shell/run-command.ts";
import { startProcess } from "#shell/start-process.ts";
import { joinRemote } from "../cli/join.ts";

export interface Login {
  user: string;
  /** Run by the user's shell; a login shell where it is left out. */
  command?: string | undefined;
  /** With a terminal of its own. */
  tty: boolean;
  stdin: boolean;
}

/** Logs in to another machine from this process and gives the exit code of what ran there. */
export async function logIn(process: Process, machine: Machine, { user: name, command, tty, stdin: passesInput }: Login): Promise<number> {
  const user = machine.accounts.process(name);
  const env = loginEnvironment(machine, user);
  const from = process.machine.net.address;
  env.set("SSH_CONNECTION", `${from} 50822 ${machine.net.address} 22`).set("SSH_CLIENT", `${from} 50822 22`);
  const { tasks } = machine;
  const [stdin, stdout, stderr] = [new Pipe(tasks), new Pipe(tasks), new Pipe(tasks)];
  const size = { columns: process.tty?.columns ?? 80, rows: process.tty?.rows ?? 24 };
  const hear = new Set<() => void>();
  const terminal = Object.assign(size, {
    onResize(changed: () => void) {
      hear.add(changed);
      return () => hear.delete(changed);
    },
  });
  if (tty) env.set("TERM", process.env.get("TERM") ?? "xterm-256color").set("SSH_TTY", "/dev/pts/0");
  const shell = machine.accounts.user(name)?.shell ?? "/bin/sh";
  const shellName = shell.slice(shell.lastIndexOf("/") + 1);
  const program = machine.programs.get(shellName);
  const started = startProcess(machine, {
    args: command === undefined ? [`-${shellName}`] : [shellName, "-c", command],
    env,
    cwd: homeOrRoot(machine, user),
    user: name,
    stdin,
    stdout,
    ...(tty ? { tty: terminal } : { stderr }),
    ...(program ? { program } : {}),
    onExit: () => {
      stdout.close();
      stderr.close();
    },
  });
  const remote = {
    stdin,
    stdout,
    stderr,
    resize(columns: number, rows: number) {
      size.columns = columns;
      size.rows = rows;
      for (const changed of hear) changed();
    },
    result: started.exit,
    abort() {
      stdin.close();
      stdout.cancel();
      stderr.cancel();
      started.signalAll("HUP");
    },
  };
  const exit = await joinRemote(process, remote, { stdin: passesInput, tty });
  return exit.code;
}
