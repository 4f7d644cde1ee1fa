import { judges, judgesChanges } from "../../../../test/kit/judge.ts";

const job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "pi", namespace: "default" },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "pi", image: "perl" }] } } },
};

judges("jobs.batch", job, [
  ["spec.parallelism", -1, "spec.parallelism: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.completions", -1, "spec.completions: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.backoffLimit", -1, "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.activeDeadlineSeconds", -1, "spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.ttlSecondsAfterFinished", 100],
  ["spec.ttlSecondsAfterFinished", -1, "spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.template.spec.restartPolicy", "Always", 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ["spec.template.spec.restartPolicy", undefined, 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ["spec.completionMode", "Sorted", 'spec.completionMode: Unsupported value: "Sorted": supported values: "NonIndexed", "Indexed"'],
  ["spec.completionMode", "Indexed"],
  ["spec.backoffLimitPerIndex", 1, "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
  ["spec.podReplacementPolicy", "Never", 'spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"'],
  ["spec.managedBy", "nobody", 'spec.managedBy: Invalid value: "nobody": must be a domain-prefixed path (such as "acme.io/foo")'],
  ["spec.podFailurePolicy", { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] }],
  [
    "spec.podFailurePolicy",
    { rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [0, 3, 2] } }] },
    'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
    "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
    "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [0,3,2]: must be ordered",
  ],
  [
    "spec.podFailurePolicy",
    { rules: [{ action: "Ignore" }] },
    "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
  ],
  [
    "spec.successPolicy",
    { rules: [{ succeededCount: 1 }] },
    'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
  ],
]);

judgesChanges("jobs.batch", job, [
  ["spec.parallelism", 3],
  ["spec.completions", 3, "spec.completions: Invalid value: 3: field is immutable"],
  ["spec.suspend", true],
  ["spec.managedBy", "example.com/other", 'spec.managedBy: Invalid value: "example.com/other": field is immutable'],
  ["spec.backoffLimit", 3],
]);
