import { defineKind, defineSubresource } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { Namespace } from "#machinery/types.ts";
import { checkQualifiedName } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";

/** Writes the finalizers, which nothing else does: the namespace controller gives up `kubernetes` here when all in the namespace is gone. */
const finalize = defineSubresource<Namespace>({
  name: "finalize",
  verbs: ["update"],
  part: (ns, old) => ({ ...ns, status: old.status }),
});

export const namespace = defineKind<Namespace>({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  scope: "Cluster",
  storagePreconditions: true,
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  name: "label",
  docs: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",

  columns: columnsOf<Namespace>("Namespace", [{ name: "Status", type: "string", cell: (ns) => ns.status.phase ?? "" }]),

  default(ns) {
    labelWithName(ns);
    ns.status.phase ??= "Active";
  },

  prepareCreate(ns) {
    labelWithName(ns);
    ns.status = { phase: "Active" };
    const finalizers = ns.spec.finalizers ?? [];
    if (!finalizers.includes("kubernetes")) ns.spec = { ...ns.spec, finalizers: [...finalizers, "kubernetes"] };
  },

  prepareUpdate(ns, old, { subresource }) {
    labelWithName(ns);
    if (subresource !== "finalize") ns.spec = old.spec;
  },

  validate: validation((field, { metadata, spec, status }, _, { subresource }) => {
    if (subresource === "status") {
      const wanted = metadata.deletionTimestamp ? "Terminating" : "Active";
      if (status.phase !== wanted)
        field
          .at("status", "Phase")
          .invalid(status.phase ?? "", `may only be '${wanted}' if \`deletionTimestamp\` is ${metadata.deletionTimestamp ? "not " : ""}empty`);
      return;
    }
    const at = field.at("spec", "finalizers");
    for (const [i, finalizer] of (spec.finalizers ?? []).entries()) checkFinalizer(subresource === "finalize" ? at.at(i) : at, finalizer);
  }),
  revalidatesMetadata: true,

  heldBy: (ns) => ns.spec.finalizers ?? [],
  // What is in it decides when it goes, not a time.
  terminating({ metadata: { deletionGracePeriodSeconds: _, ...metadata }, ...ns }) {
    return { ...ns, metadata, status: { ...ns.status, phase: "Terminating" } };
  },

  generation: false,
  selectable: { "status.phase": { value: (ns) => ns.status.phase ?? "" } },
  subresources: [finalize, status],
});

const nameLabel = "kubernetes.io/metadata.name";

/** Every namespace can be selected by its name. */
function labelWithName(ns: Namespace): void {
  const { name, labels } = ns.metadata;
  if (name && labels?.[nameLabel] !== name) ns.metadata.labels = { ...labels, [nameLabel]: name };
}

const knownFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

function checkFinalizer(field: Field, finalizer: string): void {
  checkQualifiedName(field, finalizer);
  if (!finalizer.includes("/") && !knownFinalizers.includes(finalizer))
    field.invalid(finalizer, "name is neither a standard finalizer name nor is it fully qualified");
}
