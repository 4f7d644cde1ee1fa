import { defineKind } from "#cluster/apiserver/kind.ts";
import type { LimitRange } from "#machinery/types.ts";
import { validation } from "../shared/field.ts";
import { checkLimits } from "./limit-range-rules.ts";

export const limitRange = defineKind<LimitRange>({
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  shortNames: ["limits"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/policy/limit-range/",

  // What containers get that say nothing follows from what they may have.
  default({ spec }) {
    for (const item of spec.limits ?? []) {
      if (item.type !== "Container") continue;
      const limit = { ...item.max, ...item.default };
      const request = { ...item.min, ...limit, ...item.defaultRequest };
      if (Object.keys(limit).length !== Object.keys(item.default ?? {}).length) item.default = limit;
      if (Object.keys(request).length !== Object.keys(item.defaultRequest ?? {}).length) item.defaultRequest = request;
    }
  },

  prepareCreate(range, { random }) {
    range.metadata = { ...range.metadata, name: range.metadata.name || random.uuid() };
  },
  revalidatesMetadata: true,
  validate: validation((field, { spec }) => checkLimits(field.at("spec", "limits"), spec?.limits)),
  createOnUpdate: true,
});
