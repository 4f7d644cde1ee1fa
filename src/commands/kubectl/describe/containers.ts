import { milliUnits, quantity, wholeUnits } from "#machinery/quantity.ts";
import type { Container, ContainerState, ContainerStatus, EnvVar, Pod, Probe, ResourceRequirements } from "#machinery/types.ts";
import { orNone, type Report } from "./report.ts";

/** The containers of a pod, or of a template, which stands `space` in and has no pod. */
export function describeContainers(
  report: Report,
  title: string,
  containers: readonly Container[] | undefined,
  statuses: readonly ContainerStatus[] | undefined,
  pod: Pod | undefined,
  space: string,
): void {
  report.line(0, `${space}${title}:${containers?.length ? "" : " <none>"}`);
  for (const container of containers ?? []) {
    const status = statuses?.find(({ name }) => name === container.name);
    basics(report, container, status, space);
    command(report, container);
    if (status) state(report, status);
    describeResources(report, container.resources, 2);
    for (const [name, probe] of [
      ["Liveness", container.livenessProbe],
      ["Readiness", container.readinessProbe],
      ["Startup", container.startupProbe],
    ] as const)
      if (probe) report.field(2, name, probeText(probe));
    environmentSources(report, container);
    environment(report, container, pod);
    mounts(report, container);
  }
}

function basics(report: Report, container: Container, status: ContainerStatus | undefined, space: string): void {
  report.line(1, `${space ? " " : ""}${container.name}:`);
  if (status) report.field(2, "Container ID", status.containerID ?? "");
  report.field(2, "Image", container.image ?? "");
  if (status) report.field(2, "Image ID", status.imageID);
  const ports = container.ports ?? [];
  const list = (which: "containerPort" | "hostPort") =>
    ports.map((port) => `${port[which] ?? 0}/${port.protocol ?? ""}${port.name ? ` (${port.name})` : ""}`).join(", ");
  for (const [name, text] of [
    ["Port", list("containerPort")],
    ["Host Port", list("hostPort")],
  ] as const)
    report.field(2, text.includes(",") ? `${name}s` : name, orNone(text));
  const seccomp = container.securityContext?.seccompProfile;
  if (!seccomp) return;
  report.field(2, "SeccompProfile", seccomp.type);
  if (seccomp.type === "Localhost") report.field(3, "LocalhostProfile", seccomp.localhostProfile ?? "");
}

function command(report: Report, container: Container): void {
  for (const [title, words] of [
    ["Command", container.command],
    ["Args", container.args],
  ] as const) {
    if (!words?.length) continue;
    report.line(2, `${title}:`);
    for (const line of words.flatMap((word) => word.split("\n"))) report.line(3, line);
  }
}

function state(report: Report, status: ContainerStatus): void {
  describeState(report, "State", status.state ?? {});
  if (status.lastState?.terminated) describeState(report, "Last State", status.lastState);
  report.field(2, "Ready", status.ready ? "True" : "False").field(2, "Restart Count", status.restartCount);
}

function describeState(report: Report, title: string, { running, waiting, terminated }: ContainerState): void {
  if (running) report.field(2, title, "Running").time(3, "Started", running.startedAt);
  else if (terminated) {
    report
      .field(2, title, "Terminated")
      .field(3, "Reason", terminated.reason || undefined)
      .field(3, "Message", terminated.message || undefined);
    report.field(3, "Exit Code", terminated.exitCode).field(3, "Signal", terminated.signal || undefined);
    report.time(3, "Started", terminated.startedAt).time(3, "Finished", terminated.finishedAt);
  } else report.field(2, title, "Waiting").field(3, "Reason", waiting?.reason || undefined);
}

