import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { CommandError, isNotFound } from "./errors.ts";
import type { Target } from "./resources/target.ts";
import type { Session } from "./session.ts";

/** Thrown when what was waited for did not come in time. */
export class TimedOut extends CommandError {
  constructor(about = "") {
    super(`timed out waiting for the condition${about}`);
  }
}

/**
 * Watches one object until `is` says so of it; `is` gets undefined when the object is not there. Gives the object as it was then. Throws
 * `TimedOut` after `timeout` milliseconds.
 */
export async function waitUntil(
  kube: Session,
  { resource, namespace, name }: Target,
  timeout: number,
  is: (object: Thing | undefined) => boolean | Promise<boolean>,
): Promise<Thing | undefined> {
  const path = pathOf(resource, namespace);
  const query = { fieldSelector: `metadata.name=${name}` };
  const { signal, end, expired } = kube.deadline(timeout);
  try {
    for (;;) {
      const list: Thing & { items?: Thing[] } = await kube.server.get(path, { query });
      const [item] = list.items ?? [];
      const object = item && (item.kind ? item : { ...item, apiVersion: list.apiVersion, kind: resource.kind });
      if (await is(object)) return object;
      let seen = object;
      for await (const event of kube.server.watch(path, { query: { ...query, resourceVersion: list.metadata.resourceVersion }, signal })) {
        if (event.type === "BOOKMARK") continue;
        seen = event.type === "DELETED" ? undefined : event.object;
        if (await is(seen)) return seen;
      }
      if (expired()) throw new TimedOut();
    }
  } catch (error) {
    if (expired()) throw new TimedOut();
    if (isNotFound(error) && (await is(undefined))) return undefined;
    throw error;
  } finally {
    end();
  }
}
