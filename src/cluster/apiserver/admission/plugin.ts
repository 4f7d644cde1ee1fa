import type { Random } from "#base/random.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { User } from "#machinery/user.ts";
import type { Resource } from "../registry.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** A write on its way in. */
export interface AdmissionRequest<T extends KubeObject = KubeObject> {
  readonly operation: Operation;
  readonly resource: Resource;
  /** "" is the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  /** Empty where the name is yet to be generated. */
  readonly name: string;
  /** What is to be written; plugins that change it put a new object here, or mutate it where it is new (see `Kind`). Of a deletion, what is there. */
  object: T;
  readonly old: T | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  /** What the API server itself may do: everything. */
  readonly api: Api;
  readonly now: number;
  readonly random: Random;
  /** Where pods are asked: webhooks. */
  readonly kubelets: KubeletApi;
  warn(text: string): void;
}

/** Looks at writes before they happen: changes them, or throws a StatusError. */
export interface AdmissionPlugin<T extends KubeObject = KubeObject> {
  /** As the real one is named: `NamespaceLifecycle`. */
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Resources (`pods`, `deployments.apps`), with subresources as `pods/status`; all, without their subresources, unless said. */
  readonly resources?: readonly string[];
  /** With all resources their subresources are meant too. */
  readonly subresources?: boolean;
  mutate?(request: AdmissionRequest<T>): void | Promise<void>;
  /** Once the object is as it would be written, and valid. */
  validate?(request: AdmissionRequest<T>): void | Promise<void>;
}

export const definePlugin = <T extends KubeObject>(plugin: AdmissionPlugin<T>): AdmissionPlugin => plugin as unknown as AdmissionPlugin;
