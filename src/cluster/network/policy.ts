import type { Api } from "#machinery/client.ts";
import { parseAddress } from "#machinery/ip.ts";
import { matcher } from "#machinery/selector.ts";
import type { IPBlock, Namespace, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod } from "#machinery/types.ts";

export type Protocol = "TCP" | "UDP" | "SCTP";

/** One end of a connection: an address, and the pod that has it. */
export interface End {
  readonly address: string;
  readonly pod: Pod | undefined;
}

/**
 * Which pods may speak to which: a pod that a policy selects takes, or makes, only the connections that some policy allows.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class Policies {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Whether there are any: otherwise everybody may speak to everybody. */
  get any(): boolean {
    return this.#all().length > 0;
  }

  #all(): readonly NetworkPolicy[] {
    return this.#api.list<NetworkPolicy>("networkpolicies.networking.k8s.io");
  }

  /** Who is at an address. Pods that use their node's network are not told from it. */
  end(address: string): End {
    const pod = this.#api
      .list<Pod>("pods")
      .find(({ spec, status }) => status?.podIP === address && !spec.hostNetwork && status.phase !== "Succeeded" && status.phase !== "Failed");
    return { address, pod };
  }

  /** Whether a pod may make the connection. */
  lets(from: End, to: End, port: number, protocol: Protocol): boolean {
    const policies = this.#of(from.pod, "Egress");
    if (policies.length === 0) return true;
    return policies.some(({ metadata, spec }) =>
      (spec.egress ?? []).some((rule) => this.#isAmong(rule.to, to, metadata.namespace ?? "") && isPort(rule.ports, port, protocol, to.pod)),
    );
  }

  /** Whether a pod may be reached by the connection. */
  admits(from: End, to: End, port: number, protocol: Protocol): boolean {
    const policies = this.#of(to.pod, "Ingress");
    if (policies.length === 0) return true;
    return policies.some(({ metadata, spec }) =>
      (spec.ingress ?? []).some((rule) => this.#isAmong(rule.from, from, metadata.namespace ?? "") && isPort(rule.ports, port, protocol, to.pod)),
    );
  }

  /** The policies that isolate a pod in one direction. */
  #of(pod: Pod | undefined, type: "Ingress" | "Egress"): readonly NetworkPolicy[] {
    if (!pod) return [];
    return this.#all().filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace &&
        (spec.policyTypes ?? ["Ingress", ...(spec.egress ? ["Egress"] : [])]).includes(type) &&
        matcher(spec.podSelector ?? {})(pod.metadata.labels),
    );
  }

  /** Without peers a rule is about everybody. */
  #isAmong(peers: readonly NetworkPolicyPeer[] | undefined, { address, pod }: End, namespace: string): boolean {
    if (!peers || peers.length === 0) return true;
    return peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
      if (ipBlock) return isInBlock(address, ipBlock);
      if (!pod) return false;
      if (namespaceSelector) {
        const own = this.#api.get<Namespace>("namespaces", pod.metadata.namespace ?? "");
        if (!matcher(namespaceSelector)(own?.metadata.labels)) return false;
      } else if (pod.metadata.namespace !== namespace) return false;
      return !podSelector || matcher(podSelector)(pod.metadata.labels);
    });
  }
}

/** Without ports a rule is about all of them. */
function isPort(ports: readonly NetworkPolicyPort[] | undefined, port: number, protocol: Protocol, to: Pod | undefined): boolean {
  if (!ports || ports.length === 0) return true;
  return ports.some((one) => {
    if ((one.protocol ?? "TCP") !== protocol) return false;
    if (one.port === undefined) return true;
    const first = typeof one.port === "number" ? one.port : namedPort(to, one.port, protocol);
    return first !== undefined && port >= first && port <= (one.endPort ?? first);
  });
}

const namedPort = (pod: Pod | undefined, name: string, protocol: Protocol): number | undefined =>
  pod?.spec.containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name && (port.protocol ?? "TCP") === protocol)?.containerPort;

const isInBlock = (address: string, { cidr, except = [] }: IPBlock): boolean => isIn(address, cidr) && !except.some((one) => isIn(address, one));

function isIn(address: string, cidr: string): boolean {
  const [base = "", bits = ""] = cidr.split("/");
  const [a, b] = [parseAddress(address), parseAddress(base)];
  if (!a || !b || a.family !== b.family) return false;
  const length = Number(bits || a.bytes.length * 8);
  return a.bytes.every((byte, i) => {
    const mask = (0xff << Math.max(0, 8 - Math.max(0, length - i * 8))) & 0xff;
    return (byte & mask) === ((b.bytes[i] ?? 0) & mask);
  });
}
