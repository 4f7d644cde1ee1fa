import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Api, WatchEvent } from "#machinery/client.ts";
import { type Controller, type ControllerContext, type FreeController, TryAgain } from "#machinery/controller.ts";
import { recorder } from "#machinery/event.ts";
import { controllerOf, type KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { OwnerReference } from "#machinery/types.ts";
import { CountingApi } from "./counting-api.ts";
import { Orphans } from "./orphans.ts";
import { WorkQueue } from "./work-queue.ts";

export interface Surroundings {
  /** The API as the controllers see it. */
  api: Api;
  clock: Clock;
  tasks: Tasks;
  random: Random;
  /** Hears of looks that failed by a defect, not by an answer of the API. */
  failed(error: unknown): void;
}

/** Starts the controllers: each looks at everything once, and from then on at what changes. Gives their end. */
export function runControllers(controllers: readonly (Controller | FreeController)[], surroundings: Surroundings): () => void {
  const orphans = new Orphans(surroundings.api);
  const ends = controllers.map((controller) =>
    "start" in controller ? runFree(controller, surroundings, orphans) : run(controller, surroundings, orphans),
  );
  return () => {
    for (const end of ends) end();
    orphans.stop();
  };
}

/** `namespace/name`, or `name`. */
export const keyOf = ({ metadata: { namespace, name } }: { metadata: { namespace?: string; name?: string } }): string =>
  namespace ? `${namespace}/${name}` : (name ?? "");

export function namesOf(key: string): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

function run(controller: Controller, surroundings: Surroundings, orphans: Orphans): () => void {
  const { api } = surroundings;
  const contextFor = contexts(controller.name, surroundings, orphans);
  const shared = contextFor(api);

  const queue = new WorkQueue({
    ...surroundings,
    ...(controller.workers ? { workers: controller.workers } : {}),
    ...(controller.retries ? { retries: controller.retries } : {}),
    failed: (_key, error) => report(error, surroundings),
    async work(key) {
      const { namespace, name } = namesOf(key);
      const counting = new CountingApi(api);
      const context = contextFor(counting);
      const object = api.get(controller.watches, name, namespace || undefined);
      const again = object ? await reconciled(controller, object, context) : await controller.gone?.({ name, namespace }, context);
      return { again: again ?? undefined, reads: counting.reads };
    },
  });

  const mayWatch = watchedOnly(controller.watches, api);
  const { gathers } = controller;
  const add = gathers ? (key: string) => queue.addBy(key, surroundings.clock.now() + gathers) : (key: string) => queue.add(key);

  const ends = [
    api.watch(controller.watches, (event) => {
      // A change of what is wanted is carried out at once; what is counted may rest.
      if (event.type !== "DELETED" || controller.gone) {
        if (isWish(event)) queue.add(keyOf(event.object), true);
        else add(keyOf(event.object));
      } else queue.forget(keyOf(event.object));
    }),
    ...(controller.owns ?? []).map((resource) =>
      api.watch(resource, ({ object, old }) => {
        addOwner(object);
        if (old && old.metadata.ownerReferences !== object.metadata.ownerReferences) addOwner(old);
      }),
    ),
    ...Object.entries(controller.concerns ?? {}).map(([resource, concerned]) =>
      api.watch(resource, (event) => {
        for (const key of concerned(event, shared)) add(key);
      }),
    ),
  ];

  const { matters } = controller;
  for (const object of api.list(controller.watches, matters ? { matters } : {})) queue.add(keyOf(object));

  return () => {
    for (const end of ends) end();
    queue.stop();
  };

  function addOwner(object: KubeObject): void {
    const owner = controllerOf(object);
    if (!owner || !mayWatch(owner)) return;
    const { namespace } = object.metadata;
    if (api.get(controller.watches, owner.name, namespace)?.metadata.uid === owner.uid) add(keyOf({ metadata: { namespace, name: owner.name } }));
  }
}

/** Tells quickly of most owners that they are of another resource: every change of a pod comes to all who own pods. */
function watchedOnly(resource: string, api: Api): (owner: OwnerReference) => boolean {
  const others = new Map<string, Set<string>>();
  return ({ apiVersion, kind }) => {
    if (others.get(kind)?.has(apiVersion)) return false;
    const served = api.resourceOf(apiVersion, kind)?.resource;
    if (served === undefined || served === resource) return true;
    others.set(kind, (others.get(kind) ?? new Set()).add(apiVersion));
    return false;
  };
}

/** Whether something else is wanted of the object now; otherwise only what is known of it was written down. */
const isWish = ({ object, old }: WatchEvent) => object.metadata.generation === undefined || object.metadata.generation !== old?.metadata.generation;

async function reconciled(controller: Controller, object: KubeObject, context: ControllerContext): Promise<number | undefined> {
  try {
    return (await controller.reconcile(object, context)) ?? undefined;
  } catch (error) {
    // Nothing can be made in a namespace that goes away, nor anything changed that has gone meanwhile: looking again would not help.
    if (
      error instanceof StatusError &&
      (isTerminating(error) || (error.code === 404 && !context.api.get(controller.watches, object.metadata.name, object.metadata.namespace)))
    )
      return undefined;
    throw error;
  }
}

const isTerminating = (error: StatusError) => error.status.details?.causes?.some((cause) => cause.reason === "NamespaceTerminating") ?? false;

function runFree(controller: FreeController, surroundings: Surroundings, orphans: Orphans): () => void {
  const { api } = surroundings;
  const contextFor = contexts(controller.name, surroundings, orphans);
  const queues: WorkQueue[] = [];
  const end = controller.start(contextFor(api), (work) => {
    const queue = new WorkQueue({
      ...surroundings,
      failed: (_key, error) => report(error, surroundings),
      async work(key) {
        const counting = new CountingApi(api);
        return { again: (await work(key, contextFor(counting))) ?? undefined, reads: counting.reads };
      },
    });
    queues.push(queue);
    return queue;
  });
  return () => {
    end();
    for (const queue of queues) queue.stop();
  };
}

function contexts(name: string, { api, clock, random }: Surroundings, orphans: Orphans): (api: Api) => ControllerContext {
  const events = recorder(api, clock, { component: name });
  const event: ControllerContext["event"] = (object, type, reason, message) => events.event(object, type, reason, message);
  return (seen) => ({ api: seen, clock, random, event, orphans: (resource, namespace) => orphans.of(resource, namespace) });
}

function report(error: unknown, { failed }: Surroundings): void {
  if (!(error instanceof StatusError || error instanceof TryAgain)) failed(error);
}
