import { bodyText } from "#base/http.ts";
import { goDuration } from "#machinery/duration.ts";
import type { Machine as Node } from "#machinery/machines.ts";
import type { Event } from "#machinery/types.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { NetError } from "#shell/process.ts";
import type { CommandHost } from "../host.ts";
import { klogTime } from "../kubectl/times.ts";
import { type Unit, unitNamed } from "../systemctl/units.ts";

/** One line of a node's journal. */
export interface Entry {
  at: number;
  /** The unit that it belongs to: `kubelet.service`. */
  unit: string;
  /** Who says it: `kubelet[1234]`, `systemd[1]`. */
  identifier: string;
  pid: number;
  message: string;
  /** By syslog's numbers: 3 is an error, 4 a warning, 6 information. */
  priority: number;
}

/**
 * What the services of a node have said, oldest first. Nothing is kept for it: a kubelet's lines follow from what it did, which its runtime, the events of
 * the API and its node remember.
 */
export async function journalOf(host: CommandHost, node: Node, fs: FileSystem, now: number): Promise<Entry[]> {
  const units = (["containerd", "kubelet"] as const).flatMap((name) => unitNamed(node, fs, name) ?? []);
  const entries: Entry[] = [];
  for (const unit of units) entries.push(...startsOf(unit));
  const kubelet = units.find(({ service }) => service === "kubelet");
  if (kubelet) entries.push(...containersIn(node, kubelet), ...unreachedIn(host, node, kubelet, fs), ...(await eventsOf(host, node, kubelet, now)));
  return entries.sort((a, b) => a.at - b.at);
}

/** What systemd says of a service, and the service of its own beginning. */
function startsOf(unit: Unit): Entry[] {
  const { name, description, since, active, problem, service } = unit;
  const manager = (at: number, message: string, priority = 6): Entry => ({ at, unit: name, identifier: "systemd", pid: 1, message, priority });
  if (active === "inactive")
    return [
      manager(since - 20, `Stopping ${name} - ${description}...`),
      manager(since, `${name}: Deactivated successfully.`),
      manager(since, `Stopped ${name} - ${description}.`),
    ];
  const entries = [manager(since, `Started ${name} - ${description}.`)];
  if (service === "containerd")
    return [...entries, own(unit, since + 180, `time="${rfc(since + 180)}" level=info msg="containerd successfully booted in 0.052341s"`)];
  if (problem !== undefined)
    return [
      ...entries,
      own(unit, since + 90, `E${klogTime(since + 90)} ${String(unit.pid).padStart(7)} run.go:72] "command failed" err=${JSON.stringify(problem)}`, 3),
      manager(since + 95, `${name}: Main process exited, code=exited, status=1/FAILURE`, 5),
      manager(since + 95, `${name}: Failed with result 'exit-code'.`, 4),
    ];
  return [
    ...entries,
    klog(unit, since + 60, "I", "server.go:525", '"Kubelet version" kubeletVersion="v1.36.3"'),
    klog(unit, since + 61, "I", "server.go:527", '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""'),
    klog(unit, since + 75, "I", "server.go:951", '"Client rotation is on, will bootstrap in background"'),
    klog(unit, since + 110, "I", "container_manager_linux.go:263", '"Container manager verified user specified cgroup-root exists" cgroupRoot=[]'),
    klog(unit, since + 120, "I", "kubelet.go:475", '"Attempting to sync node with API server"'),
    klog(unit, since + 121, "I", "kubelet.go:376", '"Adding static pod path" path="/etc/kubernetes/manifests"'),
    klog(
      unit,
      since + 130,
      "I",
      "kuberuntime_manager.go:279",
      '"Container runtime initialized" containerRuntime="containerd" version="v2.2.9" apiVersion="v1"',
    ),
    klog(unit, since + 140, "I", "server.go:1274", '"Started kubelet"'),
  ];
}

/** What the kubelet says of the containers that its node has. */
function containersIn(node: Node, kubelet: Unit): Entry[] {
  const runtime = node.runtime();
  if (!runtime)
    return [klog(kubelet, node.service("containerd").since + 1200, "E", "log.go:32", `"Status from runtime service failed" err="${noRuntime}"`)];
  const containers = runtime.containers();
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (const { sandbox, startedAt, finishedAt, state, id, exitCode } of containers) {
    const pod = `"${sandbox.namespace}/${sandbox.name}"`;
    if (!seen.has(sandbox.id)) {
      seen.add(sandbox.id);
      entries.push(
        klog(
          kubelet,
          sandbox.createdAt,
          "I",
          "kubelet.go:2503",
          `"SyncLoop ADD" source="${sandbox.hostNetwork && sandbox.annotations["kubernetes.io/config.source"] === "file" ? "file" : "api"}" pods=[${pod}]`,
        ),
      );
    }
    if (startedAt > 0)
      entries.push(
        klog(
          kubelet,
          startedAt + 400,
          "I",
          "kubelet.go:2531",
          `"SyncLoop (PLEG): event for pod" pod=${pod} event={"ID":"${sandbox.uid}","Type":"ContainerStarted","Data":"${id}"}`,
        ),
        klog(
          kubelet,
          startedAt + 900,
          "I",
          "pod_startup_latency_tracker.go:104",
          `"Observed pod startup duration" pod=${pod} podStartSLOduration=${((startedAt - sandbox.createdAt) / 1000).toFixed(9)}s`,
        ),
      );
    if (state === "exited" && finishedAt > 0)
      entries.push(
        klog(
          kubelet,
          finishedAt + 300,
          "I",
          "generic.go:358",
          `"Generic (PLEG): container finished" podID="${sandbox.uid}" containerID="${id}" exitCode=${exitCode}`,
        ),
        klog(
          kubelet,
          finishedAt + 310,
          "I",
          "kubelet.go:2531",
          `"SyncLoop (PLEG): event for pod" pod=${pod} event={"ID":"${sandbox.uid}","Type":"ContainerDied","Data":"${id}"}`,
        ),
      );
  }
  return entries;
}