/** Limits and requests. */
export function describeResources(report: Report, resources: ResourceRequirements | undefined, level: number): void {
  for (const [title, list] of [
    ["Limits", resources?.limits],
    ["Requests", resources?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) report.line(level, `${title}:`);
    for (const name of names) report.field(level + 1, name, list?.[name] ?? "");
  }
}

/** `http-get http://:8080/ delay=0s timeout=1s period=10s #success=1 #failure=3` */
export function probeText(probe: Probe): string {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const numbers = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  if (exec) return `exec [${(exec.command ?? []).join(" ")}] ${numbers}`;
  if (httpGet) {
    const host = httpGet.host?.includes(":") ? `[${httpGet.host}]` : (httpGet.host ?? "");
    return `http-get ${(httpGet.scheme ?? "").toLowerCase()}://${host}:${httpGet.port}${httpGet.path ?? ""} ${numbers}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port} ${numbers}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ""} ${numbers}`;
  return `unknown ${numbers}`;
}

function environmentSources(report: Report, { envFrom }: Container): void {
  if (!envFrom?.length) return;
  report.line(2, "Environment Variables from:");
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const [kind, ref] = configMapRef ? (["ConfigMap", configMapRef] as const) : (["Secret", secretRef] as const);
    report.line(3, `${ref?.name ?? ""}\t${kind}${prefix ? ` with prefix '${prefix}'` : ""}\tOptional: ${ref?.optional ?? false}`);
  }
}

function environment(report: Report, container: Container, pod: Pod | undefined): void {
  const variables = container.env ?? [];
  report.line(2, `Environment:${variables.length > 0 ? "" : "\t<none>"}`);
  for (const variable of variables) {
    if (variable.valueFrom) {
      const text = sourceText(variable, container, pod);
      if (text !== undefined) report.line(3, `${variable.name}:\t${text}`);
    } else
      (variable.value ?? "").split("\n").forEach((line, i) => {
        report.line(3, i === 0 ? `${variable.name}:\t${line}` : `\t${line}`);
      });
  }
}

function sourceText({ valueFrom }: EnvVar, container: Container, pod: Pod | undefined): string | undefined {
  if (valueFrom?.fieldRef)
    return `${pod ? fieldOf(pod, valueFrom.fieldRef.fieldPath) : ""} (${valueFrom.fieldRef.apiVersion ?? "v1"}:${valueFrom.fieldRef.fieldPath})`;
  if (valueFrom?.resourceFieldRef) {
    const { resource, divisor } = valueFrom.resourceFieldRef;
    const value = resourceValue(container, resource, divisor);
    return `${value === "0" && (resource === "limits.cpu" || resource === "limits.memory") ? "node allocatable" : value} (${resource})`;
  }
  if (valueFrom?.secretKeyRef)
    return `<set to the key '${valueFrom.secretKeyRef.key}' in secret '${valueFrom.secretKeyRef.name ?? ""}'>\tOptional: ${valueFrom.secretKeyRef.optional ?? false}`;
  if (valueFrom?.configMapKeyRef)
    return `<set to the key '${valueFrom.configMapKeyRef.key}' of config map '${valueFrom.configMapKeyRef.name ?? ""}'>\tOptional: ${valueFrom.configMapKeyRef.optional ?? false}`;
  return undefined;
}

/** What kubectl itself can look up: of what only the kubelet knows it names the field alone. */
function fieldOf({ metadata }: Pod, path: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map === "labels" || map === "annotations") return metadata[map]?.[key ?? ""] ?? "";
  if (path === "metadata.labels" || path === "metadata.annotations")
    return sortedEntries(metadata[path === "metadata.labels" ? "labels" : "annotations"])
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join("\n");
  return path === "metadata.name" || path === "metadata.namespace" || path === "metadata.uid" ? (metadata[path.slice(9) as "name"] ?? "") : "";
}

const sortedEntries = (map: Readonly<Record<string, string>> | undefined) => Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));

export function resourceValue({ resources }: Container, name: string, divisor: string | undefined): string {
  const [which, ...rest] = name.split(".");
  const value = (which === "limits" ? resources?.limits : resources?.requests)?.[rest.join(".")];
  if (value === undefined) return "0";
  const by = divisor === undefined || divisor === "0" ? 1 : quantity(divisor).nano;
  if (rest[0] === "cpu" && typeof by === "bigint") return String(Math.ceil(milliUnits(value) / (Number(by) / 1e6)));
  return String(Math.ceil(wholeUnits(value) / (typeof by === "bigint" ? Number(by) / 1e9 : 1)));
}

function mounts(report: Report, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length > 0 ? "" : "\t<none>";
  report.line(2, `Mounts:${none}`);
  for (const { mountPath, name, readOnly, subPath } of [...volumeMounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1)))
    report.line(3, `${mountPath} from ${name} (${readOnly ? "ro" : "rw"}${subPath ? `,path=${JSON.stringify(subPath)}` : ""})`);
  if (volumeDevices.length === 0) return;
  report.line(2, `Devices:${none}`);
  for (const { devicePath, name } of [...volumeDevices].sort((a, b) => (a.devicePath < b.devicePath ? -1 : 1)))
    report.line(3, `${devicePath} from ${name}`);
}
