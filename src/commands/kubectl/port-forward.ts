import { bodyText, type HttpRequest, type HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { Pod, Service } from "#machinery/types.ts";
import { NetError } from "#shell/process.ts";
import { duration, strings } from "../cli/flags.ts";
import type { Thing } from "./api/server.ts";
import { type Asked, type Context, defineCommand } from "./command.ts";
import { CommandError, usageError } from "./errors.ts";
import { attachablePod } from "./exec.ts";
import { podPath } from "./pods-of.ts";
import { find } from "./resources/find.ts";
import { waitUntil } from "./waiting.ts";

const flags = {
  address: strings({ default: ["localhost"], help: "Addresses to listen on: IP addresses, or localhost, which is both 127.0.0.1 and ::1." }),
  "pod-running-timeout": duration({ default: 60_000, help: "How long to wait for a pod to run." }),
} as const;

export const portForward = defineCommand({
  name: "port-forward",
  group: "Troubleshooting and Debugging Commands:",
  usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  summary: "Forward one or more local ports to a pod",
  description: `Forward one or more local ports to a pod.

 Of a deployment, a service or another object with pods, one pod is chosen. The command ends when that pod does. HTTP is what the simulated network carries.`,
  examples: `# Ports 5000 and 6000 to those of a pod
kubectl port-forward pod/web 5000 6000

# Port 8080 to the port http of a service's pod
kubectl port-forward service/web 8080:http

# Any port to port 80
kubectl port-forward pod/web :80`,
  flags,
  completes: "pods",

  async run(context) {
    const { flags: f, args, kube, process } = context;
    if (args.length < 2) throw usageError(context, "TYPE/NAME and list of ports are required for port-forward");
    if (f["pod-running-timeout"] <= 0) throw usageError(context, "--pod-running-timeout must be higher than zero");
    const object = await objectOf(context, args[0] ?? "");
    const found = await attachablePod(kube, object, f["pod-running-timeout"]);
    const ports = args.slice(1).map((text) => numbered(text, found, object.kind === "Service" ? (object as unknown as Service) : undefined));
    const pod = await kube.server.get<Pod>(podPath(found.metadata.namespace, found.metadata.name));
    if (pod.status?.phase !== "Running")
      throw new CommandError(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ""}`);
    const addresses = addressesOf(f.address);
    const forwards = ports.map(portsOf);
    const closers: (() => void)[] = [];
    try {
      for (const { local, remote } of forwards) {
        const port = local === 0 ? process.machine.random.between(32_768, 60_999) : local;
        const close = listen(context, pod, port, remote, addresses);
        if (close) closers.push(close);
      }
      if (closers.length === 0)
        throw new CommandError(
          `unable to listen on any of the requested ports: [${forwards.map(({ local, remote }) => `{${local} ${remote}}`).join(" ")}]`,
        );
      await context.out.flush();
      await ended(context, pod);
    } finally {
      for (const close of closers) close();
    }
    throw new CommandError("lost connection to pod");
  },
});

async function objectOf({ kube, process }: Asked<typeof flags>, name: string): Promise<Thing> {
  const found = await find(kube, process, { args: [name.includes("/") ? name : `pods/${name}`] });
  for await (const entry of found.targets()) {
    if ("error" in entry) throw entry.error;
    if (entry.object) return entry.object;
  }
  throw new CommandError("pod name or resource type/name must be specified");
}

/** `8080:80`, with the pod's own port behind a service's port or a name. */
function numbered(text: string, pod: Pod, service: Service | undefined): string {
  const parts = text.split(":");
  const [local = "", remote = ""] = parts.length === 2 ? parts : [parts[0], parts[0]];
  if (remote === "") throw new CommandError("remote port cannot be empty");
  const isNumber = /^[+-]?\d+$/.test(remote);
  if (!service) {
    const port = isNumber ? undefined : namedPort(pod, remote);
    const protocols = pod.spec.containers
      .flatMap(({ ports = [] }) => ports)
      .filter(({ containerPort }) => containerPort === (port ?? Number(remote)))
      .map(({ protocol }) => protocol);
    checkProtocol(protocols, remote);
    const target = String(port ?? remote);
    return local === remote ? target : `${local}:${target}`;
  }
  const port = (service.spec.ports ?? []).find((candidate) => (isNumber ? candidate.port === Number(remote) : candidate.name === remote));
  if (!port)
    throw new CommandError(
      isNumber
        ? `Service ${service.metadata.name} does not have a service port ${Number(remote)}`
        : `Service '${service.metadata.name}' does not have a named port '${remote}'`,
    );
  checkProtocol(
    (service.spec.ports ?? []).filter((candidate) => candidate.port === port.port).map(({ protocol }) => protocol),
    remote,
  );
  const from = local === remote ? String(port.port) : local;
  const headless = service.spec.clusterIP === "None";
  const to = headless ? port.port : typeof port.targetPort === "string" ? namedPort(pod, port.targetPort) : port.targetPort || port.port;
  return from === String(to) ? from : `${from}:${to}`;
}

function checkProtocol(protocols: readonly (string | undefined)[], shown: string): void {
  if (protocols.includes("UDP") && !protocols.includes("TCP")) throw new CommandError(`UDP protocol is not supported for ${shown}`);
}

function namedPort({ metadata, spec }: Pod, name: string): number {
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always")];
  const port = containers.flatMap(({ ports = [] }) => ports).find((candidate) => candidate.name === name);
  if (!port) throw new CommandError(`Pod '${metadata.name}' does not have a named port '${name}'`);
  return port.containerPort;
}

function portsOf(text: string): { local: number; remote: number } {
  const parts = text.split(":");
  if (parts.length > 2) throw new CommandError(`invalid port format '${text}'`);
  const [local = "", remote = local] = parts;
  const read = (which: "local" | "remote", digits: string): number => {
    const problem = !/^\d+$/.test(digits) ? "invalid syntax" : Number(digits) > 65_535 ? "value out of range" : undefined;
    if (problem) throw new CommandError(`error parsing ${which} port '${digits}': strconv.ParseUint: parsing ${JSON.stringify(digits)}: ${problem}`);
    return Number(digits);
  };
  const ports = { local: read("local", local || "0"), remote: read("remote", remote) };
  if (ports.remote === 0) throw new CommandError("remote port must be > 0");
  return ports;
}

function addressesOf(given: readonly string[]): string[] {
  const addresses = given.flatMap((address) => {
    if (address === "localhost") return ["127.0.0.1", "::1"];
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) && !/^[0-9a-f:]*:[0-9a-f:.]*$/i.test(address)) throw new CommandError(`${address} is not a valid IP`);
    return [address];
  });
  return [...new Set(addresses)].sort();
}

const shownAddress = (address: string): string => (address.includes(":") ? `[${address}]` : address);

/** Listens on a port of the machine and passes what comes to the pod's port; undefined where the port is taken. */
function listen(context: Context, pod: Pod, local: number, remote: number, addresses: readonly string[]): (() => void) | undefined {
  const { out, process } = context;
  const { net } = process.machine;
  const isLocal = addresses.every((address) => address === "::1" || address.startsWith("127."));
  try {
    const close = net.listen(local, (request) => pass(context, pod, local, remote, request), isLocal ? "127.0.0.1" : "0.0.0.0");
    for (const address of addresses) out.line(`Forwarding from ${shownAddress(address)}:${local} -> ${remote}`);
    return close;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const errors = addresses.map(
      (address) =>
        `unable to create listener: Error listen ${address.includes(":") ? "tcp6" : "tcp4"} ${shownAddress(address)}:${local}: bind: address already in use`,
    );
    out.error(`Unable to listen on port ${local}: Listeners failed to create with the following errors: [${errors.join(" ")}]`);
    return undefined;
  }
}

async function pass({ kube, out }: Context, { metadata }: Pod, local: number, remote: number, request: HttpRequest): Promise<HttpResponse> {
  out.line(`Handling connection for ${local}`);
  await out.flush();
  const { pathname, search } = new URL(request.url, "http://localhost");
  const url = `${podPath(metadata.namespace, `${metadata.name}:${remote}`, "proxy")}${pathname}${search}`;
  const answer = await kube.server.pass({ ...request, url });
  if (answer.status !== 503 || !String(answer.headers["content-type"] ?? "").includes("json")) return answer;
  const text = await bodyText(answer);
  if (!text.includes('"kind":"Status"')) return { ...answer, body: bytesOf(text) };
  const why = `failed to connect to localhost:${remote} inside the pod's network namespace: dial tcp4 127.0.0.1:${remote}: connect: connection refused`;
  kube.log(
    "E",
    "portforward.go:424",
    `"Unhandled Error" err="an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${metadata.uid ?? ""}, uid : ${why}"`,
  );
  await out.flush();
  throw new NetError("ECONNRESET", "Empty reply from server");
}

/** Waits until the pod runs no more. */
async function ended({ kube }: Context, { metadata }: Pod): Promise<void> {
  const resource = await kube.resource("pods");
  const target = { resource, namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
  await waitUntil(kube, target, 0, (now) => {
    const status = (now as unknown as Pod | undefined)?.status;
    return now?.metadata.uid !== metadata.uid || status?.phase !== "Running";
  });
}
