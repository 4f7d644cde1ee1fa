import { judges, judgesChanges } from "../../../../test/kit/judge.ts";

const statefulSet = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "web", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
    serviceName: "web",
  },
};

judges("statefulsets.apps", statefulSet, [
  ["spec.replicas", -1, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.podManagementPolicy", "AllAtOnce", "spec.podManagementPolicy: Invalid value: \"AllAtOnce\": must be 'OrderedReady' or 'Parallel'"],
  [
    "spec.updateStrategy",
    { type: "OnDelete", rollingUpdate: { partition: 1 } },
    'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\'',
  ],
  [
    "spec.updateStrategy",
    { rollingUpdate: { partition: -1 } },
    "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
  ],
  [
    "spec.updateStrategy",
    { type: "Other" },
    'spec.updateStrategy: Invalid value: {"Type":"Other","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\'',
  ],
  [
    "spec.persistentVolumeClaimRetentionPolicy",
    { whenDeleted: "Keep" },
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
  ],
  ["spec.ordinals", { start: -1 }, "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0"],
  [
    "spec.serviceName",
    "Not A Name",
    "spec.serviceName: Invalid value: \"Not A Name\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ],
  [
    "spec.volumeClaimTemplates",
    [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }],
  ],
  ["spec.template.spec.restartPolicy", "OnFailure", 'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"'],
]);

judgesChanges("statefulsets.apps", statefulSet, [
  ["spec.replicas", 5],
  ["spec.minReadySeconds", 3],
  [
    "spec.serviceName",
    "other",
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ],
  [
    "spec.podManagementPolicy",
    "Parallel",
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ],
]);
