import { humanDuration } from "#machinery/duration.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Table, TableColumnDefinition, TableRow } from "#machinery/table.ts";
import { parseTime } from "#machinery/time.ts";
import type { Column } from "./kind.ts";
import type { Resource } from "./registry.ts";

export const nameColumn: Column<KubeObject> = {
  name: "Name",
  type: "string",
  format: "name",
  description:
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
  cell: (object) => object.metadata.name,
};

const createdDescription =
  "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

export const ageColumn: Column<KubeObject> = {
  name: "Age",
  type: "string",
  description: createdDescription,
  cell({ metadata: { creationTimestamp } }, now) {
    return creationTimestamp ? humanDuration(now - parseTime(creationTimestamp)) : "<unknown>";
  },
};

const createdAtColumn: Column<KubeObject> = {
  name: "Created At",
  type: "date",
  description: createdDescription,
  cell: (object) => object.metadata.creationTimestamp,
};

const laidOut = new WeakMap<object, readonly Column<KubeObject>[]>();

/** The columns of a kind's table, all of them. */
export function columnsOf({ kind }: Resource): readonly Column<KubeObject>[] {
  let columns = laidOut.get(kind);
  if (!columns) {
    columns = layOut(kind);
    laidOut.set(kind, columns);
  }
  return columns;
}

function layOut({ columns, bareColumns }: Resource["kind"]): readonly Column<KubeObject>[] {
  if (!columns) return [nameColumn, createdAtColumn];
  if (bareColumns) return columns;
  const first = columns.some((column) => column.name === "Name") ? [] : [nameColumn];
  if (columns.some((column) => column.name === "Age")) return [...first, ...columns];
  const isWide = (column: Column<KubeObject>) => (column.priority ?? 0) > 0;
  return [...first, ...columns.filter((column) => !isWide(column)), ageColumn, ...columns.filter(isWide)];
}

const definitionOf = ({ name, type, format = "", description = "", priority = 0 }: Column<KubeObject>): TableColumnDefinition => ({
  name,
  type,
  format,
  description,
  priority,
});

/** How much of each object goes with its row. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** Objects as the table that `kubectl get` shows. */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: Table["metadata"],
  now: number,
  include: IncludeObject,
  version?: string,
): Table {
  const { rowOrder } = resource.kind;
  const rows = rowOrder ? objects.toSorted(rowOrder) : objects;
  return tableWith(columnsOf(resource), rows, metadata, now, include, resource.kind, version);
}

/** As `tableOf`, of any columns. */
export function tableWith(
  columns: readonly Column<KubeObject>[],
  objects: readonly KubeObject[],
  metadata: Table["metadata"],
  now: number,
  include: IncludeObject,
  kind?: Resource["kind"],
  version = "v1",
): Table {
  const rowOf = (object: KubeObject): TableRow => {
    const conditions = kind?.rowConditions?.(object);
    return {
      cells: columns.map((column) => column.cell(object, now) ?? null),
      ...(conditions?.length ? { conditions } : {}),
      object: (include === "None" ? null : include === "Object" ? object : partialOf(object, kind, version)) as KubeObject,
    };
  };
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}` as Table["apiVersion"],
    metadata,
    columnDefinitions: columns.filter((column) => !column.undefined).map(definitionOf),
    rows: objects.map(rowOf),
  };
}

/** The object's metadata alone. */
export const partialOf = (object: KubeObject, kind?: Resource["kind"], version = "v1"): KubeObject => ({
  kind: "PartialObjectMetadata",
  apiVersion: `meta.k8s.io/${version}`,
  metadata: kind?.bareMetadata?.(object.metadata) ?? object.metadata,
});
