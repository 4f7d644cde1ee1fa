import { defineKind } from "#cluster/apiserver/kind.ts";
import type { CSINode } from "#machinery/types.ts";
import { checkNonNegative, checkQualifiedName } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { checkDriverName } from "../shared/storage.ts";

export const csiNode = defineKind<CSINode>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  updateNeedsVersion: true,
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volumes/#csi",

  columns: columnsOf<CSINode>("CSINode", [{ name: "Drivers", type: "integer", cell: ({ spec }) => spec.drivers?.length ?? 0 }]),
  name: "subdomain",
  revalidatesMetadata: true,
  validate: validation((field, { spec }, old) => {
    const at = field.at("spec", "drivers");
    const names = new Set<string>();
    for (const [i, driver] of (spec.drivers ?? []).entries()) checkDriver(at.at(i), driver, names);
    for (const before of old?.spec.drivers ?? [])
      for (const driver of spec.drivers ?? []) {
        if (driver.name !== before.name) continue;
        const { allocatable: _, ...now } = driver;
        const { allocatable: __, ...then } = before;
        checkSame(at, "storage.CSINodeDriver", now, then);
      }
  }),
  deleteAnswers: "object",
});

const longestNodeId = 256;

type Driver = NonNullable<CSINode["spec"]["drivers"]>[number];

function checkDriver(field: Field, { name = "", nodeID = "", allocatable, topologyKeys }: Driver, names: Set<string>): void {
  checkDriverName(field.at("name"), name);
  if (!nodeID) field.at("nodeID").required();
  if (nodeID.length > longestNodeId) field.at("nodeID").invalid(nodeID, `must be ${longestNodeId} characters or less`);
  checkNonNegative(field.at("allocatable", "count"), allocatable?.count);
  if (names.has(name)) field.at("name").duplicate(name);
  names.add(name);
  for (const [i, key] of (topologyKeys ?? []).entries()) {
    if (!key) field.required();
    if ((topologyKeys ?? []).indexOf(key) < i) field.duplicate(key);
    checkQualifiedName(field, key);
  }
}
