import { defineKind } from "#cluster/apiserver/kind.ts";
import type { DeviceClass } from "#machinery/types.ts";
import { longNameProblems, same } from "../shared/checks.ts";
import { validation } from "../shared/field.ts";
import { isExtended } from "../shared/resource-names.ts";
import { mostConfigurations } from "./claim-rules.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkEach } from "./lists.ts";
import { checkSelectors } from "./selectors.ts";

export const deviceClass = defineKind<DeviceClass>({
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",

  columns: [],
  generation: true,
  name: longNameProblems,
  revalidatesMetadata: true,
  validate: validation((field, { spec }, old) => {
    const at = field.at("spec");
    checkSelectors(at.at("selectors"), spec.selectors);
    const stored = old !== undefined && same(spec.config, old.spec.config);
    checkEach(at.at("config"), spec.config, mostConfigurations, (config, { opaque }) => checkConfiguration(config, opaque, stored));
    const name = spec.extendedResourceName;
    if (name !== undefined && !isExtended(name)) at.at("extendedResourceName").invalid(name, "must be a valid extended resource name");
  }),
  deleteAnswers: "object",
});
