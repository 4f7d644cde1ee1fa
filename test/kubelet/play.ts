import { Cluster } from "#cluster/cluster.ts";
import { parseReference } from "#cluster/images/reference.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { Deployment, Node, Pod } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { recorded } from "../../scripts/recorded.ts";
import { ByHand } from "./by-hand.ts";
import { type Comparison, compare, type Histories, historiesOf, type Seen } from "./compare.ts";

interface Scenario {
  scenario: string;
  namespace: string;
  durationSeconds: number;
  nodes: string[];
  images: string[];
  /** Something was done to a machine, which no command does. */
  byHand: boolean;
  actions: { t: number; tEnd: number; rc: number; cmd: string; stdin?: string; signal?: string }[];
  want: Histories;
}

export const scenario = (name: string): Scenario => recorded(`kubelet/${name}.json.gz`) as Scenario;

const resources: Readonly<Record<string, string>> = {
  Pod: "pods",
  Service: "services",
  ConfigMap: "configmaps",
  Secret: "secrets",
  Deployment: "deployments.apps",
  StatefulSet: "statefulsets.apps",
  DaemonSet: "daemonsets.apps",
  Job: "jobs.batch",
  CronJob: "cronjobs.batch",
  PersistentVolumeClaim: "persistentvolumeclaims",
  PersistentVolume: "persistentvolumes",
  PodDisruptionBudget: "poddisruptionbudgets.policy",
};

