import { bodyText } from "#base/http.ts";
import type { Machine as Node } from "#machinery/machines.ts";
import { NetError, type Process } from "#shell/process.ts";
import { type Command, definer } from "../cli/command.ts";
import { string } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";
import type { CommandHost } from "../host.ts";

/** What kubeadm hands to each of its commands. */
export interface Context {
  readonly process: Process;
  readonly out: Output;
  readonly host: CommandHost;
  /** The machine that it runs on. */
  readonly node: Node;
  readonly now: number;
}

export const globalFlags = {
  kubeconfig: string({ default: "/etc/kubernetes/admin.conf", help: "The kubeconfig file to use when talking to the cluster." }),
  rootfs: string({ help: "The path to the 'real' host root filesystem." }),
  v: string({ help: "number for the log level verbosity" }),
} as const;

export type KubeadmCommand = Command<Context>;

export const defineCommand = definer<Context, typeof globalFlags>();

/** What kubeadm could not do: said, and an exit code. */
export class Failure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const patience = "To see the stack trace of this error execute with --v=5 or higher";

/** Asks the API server as the administrator whose kubeconfig lies on the disk. */
export async function ask<T>(context: Context, method: string, url: string, body?: object): Promise<T> {
  const { host, process } = context;
  const path = "/etc/kubernetes/admin.conf";
  if (!process.machine.fs.stat(path)) throw new Failure(`failed to load admin kubeconfig: open ${path}: no such file or directory\n${patience}`);
  let answer: { status: number; text: string };
  try {
    const response = await host.admin.fetch({
      method,
      url,
      headers: { accept: "application/json", "content-type": "application/json" },
      ...(body ? { body: new TextEncoder().encode(JSON.stringify(body)) } : {}),
    });
    answer = { status: response.status, text: await bodyText(response) };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const address = host.machines.server.replace("https://", "");
    throw new Failure(`Get "https://${address}${url}?timeout=10s": dial tcp ${address}: connect: connection refused\n${patience}`);
  }
  const value = JSON.parse(answer.text) as T & { message?: string };
  if (answer.status >= 400) throw new Failure(`${value.message ?? ""}\n${patience}`);
  return value;
}

/** Only root may. */
export function needRoot({ process }: Context): void {
  if (process.user.uid !== 0)
    throw new Failure(
      `[preflight] Some fatal errors occurred:\n\t[ERROR IsPrivilegedUser]: user is not running as root\n[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\n${patience}`,
    );
}
