import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { Pod } from "#machinery/types.ts";

import { binding } from "./pod/binding.ts";
import { podColumns, podRowConditions } from "./pod/columns.ts";
import { defaultPod } from "./pod/defaults.ts";
import { preparePodCreate, preparePodUpdate } from "./pod/strategy.ts";

export const pod = defineKind<Pod>({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/pods/",

  columns: podColumns,
  rowConditions: podRowConditions,
  default: defaultPod,
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
  subresources: [binding, status],
});