/** Plays a recorded scenario on a cluster of profile `bare`: its manifests and the commands that change something, each at its time. */
export async function play(recording: Scenario, seed = 1): Promise<Comparison & { skipped: string[] }> {
  const images = recording.images.filter((image) => !("problem" in parseReference(image)));
  const nodes = recording.nodes.map((name) => ({ name, cpu: "2", memory: "25171652608", images }));
  const cluster = await Cluster.boot({ profile: "bare", nodes, seed, now: Date.UTC(2026, 10, 23, 13, 0, 0) });
  const failures: unknown[] = [];
  cluster.onFailure = (error) => failures.push(error);
  const api = cluster.api(admin, "kubectl-client-side-apply");
  const { namespace } = recording;
  await cluster.tasks.run(() => api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
  await cluster.clock.advance(cluster.clock.now() + 5000);

  const seen: Seen[] = [];
  for (const resource of [...Object.values(resources), "events", "endpoints", "endpointslices.discovery.k8s.io", "replicasets.apps"])
    api.watch(resource, ({ type, object }) => {
      if (object.metadata.namespace === namespace) seen.push({ type, object });
    });

  const hand = new ByHand(cluster, api);
  const start = cluster.clock.now();
  const skipped: string[] = [];
  for (const action of recording.actions) {
    await cluster.clock.advance(start + action.t * 1000);
    cluster.tasks.detach(async () => {
      // A command takes a moment to begin.
      await cluster.clock.sleep(150);
      try {
        const knows = action.cmd.startsWith("#") ? await hand.does(action.cmd) : await run(api, cluster, namespace, action.cmd, action.stdin);
        if (!knows) skipped.push(action.cmd);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (!action.rc) skipped.push(`${action.cmd}: ${error.message}`);
      }
    });
  }
  await cluster.clock.advance(start + recording.durationSeconds * 1000);
  await cluster.close();
  if (failures.length > 0) throw failures[0];
  return { ...compare(recording.want, historiesOf(seen)), skipped };
}

/** Runs those of kubectl's commands that change something. Whether it knows the command. */
async function run(api: Api, cluster: Cluster, namespace: string, command: string, stdin: string | undefined): Promise<boolean> {
  const words = command.replace(/^kubectl (-n \S+ )?/, "").match(/'[^']*'|\S+/g) ?? [];
  const plain = words.map((word) => word.replace(/^'|'$/g, ""));
  const [verb, kind = "", name = ""] = plain;
  switch (verb) {
    case "apply":
      for (const text of (stdin ?? "").split(/^---$/m)) if (text.trim()) await apply(api, namespace, JSON.parse(text));
      return true;
    case "delete":
      return await remove(api, namespace, plain);
    case "exec":
      await inContainer(cluster, namespace, kind, plain.slice(plain.indexOf("--") + 1));
      return true;
    case "scale":
      await change<Deployment>(
        api,
        "deployments.apps",
        name,
        namespace,
        (one) => ({ ...one, spec: { ...one.spec, replicas: Number(/=(\d+)/.exec(command)?.[1]) } }) as Deployment,
      );
      return true;
    case "patch":
      return await patch(api, namespace, plain);
    case "set":
      return await setImage(api, namespace, plain);
    case "label":
      return await label(api, plain);
    case "uncordon":
      await change<Node>(api, "nodes", kind, undefined, ({ spec: { unschedulable: _, ...spec }, ...node }) => ({ ...node, spec }));
      return true;
    case "wait":
    case "rollout":
      return name === "status";
    default:
      return false;
  }
}

async function apply(api: Api, namespace: string, object: KubeObject): Promise<void> {
  const resource = resources[object.kind];
  if (!resource) throw new Error(`no resource for ${object.kind}`);
  const isCluster = object.kind === "PersistentVolume";
  await api.create(resource, { ...object, metadata: { ...object.metadata, ...(isCluster ? {} : { namespace }) } });
}

async function remove(api: Api, namespace: string, words: readonly string[]): Promise<boolean> {
  const [, kind = "", name, ...others] = words;
  if (kind === "node") {
    for (const each of [name, ...others]) if (each) await api.delete("nodes", each);
    return true;
  }
  const resource = { pod: "pods", job: "jobs.batch", deployment: "deployments.apps", sts: "statefulsets.apps", pdb: "poddisruptionbudgets.policy" }[
    kind
  ];
  if (!resource || !name || name.startsWith("-")) return false;
  const seconds = /--grace-period=(\d+)/.exec(words.join(" "))?.[1] ?? (words.includes("--now") ? "1" : undefined);
  await api.delete(resource, name, namespace, seconds === undefined ? { propagationPolicy: "Background" } : { gracePeriodSeconds: Number(seconds) });
  return true;
}

async function label(api: Api, words: readonly string[]): Promise<boolean> {
  const [, kind, ...rest] = words;
  if (kind !== "nodes") return false;
  const sets = rest.flatMap((word) => word.match(/^(\w+)(?:=(\w+)|-)$/)?.[0] ?? []).filter((word) => !word.startsWith("node-"));
  for (const name of rest.filter((word) => word.startsWith("node-")))
    await change<Node>(api, "nodes", name, undefined, (node) => {
      const labels = { ...node.metadata.labels };
      for (const set of sets) {
        const [key = "", value] = set.split("=");
        if (value === undefined) delete labels[key.slice(0, -1)];
        else labels[key] = value;
      }
      return { ...node, metadata: { ...node.metadata, labels } };
    });
  return true;
}

async function change<T extends KubeObject>(
  api: Api,
  resource: string,
  name: string,
  namespace: string | undefined,
  by: (object: T) => T,
): Promise<void> {
  const object = api.get<T>(resource, name, namespace);
  if (object) await api.update(resource, by(object));
}

async function patch(api: Api, namespace: string, words: readonly string[]): Promise<boolean> {
  const [, kind = "", name = ""] = words;
  const resource = { pod: "pods", configmap: "configmaps", secret: "secrets" }[kind];
  const body = words[words.indexOf("-p") + 1];
  const object = resource && api.get<Pod>(resource, name, namespace);
  if (!object) return false;
  const gate = /^\[{"op":"remove","path":"\/spec\/schedulingGates\/(\d+)"}\]$/.exec(body ?? "")?.[1];
  if (gate) {
    const schedulingGates = object.spec.schedulingGates?.toSpliced(Number(gate), 1);
    await api.update(resource, { ...object, spec: { ...object.spec, schedulingGates } } as Pod);
    return true;
  }
  if (!body?.startsWith("{")) return false;
  const patched = JSON.parse(body);
  if (words.some((word) => word.startsWith("--subresource=status"))) {
    const conditions = [...patched.status.conditions, ...(object.status?.conditions ?? [])];
    await api.updateStatus("pods", { ...object, status: { ...object.status, conditions } });
  } else await api.update(resource, { ...object, ...patched, metadata: object.metadata });
  return true;
}

async function setImage(api: Api, namespace: string, words: readonly string[]): Promise<boolean> {
  const [, , target = "", ...images] = words;
  const [kind, name = ""] = target.split("/");
  const wanted = new Map(images.map((word) => word.split("=") as [string, string]));
  const withImages = <C extends { name: string; image?: string }>(containers: readonly C[]) =>
    containers.map((one) => ({ ...one, image: wanted.get(one.name) ?? one.image }));
  if (kind === "pod")
    await change<Pod>(api, "pods", name, namespace, (pod) => ({ ...pod, spec: { ...pod.spec, containers: withImages(pod.spec.containers) } }) as Pod);
  else if (kind === "deployment")
    await change<Deployment>(api, "deployments.apps", name, namespace, (one) => {
      const { template } = one.spec ?? {};
      return {
        ...one,
        spec: { ...one.spec, template: { ...template, spec: { ...template?.spec, containers: withImages(template?.spec?.containers ?? []) } } },
      } as Deployment;
    });
  else return false;
  return true;
}

async function inContainer(cluster: Cluster, namespace: string, name: string, command: readonly string[]): Promise<void> {
  const query = command.map((word) => `command=${encodeURIComponent(word)}`).join("&");
  await cluster.connect({ method: "POST", url: `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query}&stdout=true`, headers: {} }, admin);
}
