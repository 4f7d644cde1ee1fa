import type { Draft } from "#machinery/object.ts";
import type { Container, Pod } from "#machinery/types.ts";

type Probe = NonNullable<Container["livenessProbe"]>;

/** A part of the control plane, as kubeadm writes its manifest. */
export interface Part {
  image: string;
  annotations?: Record<string, string>;
  command: string[];
  requests: Record<string, string>;
  /** Paths of the node by the name of their volume. */
  paths: Record<string, StaticPath>;
  /** Where its health is asked for. */
  probes?: { host: string; port: number; scheme: "HTTP" | "HTTPS"; liveness: string; readiness?: string; startup: string };
}

interface StaticPath {
  path: string;
  type: "DirectoryOrCreate" | "FileOrCreate";
  writable?: true;
}

export const directory = (path: string): StaticPath => ({ path, type: "DirectoryOrCreate" });
export const file = (path: string): StaticPath => ({ path, type: "FileOrCreate" });

/** The manifest of a part of the control plane. */
export function staticPod(name: string, { image, annotations, command, requests, paths, probes }: Part): Draft<Pod> {
  const entries = Object.entries(paths);
  const container: Container = {
    name,
    image,
    command,
    imagePullPolicy: "IfNotPresent",
    resources: { requests },
    volumeMounts: entries.map(([volume, { path, writable }]) => ({ name: volume, mountPath: path, ...(writable ? {} : { readOnly: true }) })),
    ...(probes ? healthOf(probes) : {}),
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "kube-system", labels: { component: name, tier: "control-plane" }, ...(annotations ? { annotations } : {}) },
    spec: {
      containers: [container],
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      volumes: entries.map(([volume, { path, type }]) => ({ name: volume, hostPath: { path, type } })),
    } as Pod["spec"],
  };
}

function healthOf({ host, port, scheme, liveness, readiness, startup }: NonNullable<Part["probes"]>): Partial<Container> {
  const get = (path: string) => ({ httpGet: { host, path, port: "probe-port", scheme }, timeoutSeconds: 15 });
  const slow: Partial<Probe> = { initialDelaySeconds: 10, periodSeconds: 10 };
  return {
    ports: [{ containerPort: port, name: "probe-port", protocol: "TCP" }],
    livenessProbe: { ...get(liveness), ...slow, failureThreshold: 8 },
    ...(readiness ? { readinessProbe: { ...get(readiness), failureThreshold: 3, periodSeconds: 1 } } : {}),
    startupProbe: { ...get(startup), ...slow, failureThreshold: 24 },
  };
}
