import type { Container, PodSpec, SecurityContext } from "#machinery/types.ts";
import { CommandError } from "../errors.ts";

/** What is debugged: a pod itself, a copy of it, or a node. */
export type Style = "ephemeral" | "copy" | "node";

/** What a copy keeps of the pod that it is of. */
export interface Kept {
  labels: boolean;
  annotations: boolean;
  liveness: boolean;
  readiness: boolean;
  startup: boolean;
  initContainers: boolean;
}

/** What a profile makes of the debug container, and of the pod where that is the debugger's own. */
interface Profile {
  container(context: SecurityContext | undefined, style: Style): SecurityContext | undefined;
  /** On a node: the host's namespaces, and its files. */
  node?: { namespaces: boolean; files: boolean };
}

const withCapabilities = (context: SecurityContext | undefined, names: readonly string[]): SecurityContext => ({
  ...context,
  capabilities: { ...context?.capabilities, add: [...(context?.capabilities?.add ?? []), ...names] },
});

const profiles: Readonly<Record<string, Profile>> = {
  legacy: { container: (context) => context, node: { namespaces: true, files: true } },
  general: {
    container: (context, style) => (style === "node" ? undefined : withCapabilities(context, ["SYS_PTRACE"])),
    node: { namespaces: true, files: true },
  },
  baseline: { container: () => undefined },
  restricted: {
    container: () => ({
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
      allowPrivilegeEscalation: false,
      seccompProfile: { type: "RuntimeDefault" },
    }),
  },
  netadmin: { container: (context) => withCapabilities(context, ["NET_ADMIN", "NET_RAW"]), node: { namespaces: true, files: false } },
  sysadmin: { container: (context) => ({ ...context, privileged: true }), node: { namespaces: true, files: true } },
};

/** The profile of a name, or the error that there is none. */
export function profileOf(name: string): Profile {
  const profile = profiles[name];
  if (!profile) throw new CommandError(`unknown profile: ${name}`);
  return profile;
}

/** A debug container as a profile wants it. */
export function profiled<T extends Pick<Container, "securityContext">>(profile: Profile, container: T, style: Style): T {
  const { securityContext, ...rest } = container;
  const context = profile.container(securityContext, style);
  return { ...rest, ...(context ? { securityContext: context } : {}) } as T;
}

/** The spec of a pod on a node as a profile wants it. */
export function profiledNode(profile: Profile, spec: PodSpec): PodSpec {
  const { namespaces = false, files = false } = profile.node ?? {};
  const mounted = spec.containers.map((container) => ({
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), { mountPath: "/host", name: "host-root" }],
  }));
  return {
    ...spec,
    ...(files ? { containers: mounted, volumes: [...(spec.volumes ?? []), { name: "host-root", hostPath: { path: "/" } }] } : {}),
    ...(namespaces ? { hostNetwork: true, hostPID: true, hostIPC: true } : {}),
  };
}

/** The spec of a pod's copy without what is not kept of it. */
export function copiedSpec(spec: PodSpec, kept: Kept, sharesProcesses: boolean | undefined): PodSpec {
  const { initContainers, ephemeralContainers: _, ...rest } = spec;
  const containers = spec.containers.map(({ livenessProbe, readinessProbe, startupProbe, ...container }) => ({
    ...container,
    ...(kept.liveness && livenessProbe ? { livenessProbe } : {}),
    ...(kept.readiness && readinessProbe ? { readinessProbe } : {}),
    ...(kept.startup && startupProbe ? { startupProbe } : {}),
  }));
  return {
    ...rest,
    containers,
    ...(kept.initContainers && initContainers ? { initContainers } : {}),
    shareProcessNamespace: sharesProcesses ?? spec.shareProcessNamespace ?? true,
  };
}
