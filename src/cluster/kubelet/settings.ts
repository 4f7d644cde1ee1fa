import { parseGoDuration } from "#machinery/duration.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { FileSystem } from "#shell/file-system.ts";

/** Where a kubelet's settings lie: while nothing there was changed they are right. */
export const settingsPaths = [
  "/usr/lib/systemd/system",
  "/etc/systemd/system",
  "/etc/default/kubelet",
  "/var/lib/kubelet",
  "/etc/kubernetes",
  "/usr/bin/kubelet",
];

const units = ["/etc/systemd/system/kubelet.service", "/usr/lib/systemd/system/kubelet.service"];
const dropIns = ["/usr/lib/systemd/system/kubelet.service.d", "/etc/systemd/system/kubelet.service.d"];

/** Flags of the kubelet, as its documentation lists them. https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ */
const flags =
  "address allowed-unsafe-sysctls anonymous-auth authentication-token-webhook authentication-token-webhook-cache-ttl authorization-mode " +
  "authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root " +
  "cgroups-per-qos client-ca-file cloud-provider cluster-dns cluster-domain config config-dir container-log-max-files container-log-max-size " +
  "container-runtime-endpoint contention-profiling cpu-cfs-quota cpu-cfs-quota-period cpu-manager-policy cpu-manager-policy-options " +
  "cpu-manager-reconcile-period enable-controller-attach-detach enable-debugging-handlers enable-server enforce-node-allocatable event-burst event-qps " +
  "eviction-hard eviction-max-pod-grace-period eviction-minimum-reclaim eviction-pressure-transition-period eviction-soft eviction-soft-grace-period " +
  "exit-on-lock-contention experimental-allocatable-ignore-eviction fail-swap-on feature-gates file-check-frequency hairpin-mode healthz-bind-address " +
  "healthz-port help hostname-override http-check-frequency image-credential-provider-bin-dir image-credential-provider-config " +
  "image-gc-high-threshold image-gc-low-threshold image-service-endpoint keep-terminated-pod-volumes kernel-memcg-notification kube-api-burst " +
  "kube-api-content-type kube-api-qps kube-reserved kube-reserved-cgroup kubeconfig kubelet-cgroups local-storage-capacity-isolation lock-file " +
  "log-flush-frequency logging-format manifest-url manifest-url-header max-open-files max-pods maximum-dead-containers " +
  "maximum-dead-containers-per-container memory-manager-policy minimum-container-ttl-duration minimum-image-ttl-duration node-ip node-labels " +
  "node-status-max-images node-status-update-frequency oom-score-adj pod-cidr pod-infra-container-image pod-manifest-path pod-max-pids " +
  "pods-per-core port protect-kernel-defaults provider-id qos-reserved read-only-port register-node register-schedulable register-with-taints " +
  "registry-burst registry-qps reserved-cpus reserved-memory resolv-conf root-dir rotate-certificates rotate-server-certificates " +
  "runtime-cgroups runtime-request-timeout seccomp-default serialize-image-pulls streaming-connection-idle-timeout sync-frequency system-cgroups " +
  "system-reserved system-reserved-cgroup tls-cert-file tls-cipher-suites tls-min-version tls-private-key-file topology-manager-policy " +
  "topology-manager-policy-options topology-manager-scope v version vmodule volume-plugin-dir volume-stats-agg-period";

/** What is wrong with a kubelet's settings, if anything is. */
export interface Trouble {
  /** Why it ends as soon as it is started. */
  fails?: string;
  /** It runs, and looks for the API server where it is not. */
  isLost?: true;
}

/** Reads a kubelet's settings as systemd and the kubelet do. `server` is where the API server is: `https://172.30.1.2:6443`. */
export function troubleOf(fs: FileSystem, servers: readonly string[]): Trouble | undefined {
  const unit = units.find((path) => isFile(fs, path));
  if (unit === undefined) return undefined;
  const parts = dropIns.flatMap((directory) =>
    fs.stat(directory)?.kind === "directory" ? fs.list(directory).map((name) => `${directory}/${name}`) : [],
  );
  const { command, variables } = commandOf(fs, [unit, ...parts.filter((path) => path.endsWith(".conf"))]);
  const words = command
    .split(/\s+/)
    .flatMap((word) => (word.startsWith("$") ? (variables.get(word.replace(/[${}]/g, "")) ?? "").split(/\s+/) : [word]))
    .filter((word) => word !== "");
  const [program = "", ...args] = words;
  if (!isFile(fs, program)) return { fails: `failed to locate executable ${program}: No such file or directory` };

  const options = new Map<string, string>();
  for (const [i, arg] of args.entries()) {
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) continue;
    if (!flags.split(" ").includes(name)) return { fails: `failed to parse kubelet flag: unknown flag: --${name}` };
    options.set(name, value ?? args[i + 1] ?? "");
  }
  return configTrouble(fs, options.get("config")) ?? clientTrouble(fs, options.get("kubeconfig"), options.get("bootstrap-kubeconfig"), servers);
}

const isFile = (fs: FileSystem, path: string) => fs.stat(path)?.kind === "file";

