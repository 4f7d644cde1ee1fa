import type { GroupVersionKind } from "#machinery/object.ts";
import { type Field, type Schema, type StructSchema, schemaOf } from "#machinery/schema.ts";
import { parseYaml } from "#machinery/yaml.ts";
import { CommandError } from "../errors.ts";
import type { Kustomization } from "./kustomization.ts";
import type { Place, Schemas } from "./place.ts";

/** What a kustomization says of that: nothing, the version that everybody has, or a file that takes the place of all that is known. */
export function schemasOf(place: Place, { openapi }: Kustomization): Schemas {
  const { path, version } = openapi;
  if (path && version) {
    place.text(path);
    throw new CommandError("builtin version and custom schema provided, cannot use both");
  }
  if (version && version !== "v1.21.2" && version !== "v1212") throw new CommandError("the specified OpenAPI version is not built in");
  return path ? schemasIn(place.text(path)) : schemaOf;
}

interface Definition {
  $ref?: string;
  type?: string;
  properties?: Readonly<Record<string, Definition>>;
  items?: Definition;
  additionalProperties?: Definition;
  "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[];
  "x-kubernetes-patch-merge-key"?: string;
  "x-kubernetes-patch-strategy"?: string;
  "x-kubernetes-list-map-keys"?: readonly string[];
}

function schemasIn(text: string): Schemas {
  const { definitions = {} } = (parseYaml(text).value ?? {}) as { definitions?: Readonly<Record<string, Definition>> };
  const kindOf = ({ group, version, kind }: GroupVersionKind) => `${group}/${version}/${kind}`;
  const byKind = new Map(
    Object.values(definitions).flatMap((one) => (one["x-kubernetes-group-version-kind"] ?? []).map((kind) => [kindOf(kind), one] as const)),
  );
  const known = new Map<Definition, Schema>();
  const schema = (given: Definition): Schema => {
    const definition = given.$ref ? (definitions[given.$ref.replace(/^#\/definitions\//, "")] ?? {}) : given;
    const before = known.get(definition);
    if (before) return before;
    const fields = new Map<string, Field>();
    const struct: StructSchema = { type: "struct", goType: "", fields, atomic: false, open: true };
    // A definition may hold itself: it is known before its fields are.
    known.set(definition, struct);
    if (definition.type === "array") return remembered(definition, listOf(definition));
    if (definition.additionalProperties && !definition.properties)
      return remembered(definition, { type: "map", goType: "", values: schema(definition.additionalProperties), atomic: false });
    for (const [name, property] of Object.entries(definition.properties ?? {})) fields.set(name, fieldOf(name, property));
    return struct;
  };
  const remembered = (definition: Definition, made: Schema): Schema => {
    known.set(definition, made);
    return made;
  };
  const listOf = (definition: Definition): Schema => {
    const keys = definition["x-kubernetes-list-map-keys"] ?? [];
    return { type: "list", goType: "", items: schema(definition.items ?? {}), merge: keys.length > 0 ? "map" : "atomic", keys };
  };
  const fieldOf = (name: string, property: Definition): Field => {
    const strategy = property["x-kubernetes-patch-strategy"] ?? "";
    const mergeKey = property["x-kubernetes-patch-merge-key"];
    return {
      ...{ name, schema: schema(property), required: false, pointer: false, always: false, nullList: false },
      patch: {
        merge: strategy.includes("merge"),
        replace: strategy.includes("replace"),
        retainKeys: strategy.includes("retainKeys"),
        ...(mergeKey ? { mergeKey } : {}),
      },
    };
  };
  return (kind) => {
    const definition = byKind.get(kindOf(kind));
    return definition && schema(definition);
  };
}
