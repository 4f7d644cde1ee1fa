import type { Thing } from "../../kubectl/api/server.ts";

/** How far an object has come, as https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus says it of every kind. */
export interface ObjectStatus {
  status: "Current" | "InProgress" | "Failed" | "NotFound" | "Terminating" | "Unknown";
  message: string;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const current = (message: string): ObjectStatus => ({ status: "Current", message });
const underway = (message: string): ObjectStatus => ({ status: "InProgress", message });
const failed = (message: string): ObjectStatus => ({ status: "Failed", message });

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const number = (from: Fields, key: string, otherwise = 0): number => (typeof from[key] === "number" ? (from[key] as number) : otherwise);

/** What is known of an object, or that there is none. */
export function statusOf(object: Thing | undefined, waitsForJobs = false): ObjectStatus {
  if (!object) return { status: "NotFound", message: "Resource not found" };
  const [spec, status] = [fields(object["spec"]), fields(object["status"])];
  const observed = status["observedGeneration"];
  const generation = object.metadata.generation;
  if (object.metadata.deletionTimestamp) return { status: "Terminating", message: "Resource scheduled for deletion" };
  if (typeof observed === "number" && generation !== undefined && observed !== generation)
    return underway(`${object.kind} generation is ${generation}, but latest observed generation is ${observed}`);
  const conditions = (Array.isArray(status["conditions"]) ? status["conditions"] : []) as Condition[];
  const rule = rules[`${(object.apiVersion ?? "").split("/").length > 1 ? (object.apiVersion ?? "").split("/")[0] : ""}/${object.kind}`];
  if (rule) return rule(object, spec, status, conditions, waitsForJobs);
  return generic(conditions);
}

function generic(conditions: readonly Condition[]): ObjectStatus {
  for (const { type, status, message = "" } of conditions) {
    if (type === "Reconciling" && status === "True") return underway(message);
    if (type === "Stalled" && status === "True") return failed(message);
    if (type === "Ready" && status !== "True") return underway(message);
  }
  return current("Resource is current");
}

type Rule = (object: Thing, spec: Fields, status: Fields, conditions: readonly Condition[], waitsForJobs: boolean) => ObjectStatus;

const deployment: Rule = (_, spec, status, conditions) => {
  const wanted = number(spec, "replicas", 1);
  const [replicas, updated, ready, available] = ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"].map((key) =>
    number(status, key),
  );
  for (const { type, reason, message = "" } of conditions)
    if (type === "Progressing" && reason === "ProgressDeadlineExceeded") return failed(`Progress deadline exceeded`);
    else if (type === "ReplicaFailure") return underway(`replicas failure: ${message}`);
  const progressing =
    number(spec, "progressDeadlineSeconds", 1) === 2 ** 31 - 1 ||
    conditions.some(({ type, status: s, reason }) => type === "Progressing" && s === "True" && reason === "NewReplicaSetAvailable");
  if (wanted > (replicas ?? 0)) return underway(`Replicas: ${replicas}/${wanted}`);
  if (wanted > (updated ?? 0)) return underway(`Updated: ${updated}/${wanted}`);
  if ((replicas ?? 0) > wanted) return underway(`Pending termination: ${(replicas ?? 0) - wanted}`);
  if ((updated ?? 0) > (available ?? 0)) return underway(`Available: ${available}/${updated}`);
  if (wanted > (ready ?? 0)) return underway(`Ready: ${ready}/${wanted}`);
  if (!progressing) return underway("ReplicaSet not Available");
  if (!conditions.some(({ type, status: s }) => type === "Available" && s === "True")) return underway("Deployment not Available");
  return current(`Deployment is available. Replicas: ${replicas}`);
};

const statefulSet: Rule = (_, spec, status) => {
  const strategy = fields(spec["updateStrategy"]);
  if (strategy["type"] === "OnDelete") return current("StatefulSet is using the ondelete update strategy");
  const wanted = number(spec, "replicas", 1);
  const [replicas, ready, now, updated] = ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas"].map((key) => number(status, key));
  if (wanted > (replicas ?? 0)) return underway(`Replicas: ${replicas}/${wanted}`);
  if (wanted > (ready ?? 0)) return underway(`Ready: ${ready}/${wanted}`);
  if ((replicas ?? 0) > wanted) return underway(`Pending termination: ${(replicas ?? 0) - wanted}`);
  const partition = fields(strategy["rollingUpdate"])["partition"];
  if (typeof partition === "number") {
    if (partition > 0 && (updated ?? 0) < wanted - partition) return underway(`updated: ${updated}/${wanted - partition}`);
    if (partition > 0) return current(`Partition rollout complete. updated: ${updated}`);
  }
  if (wanted > (now ?? 0)) return underway(`current: ${now}/${wanted}`);
  if (status["currentRevision"] !== status["updateRevision"]) return underway("Waiting for updated revision to match current");
  return current(`All replicas scheduled as expected. Replicas: ${replicas}`);
};

