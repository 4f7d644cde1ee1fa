import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { type FieldSpec, updatedAt } from "../field-specs.ts";
import { changed, each, type Item, isOfKind, originalId, renamed } from "../resource.ts";
import { fieldSpec } from "../shapes.ts";
import { definePlugin, metadata } from "./plugin.ts";

/** What is called as something else says, or for all to see. */
const keepsItsName = [{ kind: "CustomResourceDefinition" }, { group: "apiregistration.k8s.io", kind: "APIService" }, { kind: "Namespace" }];

function named(item: Item, specs: readonly FieldSpec[], from: "prefixes" | "suffixes", part: string): Item {
  const id = originalId(item);
  if (part === "" || keepsItsName.some((kind) => isOfKind(kind, id))) return item;
  let result = item;
  for (const spec of specs) {
    if (!isOfKind(spec, id)) continue;
    const object = updatedAt(result.object, spec, (value) => (from === "prefixes" ? `${part}${value ?? ""}` : `${value ?? ""}${part}`), "");
    result = spec.path === "metadata/name" ? { ...renamed(result, object), [from]: [...result[from], part] } : changed(result, object);
  }
  return result;
}

function need(fieldSpecs: readonly FieldSpec[] | undefined): readonly FieldSpec[] {
  if (!fieldSpecs) throw new CommandError("fieldSpecs is not expected to be nil");
  return fieldSpecs;
}

export const prefixTransformer = definePlugin<{ prefix?: string; fieldSpecs?: FieldSpec[] }>({
  kind: "PrefixTransformer",
  shape: struct("PrefixTransformerPlugin", { ...metadata, prefix: "string", fieldSpecs: [fieldSpec] }),
  transformer({ prefix = "", fieldSpecs }) {
    const specs = need(fieldSpecs);
    return each((item) => named(item, specs, "prefixes", prefix));
  },
});

export const suffixTransformer = definePlugin<{ suffix?: string; fieldSpecs?: FieldSpec[] }>({
  kind: "SuffixTransformer",
  shape: struct("SuffixTransformerPlugin", { ...metadata, suffix: "string", fieldSpecs: [fieldSpec] }),
  transformer({ suffix = "", fieldSpecs }) {
    const specs = need(fieldSpecs);
    return each((item) => named(item, specs, "suffixes", suffix));
  },
});
