import type { Machine as Node, ServiceName } from "#machinery/machines.ts";
import { kubeletCommand, processIdOf } from "#machinery/service-process.ts";
import type { FileSystem } from "#shell/file-system.ts";

/** A unit of systemd, as far as a node has it. */
export interface Unit {
  /** With its ending: `kubelet.service`. */
  name: string;
  description: string;
  docs?: string;
  load: "loaded" | "not-found" | "masked";
  active: "active" | "inactive" | "activating" | "failed";
  /** `running`, `dead`, `auto-restart`, `exited`. */
  sub: string;
  enabled: "enabled" | "disabled" | "static" | "masked";
  since: number;
  path: string;
  dropIns: readonly string[];
  /** Which of the services that can be started and stopped it is. */
  service?: ServiceName | undefined;
  pid: number;
  /** The command line of its main process. */
  command: string;
  problem?: string | undefined;
}

/** What systemd runs beside the cluster: always there. */
const others: readonly (readonly [name: string, description: string, command: string])[] = [
  ["cron", "Regular background program processing daemon", "/usr/sbin/cron -f"],
  ["dbus", "D-Bus System Message Bus", "@dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only"],
  ["rsyslog", "System Logging Service", "/usr/sbin/rsyslogd -n -iNONE"],
  ["ssh", "OpenBSD Secure Shell server", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"],
  ["systemd-journald", "Journal Service", "/lib/systemd/systemd-journald"],
  ["systemd-logind", "User Login Management", "/lib/systemd/systemd-logind"],
  ["systemd-udevd", "Rule-based Manager for Device Events and Files", "/lib/systemd/systemd-udevd"],
];

const aliases: Readonly<Record<string, string>> = { sshd: "ssh" };
const clusterServices = ["containerd", "kubelet"] as const;
const folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

/** `kubelet` as systemd names it. */
export const unitName = (name: string): string => (/\.(service|socket|target|timer|mount|slice|path|scope)$/.test(name) ? name : `${name}.service`);

/** A unit by its name; undefined where there is none. */
export function unitNamed(node: Node, fs: FileSystem, name: string): Unit | undefined {
  const full = unitName(name);
  const short = full.replace(/\.service$/, "");
  const own = clusterServices.find((service) => service === short);
  if (own) return clusterUnit(node, fs, own);
  const other = others.find(([known]) => known === (aliases[short] ?? short));
  if (other) return otherUnit(node, other);
  const path = folders.map((folder) => `${folder}/${full}`).find((at) => fs.stat(at));
  return path === undefined ? undefined : foreignUnit(node, fs, full, path);
}

/** All that are loaded, by name. */
export const allUnits = (node: Node, fs: FileSystem): Unit[] =>
  [...clusterServices.map((name) => clusterUnit(node, fs, name)), ...others.map((other) => otherUnit(node, other))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );

function clusterUnit(node: Node, fs: FileSystem, service: ServiceName): Unit {
  const { active, since, enabled, problem } = node.service(service);
  const name = `${service}.service`;
  const path = folders.map((folder) => `${folder}/${name}`).find((at) => fs.stat(at)) ?? `/usr/lib/systemd/system/${name}`;
  const settings = fs.stat(path) ? settingsOf(fs.readText(path)) : {};
  const fails = active && problem !== undefined;
  return {
    name,
    description: settings.Description ?? (service === "kubelet" ? "kubelet: The Kubernetes Node Agent" : "containerd container runtime"),
    docs: settings.Documentation ?? (service === "kubelet" ? "https://kubernetes.io/docs/" : "https://containerd.io"),
    load: "loaded",
    active: fails ? "activating" : active ? "active" : "inactive",
    sub: fails ? "auto-restart" : active ? "running" : "dead",
    enabled: enabled ? "enabled" : "disabled",
    since,
    path,
    dropIns: dropInsOf(fs, name),
    service,
    pid: processIdOf(service, since),
    command: service === "kubelet" ? kubeletCommand(kubeletFlags(fs)) : "/usr/bin/containerd",
    problem,
  };
}

function otherUnit(node: Node, [name, description, command]: readonly [name: string, description: string, command: string]): Unit {
  return {
    name: `${name}.service`,
    description,
    load: "loaded",
    active: "active",
    sub: "running",
    enabled: name.startsWith("systemd") || name === "dbus" ? "static" : "enabled",
    since: node.onSince() ?? 0,
    path: `/lib/systemd/system/${name}.service`,
    dropIns: [],
    pid: processIdOf(name, 0),
    command,
  };
}

/** A unit that somebody wrote: known, and never run. */
function foreignUnit(node: Node, fs: FileSystem, name: string, path: string): Unit {
  const settings = settingsOf(fs.readText(path));
  return {
    name,
    description: settings.Description ?? name,
    load: "loaded",
    active: "inactive",
    sub: "dead",
    enabled: fs.stat(`/etc/systemd/system/multi-user.target.wants/${name}`, { follow: false }) ? "enabled" : "disabled",
    since: node.onSince() ?? 0,
    path,
    dropIns: dropInsOf(fs, name),
    pid: 0,
    command: settings.ExecStart ?? "",
  };
}

function dropInsOf(fs: FileSystem, name: string): string[] {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const directory = `${folder}/${name}.d`;
    if (fs.stat(directory)?.kind !== "directory") continue;
    // Of one name the first counts, and /lib is /usr/lib.
    for (const file of fs.list(directory)) if (file.endsWith(".conf") && !found.has(file)) found.set(file, `${directory}/${file}`);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** The settings of a unit's file; of those that come more than once the last. */
export function settingsOf(text: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*)$/.exec(line.trim()) ?? [];
    if (key !== undefined) settings[key] = value ?? "";
  }
  return settings;
}

/** The flags that kubeadm wrote for the kubelet of this machine. */
function kubeletFlags(fs: FileSystem): string {
  const file = "/var/lib/kubelet/kubeadm-flags.env";
  return fs.stat(file) ? (/KUBELET_KUBEADM_ARGS="?([^"\n]*)/.exec(fs.readText(file))?.[1] ?? "") : "";
}