/** The last command that the unit's files give, and the variables that they set. */
function commandOf(fs: FileSystem, paths: readonly string[]): { command: string; variables: Map<string, string> } {
  const variables = new Map<string, string>();
  let command = "";
  const set = (text: string) => {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text.trim().replace(/^(["'])(.*)\1$/s, "$2")) ?? [];
    if (name !== undefined) variables.set(name, (value ?? "").replace(/^(["'])(.*)\1$/s, "$2"));
  };
  for (const path of paths)
    for (const line of fs.readText(path).split("\n")) {
      const [, key, value = ""] = /^\s*(ExecStart|Environment|EnvironmentFile)\s*=(.*)$/.exec(line) ?? [];
      if (key === "ExecStart") command = value.trim();
      else if (key === "Environment") set(value);
      else if (key === "EnvironmentFile") {
        const file = value.trim().replace(/^-/, "");
        if (isFile(fs, file)) for (const each of fs.readText(file).split("\n")) if (!each.trim().startsWith("#")) set(each);
      }
    }
  return { command, variables };
}

function configTrouble(fs: FileSystem, path: string | undefined): Trouble | undefined {
  if (path === undefined || path === "") return undefined;
  const failed = (why: string): Trouble => ({
    fails: `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error ${why}`,
  });
  if (!isFile(fs, path)) return failed(`failed to read kubelet config file "${path}", error: open ${path}: no such file or directory`);
  try {
    const config = parseYaml(fs.readText(path)).value as Partial<KubeletConfiguration> | null;
    if (config?.kind !== "KubeletConfiguration" || config.apiVersion !== "kubelet.config.k8s.io/v1beta1")
      return failed(
        `no kind "${config?.kind ?? ""}" is registered for version "${config?.apiVersion ?? ""}" in scheme "pkg/kubelet/apis/config/scheme/scheme.go:33"`,
      );
    const authority = config.authentication?.x509?.clientCAFile;
    if (authority && !isFile(fs, authority))
      return {
        fails: `failed to construct kubelet dependencies: unable to load client CA file ${authority}: open ${authority}: no such file or directory`,
      };
    const endpoint = config.containerRuntimeEndpoint;
    if (endpoint && endpoint !== "unix:///run/containerd/containerd.sock" && endpoint !== "unix:///var/run/containerd/containerd.sock")
      return {
        fails: `failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint "${endpoint}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${endpoint.replace("unix://", "")}: connect: no such file or directory"`,
      };
    return undefined;
  } catch (error) {
    if (error instanceof YamlError) return failed(`error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

/** What a kubelet keeps free unless its settings say otherwise. */
const usualLeastMemory = "100Mi";

/** How long a kubelet says that its node is under pressure after it last was, unless its settings say otherwise. */
const usualTransition = 300_000;

/** When a kubelet ends pods for memory, and for how long it says so. */
export interface PressureSettings {
  /** How much must be left: a quantity, or so many per cent. */
  least: string;
  transition: number;
}

export const usualPressure: PressureSettings = { least: usualLeastMemory, transition: usualTransition };

export function pressureOf(fs: FileSystem): PressureSettings {
  const path = "/var/lib/kubelet/config.yaml";
  if (!isFile(fs, path)) return usualPressure;
  try {
    const config = parseYaml(fs.readText(path)).value as Partial<KubeletConfiguration> | null;
    const least = config?.evictionHard?.["memory.available"];
    const transition = parseGoDuration(config?.evictionPressureTransitionPeriod ?? "");
    return {
      least: least !== undefined && /^\d+(\.\d+)?(%|[KMGT]i?|k)?$/.test(least) ? least : usualLeastMemory,
      // Nothing stands for the usual time, too.
      transition: typeof transition === "number" && transition > 0 ? transition : usualTransition,
    };
  } catch (error) {
    if (error instanceof YamlError) return usualPressure;
    throw error;
  }
}

/** Whom a kubelet lets ask it, as its settings say. */
export interface KubeletAccess {
  anonymous: boolean;
  mode: string;
}

export const usualAccess: KubeletAccess = { anonymous: false, mode: "Webhook" };

export function accessOf(fs: FileSystem): KubeletAccess {
  const path = "/var/lib/kubelet/config.yaml";
  if (!isFile(fs, path)) return usualAccess;
  try {
    const config = parseYaml(fs.readText(path)).value as Partial<KubeletConfiguration> | null;
    return { anonymous: config?.authentication?.anonymous?.enabled ?? true, mode: config?.authorization?.mode ?? "AlwaysAllow" };
  } catch (error) {
    if (error instanceof YamlError) return usualAccess;
    throw error;
  }
}

interface KubeletConfiguration {
  authorization: { mode?: string };
  evictionHard: Readonly<Record<string, string>>;
  evictionPressureTransitionPeriod: string;
  kind: string;
  apiVersion: string;
  authentication: { anonymous?: { enabled?: boolean }; x509?: { clientCAFile?: string } };
  containerRuntimeEndpoint: string;
}

function clientTrouble(fs: FileSystem, path: string | undefined, bootstrap: string | undefined, servers: readonly string[]): Trouble | undefined {
  if (path === undefined) return undefined;
  if (!isFile(fs, path)) {
    if (bootstrap !== undefined && isFile(fs, bootstrap)) return undefined;
    return {
      fails: `failed to run Kubelet: unable to load bootstrap kubeconfig: stat ${bootstrap ?? path}: no such file or directory`,
    };
  }
  const [, server = ""] = /^\s*server:\s*(\S+)/m.exec(fs.readText(path)) ?? [];
  return servers.includes(server) ? undefined : { isLost: true };
}
