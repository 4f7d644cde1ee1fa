import type { MachineSpec } from "#machinery/machines.ts";
import { address, commit, images, port, minikube as release } from "./minikube/facts.ts";
import { kubeSystem } from "./minikube/kube-system.ts";
import { staticPods } from "./minikube/static-pods.ts";
import type { MachineWanted, Profile } from "./profile.ts";

const minikubeLabels = (name: string, primary: boolean) => ({
  "minikube.k8s.io/commit": commit,
  "minikube.k8s.io/name": name,
  "minikube.k8s.io/primary": String(primary),
  "minikube.k8s.io/version": release,
});

/** The first is the control plane and works too; further ones are workers: minikube-m02 … */
function minikubeMachine(index: number, wanted?: MachineWanted): MachineSpec {
  const isFirst = index === 1;
  return {
    name: wanted?.name ?? (isFirst ? "minikube" : `minikube-m${String(index).padStart(2, "0")}`),
    address: isFirst ? address : `192.168.49.${index + 1}`,
    role: isFirst ? "control-plane" : "worker",
    cpu: wanted?.cpu ?? "2",
    memory: wanted?.memory ?? "4Gi",
    ephemeralStorage: "264212084Ki",
    pods: wanted?.pods ?? 110,
    images: [...Object.values(images), ...(wanted?.images ?? [])],
    labels: {
      ...minikubeLabels("minikube", isFirst),
      ...(isFirst ? { "node-role.kubernetes.io/control-plane": "", "node.kubernetes.io/exclude-from-external-load-balancers": "" } : {}),
    },
    ...(isFirst ? { staticPods } : {}),
  };
}

/** One node, control plane and worker, as `minikube start` makes it. */
export const minikube: Profile = {
  name: "minikube",
  started: true,
  controlPlane: true,
  machines: [minikubeMachine(1)],
  installer: "minikube",
  learnerAddress: "192.168.49.1",
  port,
  objects: kubeSystem,
  nextMachine: minikubeMachine,
};

/** Not started at all: `minikube start` is the learner's first command. */
export const empty: Profile = { ...minikube, name: "empty", started: false };
