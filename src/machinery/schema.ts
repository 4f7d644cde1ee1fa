import { type FieldData, kinds, type StructData, structs, type TypeData } from "#generated/schema.ts";
import type { GroupVersionKind } from "./object.ts";

/**
 * What the server knows of a value's shape. Decoding, defaults, patches and server-side apply run on it. Schemas of built-in kinds come out of
 * the recording; whoever has others, such as a custom resource, makes values of these types and takes the same road.
 */
export type Schema = StructSchema | ListSchema | MapSchema | ScalarSchema;

export interface StructSchema {
  readonly type: "struct";
  /** The recorded schema that it is, without `io.k8s.`: `api.core.v1.PodSpec`. */
  readonly id?: string;
  /** As decoding errors name it: `v1.PodSpec`. */
  readonly goType: string;
  /** In the order in which the real server writes them. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Owned as a whole in server-side apply. */
  readonly atomic: boolean;
  /** Unknown fields are kept: custom resources with x-kubernetes-preserve-unknown-fields. */
  readonly open?: boolean;
  /** A value of another type is kept as it was sent, for validation to tell of it: custom resources. So it is in lists and maps. */
  readonly loose?: boolean;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** Absent is not zero: a zero that was given is kept. */
  readonly pointer: boolean;
  /** Written even when it was not given, as zero or null. */
  readonly always: boolean;
  /** A list that is null, not empty, when it was not given. */
  readonly nullList: boolean;
  /** A default other than zero. */
  readonly default?: unknown;
  /** What stands for the field where it is the key of a list and not given. */
  readonly keyDefault?: unknown;
  /** Null is a value of its own: custom resources. */
  readonly nullable?: boolean;
  /** The embedded types between the struct and the field, as decoding errors spell them. */
  readonly embedded?: string;
  readonly enum?: readonly string[];
  readonly patch?: PatchRule;
}

/** How a strategic merge patch treats a field. */
export interface PatchRule {
  readonly mergeKey?: string;
  readonly merge: boolean;
  readonly replace: boolean;
  readonly retainKeys: boolean;
}

export interface ListSchema {
  readonly type: "list";
  readonly goType: string;
  readonly items: Schema;
  /** How server-side apply merges it: not at all, by value, or by its keys. */
  readonly merge: "atomic" | "set" | "map";
  readonly keys: readonly string[];
  readonly nullableItems?: boolean;
  readonly loose?: boolean;
}

export interface MapSchema {
  readonly type: "map";
  readonly goType: string;
  readonly values: Schema;
  readonly atomic: boolean;
  readonly loose?: boolean;
  /** A null is kept; otherwise it is left out where the map is loose, and the zero of its values where it is not. */
  readonly nullableValues?: boolean;
}

export type ScalarType =
  | "string"
  | "int32"
  | "int64"
  | "float64"
  | "boolean"
  | "bytes"
  | "quantity"
  | "time"
  | "micro-time"
  | "int-or-string"
  /** Any JSON, kept as it is. `raw` and `fields` are objects. */
  | "any"
  | "raw"
  | "fields"
  /** The places of a CustomResourceDefinition where a schema or something simpler stands. */
  | "schema-or-list"
  | "schema-or-boolean"
  | "schema-or-strings";

export interface ScalarSchema {
  readonly type: ScalarType;
  readonly goType: string;
}

const goNames: Partial<Record<ScalarType, string>> = {
  boolean: "bool",
  bytes: "[]uint8",
  quantity: "resource.Quantity",
  time: "v1.Time",
  "micro-time": "v1.MicroTime",
  "int-or-string": "intstr.IntOrString",
  raw: "runtime.RawExtension",
};

const made = new Map<string, StructSchema>();

/** The recorded schema of that id, without `io.k8s.`: `api.core.v1.PodSpec`. */
export function schemaById(id: string): StructSchema {
  const known = made.get(id);
  if (known) return known;
  const data = structs[id];
  if (!data) throw new Error(`no schema ${id}`);
  const schema = new RecordedStruct(id, data);
  made.set(id, schema);
  return schema;
}

