import { yamlText } from "#machinery/go-yaml.ts";
import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { type FieldSpec, updatedAtAll } from "../field-specs.ts";
import { changed, each, type Transform } from "../resource.ts";
import { fieldSpec } from "../shapes.ts";
import { definePlugin, metadata } from "./plugin.ts";

/** Puts pairs into the maps that stand at these places. */
function adding(pairs: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): Transform {
  if (Object.keys(pairs).length === 0) return (items) => items;
  const add = (value: unknown) => {
    if (value !== null && (typeof value !== "object" || Array.isArray(value)))
      throw new CommandError(
        `wrong node kind: expected MappingNode but got ${Array.isArray(value) ? "SequenceNode" : "ScalarNode"}: node contents:\n${yamlText(value)}`,
      );
    return { ...(value as object | null), ...pairs };
  };
  return each((item) => changed(item, updatedAtAll(item.object, specs, add, {})));
}

export const labelTransformer = definePlugin<{ labels?: Record<string, string>; fieldSpecs?: FieldSpec[] }>({
  kind: "LabelTransformer",
  shape: struct("LabelTransformerPlugin", { ...metadata, labels: "texts", fieldSpecs: [fieldSpec] }),
  transformer: ({ labels = {}, fieldSpecs = [] }) => adding(labels, fieldSpecs),
});

export const annotationsTransformer = definePlugin<{ annotations?: Record<string, string>; fieldSpecs?: FieldSpec[] }>({
  kind: "AnnotationsTransformer",
  shape: struct("AnnotationsTransformerPlugin", { ...metadata, annotations: "texts", fieldSpecs: [fieldSpec] }),
  transformer: ({ annotations = {}, fieldSpecs = [] }) => adding(annotations, fieldSpecs),
});
