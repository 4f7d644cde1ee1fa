import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { subdomainProblems } from "#machinery/names.ts";
import type { CustomResourceDefinition } from "#machinery/types.ts";
import { validation } from "../shared/field.ts";
import { defaultDefinition } from "./defaults.ts";
import { formatWarnings } from "./definition/schema.ts";
import { checkDefinition } from "./definition/validate.ts";

const cleanup = "customresourcecleanup.apiextensions.k8s.io";

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
  storagePreconditions: true,
  anyFinalizers: true,
  storedUnder: "apiextensions.k8s.io/customresourcedefinitions",
  docs: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",

  default: defaultDefinition,

  name: (text, prefix, { spec }) => {
    const problems = subdomainProblems(text);
    return prefix || text === `${spec?.names?.plural ?? ""}.${spec?.group ?? ""}`
      ? problems
      : [...problems, 'must be spec.names.plural+"."+spec.group'];
  },
  validate: validation((field, definition, old, { subresource }) => {
    if (subresource === "") checkDefinition(field, definition, old);
  }),
  *warnings({ spec }, old) {
    for (const [i, { schema }] of versionsOf(spec).entries())
      yield* formatWarnings(schema?.openAPIV3Schema, old?.spec.versions[i]?.schema?.openAPIV3Schema);
  },

  prepareCreate(definition) {
    const unnamed = { conditions: null, acceptedNames: { kind: "", plural: "" } } as unknown as CustomResourceDefinition["status"];
    definition.status = {
      ...unnamed,
      storedVersions: versionsOf(definition.spec)
        .filter((version) => version.storage)
        .map((version) => version.name),
    };
  },
  // Versions stay among those that objects may be stored in until somebody says that none is.
  prepareUpdate(definition, _old, { subresource }) {
    const storage = versionsOf(definition.spec).find((version) => version.storage)?.name;
    const stored = definition.status.storedVersions ?? [];
    if (subresource === "" && storage !== undefined && !stored.includes(storage))
      definition.status = { ...definition.status, storedVersions: [...stored, storage] };
  },

  // It goes when what it stored has gone.
  heldBy: ({ metadata }) => (metadata.deletionTimestamp ? [] : [cleanup]),
  terminating: (definition) => terminating(definition),

  subresources: [status],
});

/** Whoever leaves them out is told of it later. */
const versionsOf = ({ versions }: CustomResourceDefinition["spec"]) => (versions as typeof versions | null) ?? [];

/** A definition as its deletion begins: held until nothing of what it defines is left. */
function terminating(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { deletionGracePeriodSeconds: _, generation, finalizers: given = [], ...metadata } = definition.metadata;
  // Whoever waits for dependents waits for what is defined already.
  const finalizers = given.filter((each) => each !== "foregroundDeletion" && each !== "orphan");
  const conditions = definition.status.conditions ?? [];
  if (conditions.some(({ type }) => type === "Terminating")) return definition;
  const lastTransitionTime = metadata.deletionTimestamp ?? "";
  const pending = {
    type: "Terminating",
    status: "True",
    lastTransitionTime,
    reason: "InstanceDeletionPending",
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
  };
  return {
    ...definition,
    metadata: {
      ...metadata,
      generation: (generation ?? 1) - 1 || 1,
      finalizers: finalizers.includes(cleanup) ? finalizers : [...finalizers, cleanup],
    },
    status: { ...definition.status, conditions: [...conditions, pending] },
  };
}
