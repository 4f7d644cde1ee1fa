import { defineKind } from "#cluster/apiserver/kind.ts";
import { eviction } from "#cluster/apiserver/subresources/eviction.ts";
import { attach, exec } from "#cluster/apiserver/subresources/exec.ts";
import { log } from "#cluster/apiserver/subresources/log.ts";
import { portForward } from "#cluster/apiserver/subresources/port-forward.ts";
import { podProxy } from "#cluster/apiserver/subresources/proxy.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { labelProblems } from "#machinery/names.ts";
import type { Pod } from "#machinery/types.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";

import { binding } from "./pod/binding.ts";
import { podColumns, podRowConditions } from "./pod/columns.ts";
import { defaultPod } from "./pod/defaults.ts";
import { ephemeralContainers } from "./pod/ephemeral-containers.ts";
import { resize } from "./pod/resize.ts";
import { preparePodCreate, preparePodUpdate } from "./pod/strategy.ts";
import { validatePod } from "./pod/validate.ts";

export const pod = defineKind<Pod>({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  scope: "Namespaced",
  revalidatesMetadata: true,
  docs: "https://kubernetes.io/docs/concepts/workloads/pods/",

  columns: podColumns,
  rowConditions: podRowConditions,
  default: defaultPod,
  validate: validatePod,
  *warnings(pod, old) {
    // People write pods once; programs write them often.
    if (old) return;
    const problems = labelProblems(pod.metadata.name);
    if (problems.length > 0)
      yield `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`;
    yield* podWarnings(pod.spec, pod.metadata);
  },
  prepareCreate: preparePodCreate,
  prepareUpdate: preparePodUpdate,

  gracePeriod(pod, asked) {
    const over = pod.status.phase === "Failed" || pod.status.phase === "Succeeded";
    if (!pod.spec.nodeName || over) return 0;
    const seconds = asked ?? pod.spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },

  selectable: {
    "spec.nodeName": { value: (pod) => pod.spec.nodeName ?? "", index: true },
    "spec.restartPolicy": { value: (pod) => pod.spec.restartPolicy ?? "" },
    "spec.schedulerName": { value: (pod) => pod.spec.schedulerName ?? "" },
    "spec.serviceAccountName": { value: (pod) => pod.spec.serviceAccountName ?? "" },
    "spec.hostNetwork": { value: (pod) => String(pod.spec.hostNetwork ?? false) },
    "status.phase": { value: (pod) => pod.status.phase ?? "" },
    "status.podIP": { value: (pod) => pod.status.podIPs?.[0]?.ip ?? pod.status.podIP ?? "" },
    "status.podIPs": { value: (pod) => pod.status.podIPs?.[0]?.ip ?? pod.status.podIP ?? "" },
    "status.nominatedNodeName": { value: (pod) => pod.status.nominatedNodeName ?? "" },
  },
  subresources: [attach, binding, ephemeralContainers, eviction, exec, log, portForward, podProxy, resize, status],
});
