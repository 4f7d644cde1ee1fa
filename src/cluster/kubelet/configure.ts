import type { Image } from "#cluster/images/image.ts";
import type { Pulled } from "#cluster/images/registry.ts";
import { milliUnits, wholeUnits } from "#machinery/quantity.ts";
import type { Container, Pod } from "#machinery/types.ts";
import { usualPath } from "#shell/executable.ts";
import type { ContainerConfig, ContainerMount } from "./container-config.ts";
import { podText } from "./containers.ts";
import { ConfigProblem, environmentOf, expand } from "./environment.ts";
import { hostnameOf } from "./pod-dns.ts";
import type { PodHost } from "./pod-host.ts";
import { refusedProfile } from "./profiles.ts";
import type { PodRecord } from "./record.ts";

/** What a container is to be made of, or why it cannot be. */
export async function configOf(
  host: PodHost,
  pod: Pod,
  record: PodRecord,
  container: Container,
  pulled: Pulled | undefined,
  id: string,
): Promise<ContainerConfig | { problem: string; reason: string }> {
  if (!pulled) return { reason: "CreateContainerError", problem: `Not simulated by Podyard: the image ${container.image}` };
  const { image } = pulled;
  const hostname = hostnameOf(pod, host.node);
  try {
    const own = environmentOf({ api: host.api, pod, container, node: { name: host.node, address: host.address }, ip: record.sandbox?.ip ?? "" });
    const user = userOf(pod, container, image);
    const lookUp = (name: string) => own.get(name);
    const env = new Map<string, string>(Object.entries({ PATH: usualPath, ...image.env, HOSTNAME: hostname }));
    for (const [name, value] of own) env.set(name, value);
    const args = commandOf(container, image, lookUp);
    if (args.length === 0)
      return { reason: "CreateContainerError", problem: `failed to generate container "${id}" spec: failed to generate spec: no command specified` };
    const refused = refusedProfile(() => host.volumes.disk, pod, container);
    if (refused !== undefined) return { reason: "CreateContainerError", problem: refused };
    const { memory: limit, cpu } = container.resources?.limits ?? {};
    return {
      id,
      pod: { uid: record.uid, name: record.name, namespace: record.namespace },
      name: container.name,
      image: pulled.name,
      args,
      env: [...env],
      cwd: container.workingDir || image.workingDir || "/",
      ...processUser(pod, container, user),
      hostname,
      mounts: mountsOf(container, lookUp),
      terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
      ...(container.stdin ? { stdin: true } : {}),
      ...(container.stdinOnce ? { stdinOnce: true } : {}),
      ...(container.tty ? { tty: true } : {}),
      ...(container.securityContext?.readOnlyRootFilesystem ? { readOnly: true } : {}),
      ...(limit ? { memoryLimit: wholeUnits(limit) } : {}),
      ...(cpu ? { cpuLimit: milliUnits(cpu) } : {}),
    };
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    return { reason: "CreateContainerConfigError", problem: error.message };
  }
}

/** `command` replaces the entry point and, with it, the image's own arguments. */
function commandOf(container: Container, image: Image, lookUp: (name: string) => string | undefined): readonly string[] {
  const expanded = (words: readonly string[] | undefined) => words?.map((word) => expand(word, lookUp));
  const command = expanded(container.command);
  const args = expanded(container.args);
  if (command?.length) return [...command, ...(args ?? [])];
  return [...(image.entrypoint ?? []), ...(args?.length ? args : (image.command ?? []))];
}

function mountsOf(container: Container, lookUp: (name: string) => string | undefined): readonly ContainerMount[] {
  return (container.volumeMounts ?? []).map(({ name, mountPath, subPath, subPathExpr, readOnly }) => {
    const below = subPathExpr ? strictlyExpanded(subPathExpr, lookUp) : subPath;
    return { volume: name, path: mountPath, ...(below ? { subPath: below } : {}), ...(readOnly ? { readOnly } : {}) };
  });
}

function strictlyExpanded(text: string, lookUp: (name: string) => string | undefined): string {
  return expand(text, (name) => {
    const value = lookUp(name);
    if (value === undefined) throw new ConfigProblem(`missing value for ${name}`);
    return value;
  });
}

/** The groups that a pod asks for. https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
function processUser(pod: Pod, container: Container, user: string): Pick<ContainerConfig, "user" | "groups"> {
  const { fsGroup, supplementalGroups = [], runAsGroup } = pod.spec.securityContext ?? {};
  const group = container.securityContext?.runAsGroup ?? runAsGroup;
  const groups = [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups];
  return { user: group === undefined ? user : `${user.split(":")[0]}:${group}`, ...(groups.length > 0 ? { groups } : {}) };
}

/** Who a container runs as, or why it must not. https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
export function userOf(pod: Pod, container: Container, image: Image): string {
  const { runAsUser = pod.spec.securityContext?.runAsUser, runAsNonRoot = pod.spec.securityContext?.runAsNonRoot } = container.securityContext ?? {};
  const user = runAsUser === undefined ? (image.user ?? "0") : String(runAsUser);
  if (!runAsNonRoot) return user;

  const where = `(pod: "${podText(pod)}", container: ${container.name})`;
  if (runAsUser === 0) throw new ConfigProblem(`container's runAsUser breaks non-root policy ${where}`);
  if (runAsUser !== undefined) return user;
  const name = user.split(":")[0] ?? "";
  if (name === "" || name === "0" || name === "root") throw new ConfigProblem(`container has runAsNonRoot and image will run as root ${where}`);
  if (!/^\d+$/.test(name))
    throw new ConfigProblem(`container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root ${where}`);
  return user;
}
