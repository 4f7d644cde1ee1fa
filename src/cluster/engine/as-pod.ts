import { never, type PodRecord } from "#cluster/kubelet/record.ts";
import type { EngineContainer } from "#machinery/container-engine.ts";
import type { Pod } from "#machinery/types.ts";

/** Where the engine's own records lie among those of the machines. */
export const engineNode = "docker engine";

/** A container as the runtime knows it: alone in a pod of its own. `others` are those that it knows by their names. */
export const podOf = (container: EngineContainer, others: readonly EngineContainer[]): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: container.hostname, namespace: engineNode, uid: container.id },
  spec: {
    containers: [{ name: container.name }],
    dnsPolicy: "Default",
    hostname: container.hostname,
    hostNetwork: container.network === "host",
    hostAliases: others.map(({ address, name }) => ({ ip: address, hostnames: [name] })),
  },
  status: {},
});

/** A running container as a kubelet would remember it. */
export const recordOf = ({ id, name, address, startedAt, createdAt }: EngineContainer): PodRecord => ({
  uid: id,
  namespace: engineNode,
  name,
  startTime: createdAt,
  stage: "running",
  step: { do: "sync", at: never },
  sandbox: { id, attempt: 0, createdAt, ready: true, ip: address },
  containers: [
    {
      name,
      kind: "container",
      id,
      attempt: 0,
      state: "running",
      createdAt,
      startedAt,
      finishedAt: 0,
      exitCode: 0,
      reason: "",
      message: "",
      probes: {},
    },
  ],
  startErrors: {},
  restarts: {},
  pulls: {},
  images: {},
});
