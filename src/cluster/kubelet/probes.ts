import type { HttpRequest } from "#base/http.ts";
import type { Container, HTTPHeader, Probe } from "#machinery/types.ts";
import { NetError } from "#shell/process.ts";
import { runtimeGone } from "./container-host.ts";
import { execProblem } from "./exec.ts";
import type { PodHost } from "./pod-host.ts";
import type { ContainerRecord, ProbeKind, ProbeRecord } from "./record.ts";

/** What one run of a probe found. `unknown` is no verdict: the probe itself went wrong. */
export interface Outcome {
  outcome: ProbeRecord["outcome"];
  /** What an Unhealthy event says after `Liveness probe failed: `. */
  message: string;
}

const success: Outcome = { outcome: "success", message: "" };
const failure = (message: string): Outcome => ({ outcome: "failure", message });
/** More of an answer is not shown. */
const longestOutput = 10 * 1024;

/** A number, or the container's port of that name. */
export function portOf(port: number | string | undefined, container: Container): number {
  if (typeof port === "number") return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? Number(port ?? 0);
}

/** Runs a probe once. Blocks the calling task until it has an answer or its time is up. */
export async function runProbe(host: PodHost, uid: string, container: Container, record: ContainerRecord, probe: Probe): Promise<Outcome> {
  const seconds = probe.timeoutSeconds ?? 1;
  const timeUp = new AbortController();
  const timer = host.clock.at(host.clock.now() + seconds * 1000, () => timeUp.abort(timedOut));
  try {
    if (probe.exec) return await exec(host, uid, record, probe.exec.command ?? [], seconds, timeUp.signal);
    const address = host.runtime.stack(uid)?.address ?? "";
    if (probe.httpGet) {
      const { httpGet: get } = probe;
      const asked = { ...get, address: get.host || address, port: portOf(get.port, container) };
      const found = await httpGet(host, uid, asked, timeUp.signal);
      return "problem" in found
        ? failure(found.problem)
        : found.status >= 200 && found.status < 400
          ? success
          : failure(`HTTP probe failed with statuscode: ${found.status}`);
    }
    if (probe.tcpSocket) return tcp(host, uid, probe.tcpSocket.host || address, portOf(probe.tcpSocket.port, container));
    if (probe.grpc) return await grpc(host, uid, address, probe.grpc.port, probe.grpc.service ?? "", seconds, timeUp.signal);
    return success;
  } finally {
    timer.cancel();
  }
}

const timedOut = new Error("timed out");

async function exec(
  host: PodHost,
  uid: string,
  record: ContainerRecord,
  command: readonly string[],
  seconds: number,
  signal: AbortSignal,
): Promise<Outcome> {
  if (host.isHeld) return { outcome: "unknown", message: runtimeGone };
  const live = host.runtime.get(uid, record.id);
  if (!live) return { outcome: "unknown", message: "container not found" };
  const problem = execProblem(live, command);
  if (problem) return { outcome: "unknown", message: `rpc error: code = Unknown desc = ${problem}` };
  try {
    const { code, stdout, stderr } = await live.run(command, signal);
    return code === 0 ? success : failure((stdout + stderr).slice(0, longestOutput));
  } catch (error) {
    if (error !== timedOut) throw error;
    return failure(`command timed out: "${command.join(" ")}" timed out after ${seconds}s`);
  }
}

export interface HttpAsked {
  address: string;
  port: number;
  path?: string;
  scheme?: string;
  httpHeaders?: readonly HTTPHeader[];
}

/** One request of the kubelet's own, from the node. */
export async function httpGet(
  host: PodHost,
  uid: string,
  { address, port, path = "/", scheme = "HTTP", httpHeaders = [] }: HttpAsked,
  signal?: AbortSignal,
): Promise<{ status: number } | { problem: string }> {
  const url = `${scheme.toLowerCase()}://${address}:${port}${path.startsWith("/") ? path : `/${path}`}`;
  const handler = host.runtime.stack(uid)?.handler(port, true, true);
  if (!handler) return { problem: `Get "${url}": dial tcp ${address}:${port}: connect: connection refused` };
  const headers: Record<string, string> = { host: `${address}:${port}`, "user-agent": "kube-probe/1.36", accept: "*/*", connection: "close" };
  for (const { name, value } of httpHeaders) headers[name.toLowerCase()] = value;
  const request: HttpRequest = { method: "GET", url, headers, signal, client: host.address };
  const late = { problem: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)` };
  return host.tasks.block<{ status: number } | { problem: string }>((answer) => {
    signal?.addEventListener("abort", () => answer(late), { once: true });
    host.tasks.detach(async () => {
      try {
        const { status } = await handler(request);
        answer({ status });
      } catch (error) {
        const isPlain = error instanceof NetError && error.code === "EPROTO";
        answer({ problem: `Get "${url}": ${isPlain ? "http: server gave HTTP response to HTTPS client" : "EOF"}` });
      }
    });
  });
}

function tcp(host: PodHost, uid: string, address: string, port: number): Outcome {
  const open = host.runtime.stack(uid)?.handler(port, true, true) !== undefined || host.runtime.health(uid, port) !== undefined;
  return open ? success : failure(`dial tcp ${address}:${port}: connect: connection refused`);
}

async function grpc(
  host: PodHost,
  uid: string,
  address: string,
  port: number,
  service: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const health = host.runtime.health(uid, port);
  if (!health) {
    await host.tasks.block((wake) => signal.addEventListener("abort", () => wake(), { once: true }));
    return failure(`timeout: failed to connect service "${address}:${port}" within ${seconds}s: context deadline exceeded`);
  }
  const state = health(service);
  if (state === undefined) return failure("error: health rpc probe failed: rpc error: code = NotFound desc = unknown service");
  return state === "SERVING" ? success : failure(`service unhealthy (responded with "${state}")`);
}

/** How many outcomes in a row make a verdict. */
export const thresholdOf = (probe: Probe, outcome: ProbeRecord["outcome"]): number =>
  outcome === "success" ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);

export const probeOf = (container: Container, kind: ProbeKind): Probe | undefined =>
  kind === "liveness" ? container.livenessProbe : kind === "readiness" ? container.readinessProbe : container.startupProbe;
