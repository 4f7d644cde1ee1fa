import { judges, judgesChanges } from "../../../../test/kit/judge.ts";

const replicaSet = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "web", namespace: "default" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  },
};

judges("replicasets.apps", replicaSet, [
  ["spec.replicas", -2, "spec.replicas: Invalid value: -2: must be greater than or equal to 0"],
  ["spec.selector", {}, "spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
  [
    "spec.template",
    { spec: { containers: [{ name: "web", image: "nginx" }] } },
    "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
  ],
  ["spec.template.spec.restartPolicy", "Never", 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ["spec.minReadySeconds", -1, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"],
]);

judgesChanges("replicasets.apps", replicaSet, [
  ["spec.replicas", 3],
  [
    "spec.selector.matchLabels",
    { app: "x" },
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
  ],
]);
