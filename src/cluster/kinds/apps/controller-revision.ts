import { defineKind } from "#cluster/apiserver/kind.ts";
import { controllerOf, groupVersionOf } from "#machinery/object.ts";
import type { ControllerRevision } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

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
});

/** `deployment.apps/web`. */
function controller(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (!owner) return "<none>";
  const { group } = groupVersionOf(owner.apiVersion);
  return `${(group ? `${owner.kind}.${group}` : owner.kind).toLowerCase()}/${owner.name}`;
}
