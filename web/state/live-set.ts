import type { KubeObject } from "./objects.ts";

/** One line of a watch. */
export type WatchLine<T extends KubeObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  | { type: "BOOKMARK"; object: { metadata: { resourceVersion: string } } }
  | { type: "ERROR"; object: { code?: number; message?: string } };

/** The objects of one resource as a watch leaves them, and where to go on. Immutable: a change gives a new one. */
export interface LiveSet<T extends KubeObject> {
  readonly objects: ReadonlyMap<string, T>;
  readonly resourceVersion: string;
}

export const emptySet = <T extends KubeObject>(): LiveSet<T> => ({ objects: new Map(), resourceVersion: "" });

export function listed<T extends KubeObject>(list: { metadata: { resourceVersion: string }; items: T[] }): LiveSet<T> {
  return { objects: new Map(list.items.map((object) => [object.metadata.uid, object])), resourceVersion: list.metadata.resourceVersion };
}

/** The set after some lines of the watch; undefined where the server no longer knows how to go on (410), so that one lists anew. */
export function applied<T extends KubeObject>(set: LiveSet<T>, lines: readonly WatchLine<T>[]): LiveSet<T> | undefined {
  const objects = new Map(set.objects);
  let { resourceVersion } = set;
  for (const line of lines) {
    if (line.type === "ERROR") return undefined;
    resourceVersion = line.object.metadata.resourceVersion;
    if (line.type === "BOOKMARK") continue;
    if (line.type === "DELETED") objects.delete(line.object.metadata.uid);
    else objects.set(line.object.metadata.uid, line.object);
  }
  return { objects, resourceVersion };
}
