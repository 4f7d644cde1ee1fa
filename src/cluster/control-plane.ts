import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { ApiServer } from "#cluster/apiserver/server.ts";
import { controllers } from "#cluster/controllers/index.ts";
import { runControllers } from "#cluster/controllers/run.ts";
import { runScheduler } from "#cluster/scheduler/scheduler.ts";
import { component } from "#machinery/user.ts";

export interface ControlPlaneOptions {
  server: ApiServer;
  clock: Clock;
  tasks: Tasks;
  random: Random;
  failed(error: unknown): void;
}

/** Starts kube-controller-manager and kube-scheduler. Gives their end. */
export function runControlPlane({ server, ...surroundings }: ControlPlaneOptions): () => void {
  const ends = [
    runControllers(controllers, { ...surroundings, api: server.api(component("system:kube-controller-manager"), "kube-controller-manager") }),
    runScheduler({ ...surroundings, api: server.api(component("system:kube-scheduler"), "kube-scheduler") }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
