import { defineKind } from "#cluster/apiserver/kind.ts";
import type { CSIDriver } from "#machinery/types.ts";
import { checkImmutable, checkOptionalChoice, same } from "../shared/checks.ts";
import { columnsOf, orNone } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";

export const csiDriver = defineKind<CSIDriver>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volumes/#csi",

  columns: columnsOf<CSIDriver>("CSIDriver", [
    { name: "AttachRequired", type: "boolean", cell: ({ spec }) => spec.attachRequired ?? true },
    { name: "PodInfoOnMount", type: "boolean", cell: ({ spec }) => spec.podInfoOnMount ?? false },
    { name: "StorageCapacity", type: "boolean", cell: ({ spec }) => spec.storageCapacity ?? false },
    { name: "TokenRequests", type: "string", cell: ({ spec }) => spec.tokenRequests?.map((request) => request.audience).join(",") ?? "<unset>" },
    { name: "RequiresRepublish", type: "boolean", cell: ({ spec }) => spec.requiresRepublish ?? false },
    { name: "Modes", type: "string", cell: ({ spec }) => orNone((spec.volumeLifecycleModes ?? []).join(",")) },
  ]),

  default({ spec }) {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ["Persistent"];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  // The first generation is not counted, those after it are.
  generation: false,
  prepareUpdate(driver, old) {
    if (!same(driver.spec, old.spec)) driver.metadata = { ...driver.metadata, generation: (old.metadata.generation ?? 0) + 1 };
  },

  updateNeedsVersion: true,
  validate: validation((field, { spec }, old) => {
    const at = field.at("spec");
    checkDriverSpec(at, spec);
    if (!old) return;
    checkImmutable(at.at("attachedRequired"), spec.attachRequired, old.spec.attachRequired);
    checkImmutable(at.at("volumeLifecycleModes"), spec.volumeLifecycleModes, old.spec.volumeLifecycleModes);
  }),
  *warnings({ spec }, old) {
    if (spec.tokenRequests?.length && spec.serviceAccountTokenInSecrets === undefined && !(old && same(spec.tokenRequests, old.spec.tokenRequests)))
      yield "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes";
  },
  deleteAnswers: "object",
});

const shortestPeriod = 10;

function checkDriverSpec(field: Field, spec: CSIDriver["spec"]): void {
  checkOptionalChoice(field.at("fsGroupPolicy"), spec.fsGroupPolicy, ["File", "None", "ReadWriteOnceWithFSType"]);
  const audiences = new Set<string>();
  for (const [i, { audience = "", expirationSeconds: seconds }] of (spec.tokenRequests ?? []).entries()) {
    const at = field.at("tokenRequests", i);
    if (audiences.has(audience)) {
      at.at("audience").duplicate(audience);
      continue;
    }
    audiences.add(audience);
    if (seconds === undefined) continue;
    if (seconds < 600) at.at("expirationSeconds").invalid(seconds, "may not specify a duration less than 10 minutes");
    if (seconds > 2 ** 32) at.at("expirationSeconds").invalid(seconds, "may not specify a duration larger than 2^32 seconds");
  }
  const modes = ["Persistent", "Ephemeral"];
  for (const mode of spec.volumeLifecycleModes ?? []) if (!modes.includes(mode)) field.at("volumeLifecycleModes").notSupported(mode, modes);
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < shortestPeriod)
    field.at("nodeAllocatableUpdatePeriodSeconds").invalid(period, `must be greater than or equal to ${shortestPeriod} seconds`);
  if (spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length)
    field
      .at("serviceAccountTokenInSecrets")
      .invalid(spec.serviceAccountTokenInSecrets, "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
}
