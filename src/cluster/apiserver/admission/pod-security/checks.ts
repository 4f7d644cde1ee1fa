import type { Container, EphemeralContainer, Pod, Volume } from "#machinery/types.ts";

/** What a check finds forbidden: the short of it, and who does it. */
export interface Finding {
  reason: string;
  detail: string;
}

type PodSpec = Pod["spec"];
export type Metadata = Pick<Pod["metadata"], "annotations">;
type AnyContainer = Container | EphemeralContainer;
export type Check = (spec: PodSpec, metadata: Metadata) => Finding | undefined;

const quote = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
const plural = (one: string, many: string, count: number) => (count === 1 ? one : many);
const containersOf = (spec: PodSpec): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];
const namesOf = (spec: PodSpec, isBad: (container: AnyContainer) => boolean) =>
  containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name);
const named = (names: readonly string[]) => `${plural("container", "containers", names.length)} ${quote(names)}`;
const unique = (values: readonly string[]) => [...new Set(values)].sort();

const found = (reason: string, ...details: (string | false | undefined)[]): Finding | undefined => {
  const told = details.filter((detail) => detail !== false && detail !== undefined && detail !== "");
  return told.length > 0 ? { reason, detail: told.join("; ") } : undefined;
};

/** `pod and container "c"`: where a security context stands that is not as it should be. */
const setters = (pod: boolean, containers: readonly string[]) =>
  [pod ? "pod" : "", containers.length > 0 ? named(containers) : ""].filter(Boolean).join(" and ");

const defaultCapabilities = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(" "),
);

function addedCapabilities(spec: PodSpec, isAllowed: (capability: string) => boolean): string | undefined {
  const bad = (container: AnyContainer) => (container.securityContext?.capabilities?.add ?? []).filter((each) => !isAllowed(each));
  const names = namesOf(spec, (container) => bad(container).length > 0);
  if (names.length === 0) return undefined;
  return `${named(names)} must not include ${quote(unique(containersOf(spec).flatMap(bad)))} in securityContext.capabilities.add`;
}

const appArmorTypes = ["RuntimeDefault", "Localhost"];
const isAllowedAppArmor = (profile: string) => profile === "" || profile === "runtime/default" || profile.startsWith("localhost/");

