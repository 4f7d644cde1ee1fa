import { judges, judgesChanges } from "../../../../test/kit/judge.ts";

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};

judges("deployments.apps", deployment, [
  ["spec.replicas", 0],
  ["spec.replicas", -1, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.selector", {}, "spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
  [
    "spec.selector.matchLabels.app",
    "other",
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  [
    "spec.selector.matchExpressions",
    [{ key: "app", operator: "In" }],
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    'spec.selector: Invalid value: {"matchLabels":{"app":"web"},"matchExpressions":[{"key":"app","operator":"In"}]}: invalid label selector',
  ],
  ["spec.template.spec.restartPolicy", "Never", 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  [
    "spec.template.spec.activeDeadlineSeconds",
    5,
    "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported",
  ],
  ["spec.template.spec.containers", [], "spec.template.spec.containers: Required value"],
  [
    "spec.strategy",
    { type: "Recreate", rollingUpdate: { maxSurge: 1 } },
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  [
    "spec.strategy",
    { type: "Slowly" },
    'spec.strategy: Unsupported value: {"Type":"Slowly","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
  ],
  [
    "spec.strategy",
    { rollingUpdate: { maxSurge: 0, maxUnavailable: "0%" } },
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
  ],
  [
    "spec.strategy",
    { rollingUpdate: { maxSurge: "1.5%" } },
    "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"1.5%\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
  ],
  [
    "spec.strategy",
    { rollingUpdate: { maxUnavailable: "150%" } },
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
  ],
  ["spec.minReadySeconds", -1, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.minReadySeconds", 600, "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"],
  [
    "spec.progressDeadlineSeconds",
    -5,
    "spec.progressDeadlineSeconds: Invalid value: -5: must be greater than or equal to 0",
    "spec.progressDeadlineSeconds: Invalid value: -5: must be greater than minReadySeconds",
  ],
  ["spec.revisionHistoryLimit", -1, "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
]);

judgesChanges("deployments.apps", deployment, [
  ["spec.replicas", 3],
  ["spec.template.spec.containers.0.image", "nginx:1.27"],
  [
    "spec.selector.matchLabels",
    { app: "other" },
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
  ],
  [
    "spec.template.metadata.labels",
    { app: "other" },
    'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`',
  ],
]);
