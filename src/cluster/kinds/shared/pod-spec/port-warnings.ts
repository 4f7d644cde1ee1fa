import { type FieldPath, pathText } from "#machinery/status.ts";
import type { Container, ContainerPort } from "#machinery/types.ts";

interface Placed {
  at: string;
  port: ContainerPort;
}

/** Ports of one pod that get in each other's way. */
export function* portWarnings(containers: readonly (readonly [FieldPath, Container])[]): Iterable<string> {
  const byNumber = new Map<string, Placed[]>();
  for (const [path, container] of containers)
    for (const [i, port] of (container.ports ?? []).entries()) {
      const at = pathText([...path, "ports", i]);
      if (port.hostIP && !port.hostPort) yield `${at}: hostIP set without hostPort: ${goPort(port)}`;
      const key = `${port.containerPort}/${port.protocol}`;
      const others = byNumber.get(key) ?? [];
      for (const other of others) {
        const how = clash(port, other.port);
        if (how) yield `${at}: ${how} port definition with ${other.at}`;
      }
      byNumber.set(key, [...others, { at, port }]);
    }

  const byName = new Map<string, string>();
  for (const [path, container] of containers)
    for (const [i, { name }] of (container.ports ?? []).entries()) {
      if (!name) continue;
      const at = pathText([...path, "ports", i]);
      const other = byName.get(name);
      if (other)
        yield `${at}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`;
      else byName.set(name, at);
    }
}

function clash(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ipA = "", ipB = "", portA = 0, portB = 0] = [a.hostIP, b.hostIP, a.hostPort, b.hostPort];
  if (ipA === ipB && portA === portB) return "duplicate";
  if (portA === 0 || portB === 0) return "overlapping";
  return portA === portB && (ipA === "") !== (ipB === "") ? "dangerously ambiguous" : undefined;
}

const goPort = ({ name = "", hostPort = 0, containerPort, protocol, hostIP = "" }: ContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol ?? ""} HostIP:${hostIP}}`;
