import type { ContainerRuntime } from "#machinery/container-runtime.ts";
import type { Machine as Node } from "#machinery/machines.ts";
import type { Process } from "#shell/process.ts";
import { type Command, definer } from "../cli/command.ts";
import { bool, duration, string } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";

/** What crictl hands to each of its commands. */
export interface Context {
  readonly process: Process;
  readonly out: Output;
  readonly node: Node;
  readonly runtime: ContainerRuntime;
  readonly now: number;
}

export const globalFlags = {
  config: string({ short: "c", default: "/etc/crictl.yaml", help: "Location of the client config file." }),
  debug: bool({ short: "D", help: "Enable debug mode." }),
  "image-endpoint": string({ short: "i", help: "Endpoint of CRI image manager service." }),
  "runtime-endpoint": string({ short: "r", help: "Endpoint of CRI container runtime service." }),
  timeout: duration({ short: "t", default: 2000, help: "Timeout of connecting to the server." }),
} as const;

export type CrictlCommand = Command<Context>;

export const defineCommand = definer<Context, typeof globalFlags>();

/** Ends crictl: said as its log says what is fatal. */
export class Fatal extends Error {}
