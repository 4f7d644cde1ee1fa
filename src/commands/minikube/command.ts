import type { Client } from "#machinery/client.ts";
import type { Machines } from "#machinery/machines.ts";
import type { Process } from "#shell/process.ts";
import { type Command, definer } from "../cli/command.ts";
import { string } from "../cli/flags.ts";
import type { CommandHost } from "../host.ts";
import type { Printer } from "./printer.ts";

/** What minikube hands to each of its commands. */
export interface Context {
  readonly process: Process;
  readonly out: Printer;
  readonly host: CommandHost;
  readonly machines: Machines;
  /** The cluster's API, with the rights of its administrator. */
  readonly client: Client;
  help(): string;
}

/** Flags that every minikube command has. */
export const globalFlags = {
  profile: string({ short: "p", default: "minikube", help: "The name of the cluster." }),
} as const;

export type MinikubeCommand = Command<Context>;

export const defineCommand = definer<Context, typeof globalFlags>();

/** Ends minikube with an exit code; everything has been said. */
export class Stopped extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
