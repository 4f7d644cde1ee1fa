import { conform, isMap } from "../conform.ts";
import { type Field, type ListSchema, type Schema, type StructSchema, schemaById } from "../schema.ts";
import type { JSONSchemaProps } from "../types.ts";

const text: Schema = { type: "string", goType: "string" };
const anything: Schema = { type: "any", goType: "interface {}" };
const objectMeta = "apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** What a custom resource's version holds, as the server's own kinds say it: decoding, pruning, defaults, patches and apply run on it. */
export function shapeOfKind(props: JSONSchemaProps | undefined): StructSchema {
  const root = props ?? { "x-kubernetes-preserve-unknown-fields": true };
  return structOf({ ...root, type: "object" }, headFields());
}

/** What every object has, and what an embedded one has. */
const headFields = (): Field[] => [
  field("apiVersion", text, {}),
  field("kind", text, {}),
  { ...field("metadata", schemaById(objectMeta), {}), pointer: false, always: true },
];

function shapeOf(props: JSONSchemaProps): Schema {
  if (props["x-kubernetes-int-or-string"]) return anything;
  if (props.type === "array") return listOf(props);
  if (props.type === "object" || isObjectSchema(props)) {
    const values = isMap(props.additionalProperties) ? (props.additionalProperties as JSONSchemaProps) : undefined;
    if (!values && props.additionalProperties !== true) return structOf(props, props["x-kubernetes-embedded-resource"] ? headFields() : []);
    if (!values) return structOf({ ...props, "x-kubernetes-preserve-unknown-fields": true }, []);
    return {
      type: "map",
      goType: "map[string]interface {}",
      values: shapeOf(values),
      atomic: props["x-kubernetes-map-type"] === "atomic",
      loose: true,
      ...(values.nullable ? { nullableValues: true } : {}),
    };
  }
  return anything;
}

const isObjectSchema = (props: JSONSchemaProps) => !props.type && (props.properties !== undefined || props["x-kubernetes-preserve-unknown-fields"]);

function listOf(props: JSONSchemaProps): ListSchema {
  const type = props["x-kubernetes-list-type"];
  return {
    type: "list",
    goType: "[]interface {}",
    items: isMap(props.items) ? shapeOf(props.items as JSONSchemaProps) : anything,
    merge: type === "set" || type === "map" ? type : "atomic",
    keys: props["x-kubernetes-list-map-keys"] ?? [],
    nullableItems: true,
    loose: true,
  };
}

function structOf(props: JSONSchemaProps, head: readonly Field[]): StructSchema {
  return new LooseStruct(props, head);
}

/** Fields are made when first looked at. */
class LooseStruct implements StructSchema {
  readonly type = "struct";
  readonly goType = "map[string]interface {}";
  readonly loose = true;
  readonly atomic: boolean;
  readonly open: boolean;
  readonly #props: JSONSchemaProps;
  readonly #head: readonly Field[];
  #fields: Map<string, Field> | undefined;

  constructor(props: JSONSchemaProps, head: readonly Field[]) {
    this.#props = props;
    this.#head = head;
    this.atomic = props["x-kubernetes-map-type"] === "atomic";
    this.open = props["x-kubernetes-preserve-unknown-fields"] === true;
  }

  get fields(): ReadonlyMap<string, Field> {
    if (this.#fields) return this.#fields;
    const declared = Object.entries(this.#props.properties ?? {}).filter(([name]) => !this.#head.some((each) => each.name === name));
    const fields = [...this.#head, ...declared.map(([name, props]) => field(name, shapeOf(props), props))];
    this.#fields = new Map(fields.map((each) => [each.name, each]));
    return this.#fields;
  }
}

function field(name: string, schema: Schema, props: JSONSchemaProps): Field {
  return {
    name,
    schema,
    required: false,
    pointer: true,
    always: false,
    nullList: false,
    ...(props.nullable ? { nullable: true } : {}),
    ...(props.default === undefined ? {} : { default: conform(schema, props.default), keyDefault: props.default }),
  };
}