/** What the kubelet says whose kubeconfig leads to where nobody answers. */
function unreachedIn({ machines }: CommandHost, { name }: Node, kubelet: Unit, fs: FileSystem): Entry[] {
  const file = "/etc/kubernetes/kubelet.conf";
  const server = fs.stat(file) ? /server:\s*(\S+)/.exec(fs.readText(file))?.[1] : undefined;
  if (kubelet.active !== "active" || server === undefined || !URL.canParse(server)) return [];
  const { host, port } = new URL(server);
  if (port === new URL(machines.server).port) return [];
  const refused = `dial tcp ${host}: connect: connection refused`;
  return [
    klog(
      kubelet,
      kubelet.since + 350,
      "E",
      "kubelet_node_status.go:107",
      `"Unable to register node with API server" err="Post \\"${server}/api/v1/nodes\\": ${refused}" node="${name}"`,
    ),
    klog(
      kubelet,
      kubelet.since + 700,
      "E",
      "controller.go:145",
      `"Failed to ensure lease exists, will retry" err="Get \\"${server}/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}?timeout=10s\\": ${refused}" interval="200ms"`,
    ),
  ];
}

const noRuntime =
  'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory\\"';

/** What the kubelet told the API server, it said in its journal too. */
async function eventsOf({ admin }: CommandHost, node: Node, kubelet: Unit, now: number): Promise<Entry[]> {
  let events: readonly Event[];
  try {
    const answer = await admin.fetch({ method: "GET", url: "/api/v1/events", headers: { accept: "application/json" } });
    if (answer.status !== 200) return [];
    events = (JSON.parse(await bodyText(answer)) as { items: Event[] }).items;
  } catch (error) {
    if (error instanceof NetError) return lostServer(kubelet, node, now);
    throw error;
  }
  const entries: Entry[] = [];
  for (const { source, type, reason, message = "", involvedObject: object, lastTimestamp, eventTime } of events) {
    if (source?.component !== "kubelet" || source.host !== node.name) continue;
    const at = Date.parse(String(lastTimestamp ?? eventTime ?? ""));
    if (Number.isNaN(at)) continue;
    const about = object.kind === "Node" ? `node="${object.name}"` : `pod="${object.namespace}/${object.name}"`;
    if (type === "Warning")
      entries.push(
        klog(kubelet, at, "E", "pod_workers.go:1324", `"Error syncing pod, skipping" err=${JSON.stringify(message)} ${about} reason="${reason}"`),
      );
    else if (object.kind === "Node")
      entries.push(klog(kubelet, at, "I", "kubelet_node_status.go:724", `"Recording event message for node" ${about} event="${reason}"`));
    else entries.push(klog(kubelet, at, "I", "event.go:389", `"Event occurred" ${about} reason="${reason}" message=${JSON.stringify(message)}`));
  }
  return entries;
}

/** It tries every ten seconds. */
function lostServer(kubelet: Unit, { name }: Node, now: number): Entry[] {
  const text = `"Unable to update node status" err="error getting node \\"${name}\\": the API server cannot be reached: connect: connection refused"`;
  return [klog(kubelet, Math.max(kubelet.since, Math.floor(now / 10_000) * 10_000), "E", "kubelet_node_status.go:549", text)];
}

function klog(unit: Unit, at: number, level: "I" | "W" | "E", place: string, text: string): Entry {
  return own(unit, at, `${level}${klogTime(at)} ${String(unit.pid).padStart(7)} ${place}] ${text}`, level === "E" ? 3 : level === "W" ? 4 : 6);
}

const own = (unit: Unit, at: number, message: string, priority = 6): Entry => ({
  at,
  unit: unit.name,
  identifier: unit.name.replace(/\.service$/, ""),
  pid: unit.pid,
  message,
  priority,
});

const rfc = (at: number) => new Date(at).toISOString().replace("Z", "000000Z");

/** How long something has lasted, as systemd says it: `2min 3s ago`. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  if (days >= 14) return `${Math.floor(days / 7)} weeks ${days % 7} days ago`;
  if (days >= 1) return `${days === 1 ? "1 day" : `${days} days`} ago`;
  if (hours >= 1) return `${hours}h${minutes % 60 ? ` ${minutes % 60}min` : ""} ago`;
  if (minutes >= 1) return `${minutes}min${seconds % 60 ? ` ${seconds % 60}s` : ""} ago`;
  return `${seconds > 0 ? `${seconds}s` : goDuration(milliseconds)} ago`;
}
