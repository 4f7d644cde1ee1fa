import { defineKind } from "#cluster/apiserver/kind.ts";
import { controllerOf, groupVersionOf } from "#machinery/object.ts";
import type { ControllerRevision } from "#machinery/types.ts";
import { checkImmutable, checkNonNegative } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";

export const controllerRevision = defineKind<ControllerRevision>({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#revision-history",

  columns: columnsOf<ControllerRevision>("ControllerRevision", [
    { name: "Controller", type: "string", cell: controller },
    { name: "Revision", type: "string", cell: (revision) => revision.revision },
  ]),
  validate: validation((field, revision, old) => {
    checkNonNegative(field.at("revision"), revision.revision);
    const { data } = revision as { data?: unknown };
    if (old) checkImmutable(field.at("data"), data, old.data);
    else if (data === undefined || data === null) field.at("data").required("data is mandatory");
    else if (typeof data !== "object" || Array.isArray(data)) field.at("data").required("data must be a valid JSON object");
  }),
});

/** `deployment.apps/web`. */
function controller(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return "<none>";
  const { group } = groupVersionOf(owner.apiVersion);
  return `${(group ? `${owner.kind}.${group}` : owner.kind).toLowerCase()}/${owner.name}`;
}
