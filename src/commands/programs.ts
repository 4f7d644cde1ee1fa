import type { Machines } from "#machinery/machines.ts";
import type { Program } from "#shell/process.ts";
import { kubectl } from "./kubectl/kubectl.ts";
import type { Connect } from "./kubectl/session.ts";
import { minikube } from "./minikube/minikube.ts";

/** What the host lends to the commands. */
export interface CommandHost {
  /** A client of the server at an address, or one whose requests fail with a `NetError` where nothing answers there. */
  connect: Connect;
  machines: Machines;
}

/** The commands of this folder, by the names that they are typed by. */
export const programs = ({ connect, machines }: CommandHost): Map<string, Program> =>
  new Map([
    ["kubectl", kubectl(connect)],
    ["minikube", minikube(connect, machines)],
  ]);