/** The schema of a built-in kind. */
export function schemaOf({ group, version, kind }: GroupVersionKind): StructSchema | undefined {
  const id = kinds[`${group}/${version}/${kind}`];
  return id === undefined ? undefined : schemaById(id);
}

/** The schema under a struct, list or map of a path's steps; undefined where it leads nowhere. Numbers and `*` go into lists and maps. */
export function schemaAt(schema: Schema, path: readonly (string | number)[]): Schema | undefined {
  let at: Schema | undefined = schema;
  for (const step of path) {
    if (at?.type === "struct") at = at.fields.get(String(step))?.schema;
    else if (at?.type === "list") at = at.items;
    else if (at?.type === "map") at = at.values;
    else return undefined;
  }
  return at;
}

/** The struct, but owned as a whole, or by its parts, where this field holds it. */
function structOwned(id: string, whole: boolean): StructSchema {
  const data = structs[id];
  return data && (data.a === 1) !== whole ? new RecordedStruct(id, { f: data.f, ...(whole ? { a: 1 } : {}) }) : schemaById(id);
}

/** Fields are made when first looked at: schemas refer to themselves, and most are never used. */
class RecordedStruct implements StructSchema {
  readonly type = "struct";
  readonly id: string;
  readonly goType: string;
  readonly atomic: boolean;
  readonly #data: StructData;
  #fields: Map<string, Field> | undefined;

  constructor(id: string, data: StructData) {
    this.id = id;
    this.goType = id.split(".").slice(-2).join(".");
    this.atomic = data.a === 1;
    this.#data = data;
  }

  get fields(): ReadonlyMap<string, Field> {
    this.#fields ??= new Map(Object.entries(this.#data.f).map(([name, data]) => [name, fieldOf(name, data)]));
    return this.#fields;
  }
}

function fieldOf(name: string, data: FieldData): Field {
  const schema = typeOf(data.t, data.g, data);
  return {
    name,
    schema,
    required: data.r === 1,
    pointer: data.p === 1,
    // A struct that is held by value is written even when empty.
    always: data.w === 1 || (data.p !== 1 && data.z !== 1 && heldByValue.has(schema.type)),
    // Those who read a list that must be there are spared the question whether it is.
    nullList: data.r !== 1 || data.n === 1,
    ...(data.d === undefined ? {} : { default: data.d }),
    ...(data.w === 1 || data.h === 1 || data.d !== undefined ? { keyDefault: data.d ?? (schema.type === "string" ? "" : 0) } : {}),
    ...(data.i ? { embedded: data.i } : {}),
    ...(data.e ? { enum: data.e } : {}),
    ...(data.s ? { patch: patchRule(data.s, data.m) } : {}),
  };
}

const heldByValue = new Set<Schema["type"]>(["struct", "time", "micro-time", "quantity", "raw"]);

const patchRule = (strategies: string, mergeKey: string | undefined): PatchRule => ({
  ...(mergeKey === undefined ? {} : { mergeKey }),
  merge: strategies.includes("merge"),
  replace: strategies === "replace",
  retainKeys: strategies.includes("retainKeys"),
});

function typeOf(type: TypeData, goType: string | undefined, data: Partial<FieldData>): Schema {
  if (Array.isArray(type)) {
    const items = typeOf(type[0], goType?.startsWith("[]") ? goType.slice(2) : undefined, {});
    return { type: "list", goType: goType ?? `[]${items.goType}`, items, merge: data.l ?? "atomic", keys: data.k ?? [] };
  }
  if (typeof type === "object") {
    const values = typeOf(type.of, goType?.replace(/^map\[[^\]]*\]/, ""), {});
    return { type: "map", goType: goType ?? `map[string]${values.goType}`, values, atomic: data.a === 1 };
  }
  if (type.startsWith("@")) {
    return data.a === undefined ? schemaById(type.slice(1)) : structOwned(type.slice(1), data.a === 1);
  }
  const scalar = type as ScalarType;
  return { type: scalar, goType: goType ?? goNames[scalar] ?? scalar };
}
