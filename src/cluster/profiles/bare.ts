import type { MachineSpec } from "#machinery/machines.ts";
import type { MachineWanted, Profile } from "./profile.ts";

/** A node as the recordings of real kubelets were made on, unless said otherwise. */
export function plainMachine(index: number, wanted: MachineWanted = { name: `node-${index}` }): MachineSpec {
  return {
    name: wanted.name,
    address: addressOf(index),
    role: "worker",
    cpu: wanted.cpu ?? "2",
    memory: wanted.memory ?? "4Gi",
    ephemeralStorage: "264212084Ki",
    pods: wanted.pods ?? 110,
    images: wanted.images ?? [],
  };
}

/** Addresses of nodes, one after the other: the first is 10.250.0.11. */
function addressOf(index: number): string {
  const place = index + 9;
  return `10.250.${Math.floor(place / 250)}.${(place % 250) + 1}`;
}

/** Controllers, scheduler and kubelets, and nothing that anybody installed. */
export const bare: Profile = {
  name: "bare",
  started: true,
  controlPlane: true,
  machines: [plainMachine(1), plainMachine(2)],
  learnerAddress: "10.250.0.1",
  port: 6443,
  objects: [],
  nextMachine: plainMachine,
};
