import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Entry, Store } from "#cluster/store/store.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { User } from "#machinery/user.ts";
import type { Admission } from "./admission/admission.ts";
import type { AdmissionRequest, Operation } from "./admission/plugin.ts";
import type { StrategyContext } from "./kind.ts";
import type { Registry, Resource } from "./registry.ts";
import type { Tokens } from "./tokens.ts";

/** What the verbs work with. */
export interface Core {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly tasks: Tasks;
  readonly registry: Registry;
  readonly admission: Admission;
  readonly kubelets: KubeletApi;
  /** Whether something lies in the store otherwise than it would be written now, though it is the same. */
  readonly isStale?: (entry: Entry) => boolean;
  /** Where clients reach the server: `192.168.49.2:8443`. */
  readonly address: string;
  readonly tokens: Tokens;
  /** What the API server itself may do: everything. */
  readonly api: Api;
}

/** Who writes, and how. */
export interface WriteOptions {
  readonly user: User;
  /** As managedFields names who wrote: the field manager that was asked for, or the client's program. Empty for what nobody owns. */
  readonly manager: string;
  readonly dryRun: boolean;
  /** What is written says itself who owns what in it: server-side apply. */
  readonly applies?: boolean;
  /** What is not there is created by an update. */
  readonly createsMissing?: boolean;
  /** A uid that the object carries is that of the object that is meant: a whole that is put. */
  readonly checksUid?: boolean;
  /** Nobody hears of warnings: nothing is looked at for their sake. */
  readonly unheard?: boolean;
  warn(text: string): void;
}

/** One object, or one part of it, that is written. */
export interface Target {
  readonly resource: Resource;
  /** Empty where the resource is not namespaced. */
  readonly namespace: string;
  readonly name: string;
  /** "" is the object itself. */
  readonly subresource: string;
}

export const strategyContext = (core: Core, subresource: string, options: WriteOptions): StrategyContext => ({
  subresource,
  api: core.api,
  kubelets: core.kubelets,
  now: core.clock.now(),
  random: core.random,
  user: options.user,
  dryRun: options.dryRun,
  warn: (text) => options.warn(text),
});

export const admissionRequest = (
  core: Core,
  operation: Operation,
  target: Target,
  object: KubeObject,
  old: KubeObject | undefined,
  options: WriteOptions,
): AdmissionRequest => ({
  ...target,
  operation,
  object,
  old,
  user: options.user,
  dryRun: options.dryRun,
  api: core.api,
  now: core.clock.now(),
  random: core.random,
  kubelets: core.kubelets,
  warn: (text) => options.warn(text),
});
