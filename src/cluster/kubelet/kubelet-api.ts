import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { Pipe, type Source } from "#base/streams.ts";
import type { RemoteCommand } from "#machinery/client.ts";
import type { ExecOptions, KubeletApi, LogOptions } from "#machinery/kubelet.ts";
import { badRequest, notFound, StatusError, serviceUnavailable } from "#machinery/status.ts";
import type { Pod } from "#machinery/types.ts";
import { NetError } from "#shell/process.ts";
import type { Container } from "./container.ts";
import { runtimeGone } from "./container-host.ts";
import { execIn, failedCommand, success } from "./exec.ts";
import type { Kubelet } from "./kubelet.ts";
import { readLog } from "./logs.ts";
import { type ContainerRecord, newest, previous } from "./record.ts";
import { nodeUsage, podUsage } from "./usage.ts";

/** What kubelets answer to the API server; `kubeletOf` finds the one of a node, if it runs. */
export function kubeletApi(kubeletOf: (node: string) => Kubelet | undefined): KubeletApi {
  const at = (pod: Pod, path: string): Kubelet => {
    const { nodeName } = pod.spec;
    if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
    const kubelet = kubeletOf(nodeName);
    if (kubelet?.isHeld) throw new StatusError(500, "", runtimeGone);
    if (kubelet) return kubelet;
    const address = pod.status?.hostIP ?? nodeName;
    throw new StatusError(500, "", `Get "https://${address}:10250/${path}": dial tcp ${address}:10250: connect: connection refused`);
  };
  const pathOf = (verb: string, { metadata }: Pod, container: string) => `${verb}/${metadata.namespace}/${metadata.name}/${container}`;

  return {
    logs: async (pod, container, options) => logs(at(pod, pathOf("containerLogs", pod, container)), pod, container, options),
    exec: async (pod, container, options) => exec(at(pod, pathOf("exec", pod, container)), pod, container, options),
    attach: async (pod, container, options) => attach(at(pod, pathOf("attach", pod, container)), pod, container, options),
    usage(pod, end) {
      const kubelet = kubeletOf(pod.spec.nodeName ?? "");
      return kubelet ? podUsage(kubelet, pod, end) : [];
    },
    nodeUsage(node, end) {
      const kubelet = kubeletOf(node);
      return kubelet && nodeUsage(kubelet, end);
    },
    proxy: async (pod, port, request) => proxy(at(pod, `portForward/${pod.metadata.namespace}/${pod.metadata.name}`), pod, port, request),
  };
}

// --- logs

function logs(kubelet: Kubelet, pod: Pod, name: string, options: LogOptions): Source {
  const worker = kubelet.worker(pod);
  const record = worker && logged(worker.record, pod, name, options.previous);
  if (!record) throw notThere(pod, name, options.previous);
  return readLog(kubelet.runtime.log(pod.metadata.uid ?? "", record.id), options, record.state !== "running", kubelet.tasks);
}

/** The run of a container whose log is meant: the one before the last, or the last that began. */
function logged(record: Parameters<typeof newest>[0], pod: Pod, name: string, before: boolean): ContainerRecord | undefined {
  const last = newest(record, name);
  const ran = last?.state === "created" ? previous(record, name) : last;
  if (!before) return ran;
  const waits = pod.status?.containerStatuses?.some((status) => status.name === name && status.state?.waiting && status.lastState?.terminated);
  return waits && ran?.state === "exited" ? ran : previous(record, name);
}

function notThere(pod: Pod, name: string, before: boolean): StatusError {
  if (before) return badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
  const statuses = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ];
  const reason = statuses.find((status) => status.name === name)?.state?.waiting?.reason;
  const why =
    reason === "ErrImagePull"
      ? "image can't be pulled"
      : reason === "ImagePullBackOff"
        ? "trying and failing to pull image"
        : (reason ?? "ContainerCreating");
  return badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}

// --- commands

function running(kubelet: Kubelet, pod: Pod, name: string): Container | undefined {
  const record = kubelet.worker(pod)?.record;
  const last = record && newest(record, name);
  return last?.state === "running" ? kubelet.runtime.get(record?.uid ?? "", last.id) : undefined;
}

function exec(kubelet: Kubelet, pod: Pod, name: string, options: ExecOptions): RemoteCommand {
  const container = running(kubelet, pod, name);
  if (!container) return failedCommand(kubelet.tasks, `unable to upgrade connection: container not found ("${name}")`);
  return execIn(container, options, kubelet.tasks);
}

function attach(kubelet: Kubelet, pod: Pod, name: string, options: Omit<ExecOptions, "command">): RemoteCommand {
  const container = running(kubelet, pod, name);
  if (!container)
    return failedCommand(
      kubelet.tasks,
      `unable to upgrade connection: container ${name} not found in pod ${pod.metadata.name}_${pod.metadata.namespace}`,
    );

  const { stdin, stdout, stderr, detach } = container.attach();
  const typed = new Pipe(kubelet.tasks);
  if (options.stdin && stdin)
    kubelet.tasks.detach(async () => {
      for (let bytes = await typed.read(); bytes; bytes = await typed.read()) stdin.push(bytes);
      if (container.config.stdinOnce) stdin.close();
    });
  return {
    stdin: typed,
    stdout,
    stderr,
    resize: (columns, rows) => container.resize(columns, rows),
    result: container.whenEnded().then(() => success),
    abort() {
      detach();
      typed.close();
    },
  };
}

// --- requests

async function proxy(kubelet: Kubelet, pod: Pod, port: number, request: HttpRequest): Promise<HttpResponse> {
  const stack = kubelet.runtime.stack(pod.metadata.uid ?? "");
  if (!stack) throw notFound({ group: "", resource: "pods" }, pod.metadata.name ?? "");
  const handler = stack.handler(port, true);
  if (!handler) throw serviceUnavailable(`error trying to reach service: dial tcp ${stack.address}:${port}: connect: connection refused`);
  const url = request.url.startsWith("/") ? `http://${stack.address}:${port}${request.url}` : request.url;
  try {
    return await handler({ ...request, url, client: kubelet.address });
  } catch (error) {
    if (error instanceof NetError) throw serviceUnavailable(`error trying to reach service: ${error.message}`);
    throw error;
  }
}
