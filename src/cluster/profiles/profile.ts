import type { MachineSpec } from "#machinery/machines.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";

/** A cluster that one can ask for: its machines, and what is in it from the beginning. */
export interface Profile {
  name: string;
  /** Whether it runs from the beginning; otherwise somebody has to start it. */
  started: boolean;
  /** Without controllers, scheduler and kubelets there is an API server alone. */
  controlPlane: boolean;
  machines: readonly MachineSpec[];
  /** The address of the learner's own machine, which reaches the nodes. */
  learnerAddress: string;
  /** Who set it up, which decides what lies where on its machines: nobody unless said. */
  installer?: "kubeadm" | "minikube";
  /** The machine that the learner sits at, as root, where they have none of their own. */
  learnerAt?: string;
  /** The API server's port on the first machine. */
  port: number;
  /** What is made in it as soon as its API server answers. */
  objects: readonly Made[];
  /** One more machine, where somebody asks for it: the `index`th, from 1. */
  nextMachine(index: number, wanted?: MachineWanted): MachineSpec;
}

/** An object and the resource to create it in. */
export interface Made {
  resource: string;
  object: Draft<KubeObject>;
}

/** A machine as it is asked for: what is left out has the profile's usual value. */
export interface MachineWanted {
  name: string;
  cpu?: string | undefined;
  memory?: string | undefined;
  pods?: number | undefined;
  images?: readonly string[] | undefined;
}
