import type { Column } from "#cluster/apiserver/kind.ts";
import { humanDuration } from "#machinery/duration.ts";
import type { KubeObject } from "#machinery/object.ts";
import { parseTime } from "#machinery/time.ts";
import type { Container } from "#machinery/types.ts";
import { columnDescriptions } from "./column-descriptions.ts";

/** The columns of a kind, each with what the real server says about it. */
export const columnsOf = <T extends KubeObject>(kind: string, columns: readonly Column<T>[]): readonly Column<T>[] =>
  columns.map((column) => ({ description: columnDescriptions[kind]?.[column.name] ?? "", ...column }));

/** NAME, for the kinds that say more in it than the name. */
export const nameColumn: Column<KubeObject> = {
  name: "Name",
  type: "string",
  format: "name",
  description:
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
  cell: (object) => object.metadata.name,
};

/** AGE, for the kinds that have it in an unusual place; everywhere else it is put in its place by itself. */
export const age: Column<KubeObject> = {
  name: "Age",
  type: "string",
  description:
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  cell: (object, now) => since(object.metadata.creationTimestamp, now),
};

/** How long ago a time was: `5m`; `<unknown>` where there is none. */
export const since = (time: string | undefined, now: number): string => (time ? humanDuration(now - parseTime(time)) : "<unknown>");

/** The text, or what kubectl shows in its place where there is none. */
export const orNone = (text: string | undefined, none = "<none>"): string => text || none;

/** CONTAINERS and IMAGES of everything that has a pod template. */
export function containerColumns<T extends KubeObject>(containers: (object: T) => readonly Container[] | undefined): Column<T>[] {
  return [
    { name: "Containers", type: "string", priority: 1, cell: (object) => (containers(object) ?? []).map((c) => c.name).join(",") },
    { name: "Images", type: "string", priority: 1, cell: (object) => (containers(object) ?? []).map((c) => c.image ?? "").join(",") },
  ];
}

/** The first `max` of a list, and how many more there are: `a,b,c + 2 more...`. */
export function atMost(list: readonly string[], max: number, separator = ","): string {
  const shown = list.slice(0, max).join(separator);
  return list.length > max ? `${shown} + ${list.length - max} more...` : shown;
}
