import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { CustomResourceDefinition } from "#machinery/types.ts";
import { defaultDefinition } from "./defaults.ts";

export const customResourceDefinition = defineKind<CustomResourceDefinition>({
  group: "apiextensions.k8s.io",
  version: "v1",
  storageVersion: "v1beta1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  updateNeedsVersion: true,
  scope: "Cluster",
  storedUnder: "apiextensions.k8s.io/customresourcedefinitions",
  docs: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",

  default: defaultDefinition,

  prepareCreate(definition) {
    definition.status = { storedVersions: definition.spec.versions.filter((version) => version.storage).map((version) => version.name) };
  },
  // Versions stay among those that objects may be stored in until somebody says that none is.
  prepareUpdate(definition, _old, { subresource }) {
    const storage = definition.spec.versions.find((version) => version.storage)?.name;
    const stored = definition.status.storedVersions ?? [];
    if (subresource === "" && storage && !stored.includes(storage))
      definition.status = { ...definition.status, storedVersions: [...stored, storage] };
  },

  subresources: [status],
});