const appArmorProfile: Check = (spec, { annotations = {} }) => {
  const isBad = (type: string | undefined) => type !== undefined && !appArmorTypes.includes(type);
  const pod = spec.securityContext?.appArmorProfile?.type;
  const containers = namesOf(spec, ({ securityContext }) => isBad(securityContext?.appArmorProfile?.type));
  const types = unique([
    ...(isBad(pod) ? [pod ?? ""] : []),
    ...containersOf(spec)
      .flatMap(({ securityContext }) => securityContext?.appArmorProfile?.type ?? [])
      .filter(isBad),
  ]);
  const bad = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith("container.apparmor.security.beta.kubernetes.io/") && !isAllowedAppArmor(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = [setters(isBad(pod), containers), bad.length > 0 && plural("annotation", "annotations", bad.length)].filter(Boolean).join(" and ");
  const count = bad.length + types.length;
  return found(
    plural("forbidden AppArmor profile", "forbidden AppArmor profiles", count),
    who && `${who} must not set AppArmor profile type to ${quote([...types, ...bad])}`,
  );
};

const capabilitiesBaseline: Check = (spec) =>
  found(
    "non-default capabilities",
    addedCapabilities(spec, (each) => defaultCapabilities.has(each)),
  );

const hostNamespaces: Check = (spec) =>
  found(
    "host namespaces",
    [spec.hostNetwork && "hostNetwork=true", spec.hostPID && "hostPID=true", spec.hostIPC && "hostIPC=true"].filter(Boolean).join(", "),
  );

const hostPathVolumes: Check = (spec) => {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return found("hostPath volumes", names.length > 0 && `${plural("volume", "volumes", names.length)} ${quote(names)}`);
};

const hostPorts: Check = (spec) => {
  const portsOf = (container: AnyContainer) => (container.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const names = namesOf(spec, (container) => portsOf(container).length > 0);
  const ports = unique(containersOf(spec).flatMap(portsOf));
  return found(
    "hostPort",
    names.length > 0 && `${named(names)} ${plural("uses", "use", names.length)} ${plural("hostPort", "hostPorts", ports.length)} ${ports.join(", ")}`,
  );
};

const hostProbes: Check = (spec) => {
  const hostsOf = (container: AnyContainer) => {
    const handlers = [
      container.livenessProbe,
      container.readinessProbe,
      container.startupProbe,
      container.lifecycle?.postStart,
      container.lifecycle?.preStop,
    ];
    return handlers.flatMap((each) => [each?.httpGet?.host, each?.tcpSocket?.host]).filter((host): host is string => Boolean(host));
  };
  const names = namesOf(spec, (container) => hostsOf(container).length > 0);
  const hosts = unique(containersOf(spec).flatMap(hostsOf));
  return found(
    "probe or lifecycle host",
    names.length > 0 &&
      `${named(names)} ${plural("uses", "use", names.length)} probe or lifecycle ${plural("host", "hosts", hosts.length)} ${quote(hosts)}`,
  );
};

const privileged: Check = (spec) => {
  const names = namesOf(spec, ({ securityContext }) => securityContext?.privileged === true);
  return found("privileged", names.length > 0 && `${named(names)} must not set securityContext.privileged=true`);
};

/** Pods with users of their own may see the whole of /proc. */
const procMountBaseline: Check = (spec, metadata) => (spec.hostUsers === false ? undefined : procMount(spec, metadata));

const procMount: Check = (spec) => {
  const isBad = (container: AnyContainer) => !["Default", undefined].includes(container.securityContext?.procMount);
  const names = namesOf(spec, isBad);
  const mounts = unique(
    containersOf(spec)
      .filter(isBad)
      .map(({ securityContext }) => securityContext?.procMount ?? ""),
  );
  return found("procMount", names.length > 0 && `${named(names)} must not set securityContext.procMount to ${quote(mounts)}`);
};

const seLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

const seLinuxOptions: Check = (spec) => {
  const all = [spec.securityContext?.seLinuxOptions, ...containersOf(spec).map(({ securityContext }) => securityContext?.seLinuxOptions)];
  type Options = (typeof all)[number];
  const isBadType = (options: Options) => !seLinuxTypes.includes(options?.type ?? "");
  const isBad = (options: Options) => isBadType(options) || Boolean(options?.user) || Boolean(options?.role);
  const who = setters(
    isBad(all[0]),
    namesOf(spec, ({ securityContext }) => isBad(securityContext?.seLinuxOptions)),
  );
  if (!who) return undefined;
  const types = unique(all.filter(isBadType).map((options) => options?.type ?? ""));
  const what = [
    types.length > 0 && `${plural("type", "types", types.length)} ${quote(types)}`,
    all.some((options) => options?.user) && "user may not be set",
    all.some((options) => options?.role) && "role may not be set",
  ].filter(Boolean);
  return found("seLinuxOptions", `${who} set forbidden securityContext.seLinuxOptions: ${what.join("; ")}`);
};

const seccompBaseline: Check = (spec) => {
  const isBad = (type: string | undefined) => type === "Unconfined";
  const who = setters(
    isBad(spec.securityContext?.seccompProfile?.type),
    namesOf(spec, ({ securityContext }) => isBad(securityContext?.seccompProfile?.type)),
  );
  return found("seccompProfile", who && `${who} must not set securityContext.seccompProfile.type to "Unconfined"`);
};

const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

const sysctls: Check = (spec) =>
  found(
    "forbidden sysctls",
    (spec.securityContext?.sysctls ?? [])
      .map(({ name }) => name)
      .filter((name) => !safeSysctls.has(name))
      .join(", "),
  );

const windowsHostProcess: Check = (spec) => {
  const who = setters(
    spec.securityContext?.windowsOptions?.hostProcess === true,
    namesOf(spec, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true),
  );
  return found("hostProcess", who && `${who} must not set securityContext.windowsOptions.hostProcess=true`);
};

const isWindows = ({ os }: PodSpec) => os?.name === "windows";

const allowPrivilegeEscalation: Check = (spec) => {
  if (isWindows(spec)) return undefined;
  const names = namesOf(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  return found("allowPrivilegeEscalation != false", names.length > 0 && `${named(names)} must set securityContext.allowPrivilegeEscalation=false`);
};

const capabilitiesRestricted: Check = (spec) => {
  if (isWindows(spec)) return undefined;
  const names = namesOf(spec, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
  return found(
    "unrestricted capabilities",
    names.length > 0 && `${named(names)} must set securityContext.capabilities.drop=["ALL"]`,
    addedCapabilities(spec, (each) => each === "NET_BIND_SERVICE"),
  );
};

const allowedVolumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image"];

const restrictedVolumes: Check = (spec) => {
  const typeOf = (volume: Volume) => Object.keys(volume).find((key) => key !== "name") ?? "unknown";
  const bad = (spec.volumes ?? []).filter((volume) => !allowedVolumes.includes(typeOf(volume)));
  const types = unique(bad.map(typeOf));
  return found(
    "restricted volume types",
    bad.length > 0 &&
      `${plural("volume", "volumes", bad.length)} ${quote(bad.map(({ name }) => name))} ${plural("uses", "use", bad.length)} restricted volume ${plural("type", "types", types.length)} ${quote(types)}`,
  );
};

const runAsNonRoot: Check = (spec) => {
  const pod = spec.securityContext?.runAsNonRoot;
  const explicit = setters(
    pod === false,
    namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false),
  );
  if (explicit) return found("runAsNonRoot != true", `${explicit} must not set securityContext.runAsNonRoot=false`);
  const silent = pod === true ? [] : namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  return found("runAsNonRoot != true", silent.length > 0 && `pod or ${named(silent)} must set securityContext.runAsNonRoot=true`);
};

const runAsUser: Check = (spec) => {
  const who = setters(
    spec.securityContext?.runAsUser === 0,
    namesOf(spec, ({ securityContext }) => securityContext?.runAsUser === 0),
  );
  return found("runAsUser=0", who && `${who} must not set runAsUser=0`);
};

const seccompRestricted: Check = (spec) => {
  if (isWindows(spec)) return undefined;
  const isGood = (type: string | undefined) => type === "RuntimeDefault" || type === "Localhost";
  const pod = spec.securityContext?.seccompProfile?.type;
  const isBad = (type: string | undefined) => type !== undefined && !isGood(type);
  const who = setters(
    isBad(pod),
    namesOf(spec, ({ securityContext }) => isBad(securityContext?.seccompProfile?.type)),
  );
  if (who) {
    const types = unique(
      [pod, ...containersOf(spec).map(({ securityContext }) => securityContext?.seccompProfile?.type)].filter(isBad).map((type) => type ?? ""),
    );
    return found("seccompProfile", `${who} must not set securityContext.seccompProfile.type to ${quote(types)}`);
  }
  const silent = isGood(pod) ? [] : namesOf(spec, ({ securityContext }) => securityContext?.seccompProfile?.type === undefined);
  return found(
    "seccompProfile",
    silent.length > 0 && `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  );
};

/** In the order in which the real server tells of them. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const baseline: readonly Check[] = [
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMountBaseline,
  seLinuxOptions,
  seccompBaseline,
  sysctls,
  windowsHostProcess,
];

const milder: ReadonlySet<Check> = new Set([capabilitiesBaseline, hostPathVolumes, seccompBaseline]);

/** Checks that say more take the place of those that say less. */
export const restricted: readonly Check[] = [
  ...baseline.filter((check) => !milder.has(check)).map((check) => (check === procMountBaseline ? procMount : check)),
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
];
