import * as profiles from "#cluster/profiles/index.ts";
import type { MachineWanted, Profile } from "#cluster/profiles/profile.ts";
import type { Net, Program } from "#shell/process.ts";
import type { Cluster } from "./cluster.ts";
import type { Snapshot } from "./template.ts";

/** What somebody finds installed who logs in to a node. */
export interface NodePrograms {
  (cluster: Cluster): ReadonlyMap<string, Program>;
  /** A node's network with what it reaches beyond the cluster. */
  outside?(net: Net): Net;
}

export interface BootOptions {
  profile: string;
  /** Machines in the place of the profile's own. */
  nodes?: readonly MachineWanted[] | undefined;
  seed: number;
  now: number;
  /** By profile, snapshots of booted clusters, made beforehand by `snapshot`. */
  prepared?: Readonly<Record<string, () => Promise<Snapshot>>>;
  programs?: NodePrograms;
}

export interface RestoreOptions {
  checkpoint: string;
  pieces: readonly string[];
  now: number;
  /** What happens by chance from here on need not repeat what would have happened: any number will do. */
  seed: number;
  programs?: NodePrograms;
}

/** What nodes take of it. */
export const lentBy = (programs: NodePrograms | undefined, cluster: Cluster) => ({
  programs: () => programs?.(cluster) ?? new Map<string, Program>(),
  outside: (net: Net) => programs?.outside?.(net) ?? net,
});

/** The profile of a name, with other machines where some are wanted. */
export function profileOf(name: string, wanted?: readonly MachineWanted[]): Profile {
  const profile = Object.values(profiles).find((each) => each.name === name);
  if (!profile) throw new Error(`there is no profile "${name}"`);
  return wanted ? { ...profile, machines: wanted.map((machine, i) => profile.nextMachine(i + 1, machine)) } : profile;
}
