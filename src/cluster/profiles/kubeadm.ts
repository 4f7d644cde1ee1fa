import type { MachineSpec } from "#machinery/machines.ts";
import { images, port } from "./kubeadm/facts.ts";
import { kubeSystem } from "./kubeadm/kube-system.ts";
import { localPathStorage } from "./kubeadm/local-path.ts";
import { staticPods } from "./kubeadm/static-pods.ts";
import type { MachineWanted, Profile } from "./profile.ts";

const taint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" } as const;

/** The first is the control plane, further ones are workers: node01 … */
const kubeadmMachine =
  (isTainted: boolean) =>
  (index: number, wanted?: MachineWanted): MachineSpec => {
    const isFirst = index === 1;
    const name = wanted?.name ?? (isFirst ? "controlplane" : `node${String(index - 1).padStart(2, "0")}`);
    const address = `172.30.${index}.2`;
    return {
      name,
      address,
      role: isFirst ? "control-plane" : "worker",
      cpu: wanted?.cpu ?? "2",
      memory: wanted?.memory ?? "4Gi",
      ephemeralStorage: "264212084Ki",
      pods: wanted?.pods ?? 110,
      images: [...Object.values(images), ...(wanted?.images ?? [])],
      ...(isFirst
        ? {
            labels: { "node-role.kubernetes.io/control-plane": "", "node.kubernetes.io/exclude-from-external-load-balancers": "" },
            ...(isTainted ? { taints: [taint] } : {}),
            staticPods: staticPods(name, address),
          }
        : {}),
    };
  };

function kubeadm(name: string, machines: number, isTainted: boolean): Profile {
  const nextMachine = kubeadmMachine(isTainted);
  return {
    name,
    started: true,
    controlPlane: true,
    installer: "kubeadm",
    machines: Array.from({ length: machines }, (_, i) => nextMachine(i + 1)),
    learnerAddress: "172.30.0.2",
    learnerAt: "controlplane",
    port,
    objects: [...kubeSystem, ...localPathStorage],
    nextMachine,
  };
}

/** One node that does everything, as most playgrounds in the browser have it. */
export const kubeadm1Node = kubeadm("kubeadm-1node", 1, false);

/** A control plane as kubeadm leaves it, and a worker beside it, as playgrounds for administrators have it. */
export const kubeadm2Node = kubeadm("kubeadm-2node", 2, true);

/** A control plane as kubeadm leaves it, and three workers. */
export const threeNode = kubeadm("three-node", 4, true);
