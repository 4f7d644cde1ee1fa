import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Api } from "./client.ts";
import type { KubeObject } from "./object.ts";

/**
 * A controller looks at what is and moves it towards what should be. It keeps nothing that it could not rebuild from a list, hears of no
 * events, and is called again when anything that it watches or owns changed.
 */
export interface Controller<T extends KubeObject = KubeObject> {
  /** As the events and managedFields of the real one name it: `replicaset-controller`. */
  readonly name: string;
  /** The resource whose objects are reconciled: `replicasets.apps`. */
  readonly watches: string;
  /** Resources whose objects lead to their controlling owner. */
  readonly owns?: readonly string[];
  /** Other resources: which of the watched objects a change of one concerns, as `namespace/name` (or `name`). `old` is the object before the change. */
  readonly concerns?: Readonly<Record<string, (object: KubeObject, context: ControllerContext, old?: KubeObject) => Iterable<string>>>;
  /** A name whose object may be gone: then `gone` is called instead of `reconcile`. */
  gone?(key: { name: string; namespace: string }, context: ControllerContext): Promise<void>;
  /** Gives when to look again though nothing changed (milliseconds since 1970), if ever. An error means: again, with back-off. */
  reconcile(object: T, context: ControllerContext): Promise<number | undefined | void>;
}

export interface ControllerContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  /** Records an Event about `object`; repeated ones are counted, as the real recorder does. */
  event(object: KubeObject, type: "Normal" | "Warning", reason: string, message: string): Promise<void>;
}

export const defineController = <T extends KubeObject>(controller: Controller<T>): Controller => controller as unknown as Controller;