const replicaSet: Rule = (_, spec, status, conditions) => {
  const wanted = number(spec, "replicas", 1);
  if (conditions.some(({ type, status: s }) => type === "ReplicaFailure" && s === "True")) return underway("Replica Failure condition. Check Pods");
  const [replicas, labelled, available, ready] = ["replicas", "fullyLabeledReplicas", "availableReplicas", "readyReplicas"].map((key) =>
    number(status, key),
  );
  if (wanted > (labelled ?? 0)) return underway(`Labelled: ${labelled}/${wanted}`);
  if (wanted > (available ?? 0)) return underway(`Available: ${available}/${wanted}`);
  if (wanted > (ready ?? 0)) return underway(`Ready: ${ready}/${wanted}`);
  if ((replicas ?? 0) > wanted) return underway(`Pending termination: ${(replicas ?? 0) - wanted}`);
  return current(`ReplicaSet is available. Replicas: ${replicas}`);
};

const daemonSet: Rule = (_, __, status) => {
  if (status["observedGeneration"] === undefined) return underway("Missing .status.observedGeneration");
  const [wanted, now, updated, available, ready] = [
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberReady",
  ].map((key) => number(status, key));
  if ((wanted ?? 0) > (now ?? 0)) return underway(`Current: ${now}/${wanted}`);
  if ((wanted ?? 0) > (updated ?? 0)) return underway(`Updated: ${updated}/${wanted}`);
  if ((wanted ?? 0) > (available ?? 0)) return underway(`Available: ${available}/${wanted}`);
  if ((wanted ?? 0) > (ready ?? 0)) return underway(`Ready: ${ready}/${wanted}`);
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`);
};

const job: Rule = (_, spec, status, conditions, waits) => {
  const is = (type: string) => conditions.find((condition) => condition.type === type && condition.status === "True");
  const [parallelism, completions] = [number(spec, "parallelism", 1), number(spec, "completions", number(spec, "parallelism", 1))];
  const [succeeded, active, gone] = [number(status, "succeeded"), number(status, "active"), number(status, "failed")];
  if (is("Complete")) return current(`Job Completed. succeeded: ${succeeded}/${completions}`);
  if (is("Failed")) return failed(`Job Failed. failed: ${gone}/${completions}`);
  if (waits) return underway("Job in progress");
  if (status["startTime"] === undefined) return underway("Job not started");
  return current(`Job in progress. success:${succeeded}, active: ${active}, failed: ${gone}${parallelism < 0 ? "" : ""}`);
};

interface ContainerState {
  name: string;
  state?: { waiting?: { reason?: string } };
}

const pod: Rule = (object, _, status, conditions) => {
  switch (status["phase"]) {
    case "Succeeded":
      return current("Pod has completed successfully");
    case "Failed":
      return failed("Pod has completed, but not successfully");
    case "Running": {
      if (conditions.some(({ type, status: s }) => type === "Ready" && s === "True")) return current("Pod is Ready");
      const crashing = ((status["containerStatuses"] ?? []) as ContainerState[])
        .filter(({ state }) => state?.waiting?.reason === "CrashLoopBackOff")
        .map(({ name }) => name);
      return crashing.length > 0 ? failed(`Containers in CrashLoop state: ${crashing.join(",")}`) : underway("Pod is running but is not Ready");
    }
    case "Pending": {
      const scheduled = conditions.find(({ type }) => type === "PodScheduled");
      if (scheduled?.status === "False" && scheduled.reason === "Unschedulable") return underway("Pod could not be scheduled");
      return underway("Pod is in the Pending phase");
    }
    default:
      return underway(object.kind ? "Pod phase not available" : "");
  }
};

/** What of a kind differs from the rest. */
const rules: Readonly<Record<string, Rule>> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/ReplicaSet": replicaSet,
  "apps/DaemonSet": daemonSet,
  "batch/Job": job,
  "/Pod": pod,
  "/PersistentVolumeClaim": (_, __, status) => {
    const phase = status["phase"] ?? "unknown";
    return phase === "Bound" ? current("PVC is Bound") : underway(`PVC is not Bound. phase: ${phase}`);
  },
  "/Service": (_, spec) =>
    spec["type"] === "LoadBalancer" && !spec["clusterIP"] ? underway("ClusterIP not set. Service type: LoadBalancer") : current("Service is ready"),
  "/ConfigMap": () => current("Resource is always ready"),
  "/Secret": () => current("Resource is always ready"),
  "policy/PodDisruptionBudget": () => current("AllowedDisruptions has been computed."),
  "apiextensions.k8s.io/CustomResourceDefinition": (_, __, ___, conditions) => {
    for (const { type, status, message = "" } of conditions) {
      if (type === "NamesAccepted" && status === "False") return failed(message);
      if (type === "Established" && status === "True") return current("CRD is established");
    }
    return underway("Install in progress");
  },
};

/** Hooks alone: pods and jobs are waited for until they have ended, anything else only until it is there. */
export function hookStatusOf(object: Thing | undefined): ObjectStatus {
  if (object?.kind === "Job") return statusOf(object, true);
  if (object?.kind !== "Pod") return object ? current("Resource is current") : statusOf(undefined);
  const phase = fields(object["status"])["phase"];
  const { name } = object.metadata;
  if (phase === "Succeeded") return current(`pod ${name} succeeded`);
  if (phase === "Failed") return failed(`pod ${name} failed`);
  return underway("Pod in progress");
}
