import type { Client } from "#machinery/client.ts";
import type { ContainerEngine } from "#machinery/container-engine.ts";
import type { EtcdStore } from "#machinery/etcd.ts";
import type { Machines, Machine as Node } from "#machinery/machines.ts";
import type { Machine, Process } from "#shell/process.ts";
import type { Connect } from "./kubectl/session.ts";

/** What the host lends to the commands. */
export interface CommandHost {
  /** A client of the server at an address, or one whose requests fail with a `NetError` where nothing answers there. */
  connect: Connect;
  /** The cluster's API with the rights of its administrator: for what comes with the cluster itself. */
  admin: Client;
  machines: Machines;
  /** The cluster's database. */
  etcd: EtcdStore;
  /** The container engine of the machine that people sit at. */
  engine(): ContainerEngine;
  /** A machine with the files of one of the engine's images, by its id, to build on; an empty one where there is none. */
  workshop(image: string): Machine;
  /** A node as somebody sees it who logs in to it; undefined while its machine is off. */
  shellOf(node: string): Machine | undefined;
}

/** The node that a process runs on, if it runs on one. */
export const nodeOf = ({ machines }: CommandHost, process: Process): Node | undefined =>
  machines.nodes().find(({ name }) => name === process.machine.hostname);
