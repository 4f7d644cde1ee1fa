import { judges, judgesChanges } from "../../../../test/kit/judge.ts";

const daemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "web", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};

judges("daemonsets.apps", daemonSet, [
  ["spec.selector", {}, "spec.selector: Invalid value: {}: empty selector is invalid for daemonset"],
  ["spec.updateStrategy", { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }],
  [
    "spec.updateStrategy",
    { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
    "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
  ],
  [
    "spec.updateStrategy",
    { rollingUpdate: { maxUnavailable: 0 } },
    "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
  ],
  [
    "spec.updateStrategy",
    { type: "Other" },
    'spec.updateStrategy: Unsupported value: {"Type":"Other","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
  ],
  ["spec.minReadySeconds", -1, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
]);

judgesChanges("daemonsets.apps", daemonSet, [
  ["spec.minReadySeconds", 3],
  [
    "spec.selector.matchLabels",
    { app: "x" },
    'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
]);
