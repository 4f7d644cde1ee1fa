import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Api, WatchEvent } from "./client.ts";
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
  /** Which of them it ever does anything about, where that is not all: `matters` of a list. */
  readonly matters?: (object: T) => boolean;
  /** Resources whose objects lead to their controlling owner. */
  readonly owns?: readonly string[];
  /** Other resources: which of the watched objects a change of one concerns, as `namespace/name` (or `name`). */
  readonly concerns?: Readonly<Record<string, (event: WatchEvent, context: ControllerContext) => Iterable<string>>>;
  /** How many objects are looked at at once, where it matters: 1 where a look must see what the one before wrote. */
  readonly workers?: number;
  /** How long a change other than of what is wanted may wait for further ones (milliseconds), so that they are looked at together. */
  readonly gathers?: number;
  /** How long a look that failed waits to be repeated, and how long at most after many failures (milliseconds): 5 ms and 1,000 s unless said. */
  readonly retries?: { first: number; longest: number };
  /** A name whose object may be gone: then `gone` is called instead of `reconcile`. */
  gone?(key: { name: string; namespace: string }, context: ControllerContext): Promise<void>;
  /** Gives when to look again though nothing changed (milliseconds since 1970), if ever. An error means: again, with back-off. */
  reconcile(object: T, context: ControllerContext): Promise<number | undefined | void>;
}

export interface ControllerContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  /** What nobody controls, of one resource in one namespace; costs what it gives. */
  orphans<T extends KubeObject>(resource: string, namespace: string | undefined): readonly T[];
  /** Records an Event about `object`; repeated ones are counted, as the real recorder does. */
  event(object: KubeObject, type: "Normal" | "Warning", reason: string, message: string): Promise<void>;
}

/** A controller that does not follow the objects of one resource: it says itself what leads to which key. */
export interface FreeController {
  readonly name: string;
  /** Begins; `queue` makes a work queue, whose keys are whatever the controller likes. Ends what it began when the function it gives is called. */
  start(
    context: ControllerContext,
    queue: (work: (key: string, context: ControllerContext) => Promise<number | undefined | void>) => Queue,
  ): () => void;
}

/** Thrown by a look that cannot do its work as things stand: no defect, and it is looked at again with back-off. */
export class TryAgain extends Error {}

/** Keys that are to be looked at: each once, however often it was added; again, with back-off, when the look failed. */
export interface Queue {
  add(key: string): void;
  /** Adds the key when its time has come; an earlier call for the same key no longer counts. */
  addAt(key: string, when: number): void;
  /** The key need not be looked at any more. */
  forget(key: string): void;
}

export const defineController = <T extends KubeObject>(controller: Controller<T>): Controller => controller as unknown as Controller;
export const defineFreeController = (controller: FreeController): FreeController => controller;
