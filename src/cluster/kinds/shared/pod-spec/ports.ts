import { portNameProblems, portNumberProblems } from "#machinery/names.ts";
import type { Container, ContainerPort } from "#machinery/types.ts";
import { checkChoice } from "../checks.ts";
import type { Field } from "../field.ts";

export const protocols = ["SCTP", "TCP", "UDP"];

export function checkPorts(field: Field, ports: readonly ContainerPort[]): void {
  const names = new Set<string>();
  let index = 0;
  for (const port of ports) {
    const at = field.at(index++);
    if (port.name) {
      const problems = portNameProblems(port.name);
      if (problems.length > 0) at.at("name").problems(port.name, problems);
      else if (names.has(port.name)) at.at("name").duplicate(port.name);
      else names.add(port.name);
    }
    if (!port.containerPort) at.at("containerPort").required();
    else at.at("containerPort").problems(port.containerPort, portNumberProblems(port.containerPort));
    if (port.hostPort) at.at("hostPort").problems(port.hostPort, portNumberProblems(port.hostPort));
    checkChoice(at.at("protocol"), port.protocol, protocols);
  }
}

/** Containers of one pod cannot share a port of the host. */
export function checkHostPortConflicts(field: Field, containers: readonly Container[]): void {
  const taken = new Set<string>();
  for (const [i, container] of containers.entries())
    for (const [j, { protocol, hostIP = "", hostPort }] of (container.ports ?? []).entries()) {
      if (!hostPort) continue;
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) field.at(i, "ports", j, "hostPort").duplicate(port);
      taken.add(port);
    }
}
