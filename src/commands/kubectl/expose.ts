import type { ContainerPort, LabelSelector, ServicePort } from "#machinery/types.ts";
import { bool, string } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { defineCommand } from "./command.ts";
import { withLastApplied } from "./create/creation.ts";
import { CommandError } from "./errors.ts";
import { overridden } from "./overrides.ts";
import { outputFlags, printerFor } from "./print/formats.ts";
import { doneText } from "./print/name.ts";
import { causeOf, changeCause } from "./record.ts";
import { find, visit } from "./resources/find.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, recordFlag, selectorFlag } from "./resources/flags.ts";
import type { Target } from "./resources/target.ts";

export const expose = defineCommand({
  name: "expose",
  connectsFirst: true,
  group: "Basic Commands (Beginner):",
  usage:
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  summary: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
  description:
    "Expose a resource as a new Kubernetes service.\n\n Pods, services, replication controllers, deployments and replica sets can be exposed: the service selects the pods that they select.",
  examples: `# A service for a deployment, on a port of every node
kubectl expose deployment web --type=NodePort --port=8080

# Port 80 of the service leads to port 8000 of the pods
kubectl expose deployment web --port=80 --target-port=8000`,
  flags: {
    ...outputFlags,
    ...fileFlags("of the object to expose."),
    "cluster-ip": string({ help: "The address to have; empty is any, None is a headless service." }),
    "dry-run": dryRunFlag,
    "external-ip": string({ help: "A further address at which the service is reached, if packets for it come to a node." }),
    "field-manager": fieldManagerFlag("kubectl-expose"),
    labels: string({ short: "l", help: "Labels of the service, as key=value,..." }),
    "load-balancer-ip": string({ help: "The address that the load balancer is to have." }),
    name: string({ help: "The name of the service." }),
    "override-type": string({
      default: "merge",
      help: "How --overrides changes the service: json, merge or strategic.",
      completes: ["json", "merge", "strategic"],
    }),
    overrides: string({ help: "JSON that changes the service before it is created." }),
    port: string({ help: "The service's port; where it is left out, that of the exposed object." }),
    protocol: string({ help: "The protocol: TCP unless said." }),
    record: recordFlag,
    "save-config": bool({ help: "Note the configuration in the object's annotation, for a later kubectl apply." }),
    selector: {
      ...selectorFlag,
      short: undefined,
      help: "The labels that the service selects, as key=value,...; where it is left out, those that the exposed object selects.",
    },
    "session-affinity": string({ help: "None or ClientIP.", completes: ["None", "ClientIP"] }),
    "target-port": string({ help: "The name or number of the containers' port; the service's own unless said." }),
    type: string({
      help: "ClusterIP, NodePort, LoadBalancer or ExternalName; ClusterIP unless said.",
      completes: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
    }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const print = printerFor(process, flags, [], true);
    const found = await find(kube, process, { args, files: flags, enforceNamespace: true, continues: true });
    await visit(found, async (target) => {
      const exposed = serviceOf(target, flags);
      const named = flags.record ? { ...exposed, metadata: { ...exposed.metadata, annotations: { [changeCause]: causeOf(context.line) } } } : exposed;
      let service = flags.overrides ? overridden(named, flags.overrides, flags["override-type"]) : named;
      if (dryRun === "client") {
        if (kube.namespaceIsExplicit) service = { ...service, metadata: { ...service.metadata, namespace: kube.namespace } };
      } else {
        if (flags["save-config"]) service = withLastApplied(service);
        const query = { fieldManager: flags["field-manager"], dryRun: dryRun === "server" ? "All" : undefined };
        service = await kube.server.send("POST", pathOf({ group: "", version: "v1", plural: "services", namespaced: true }, target.namespace), {
          body: service,
          query,
        });
      }
      out.print(print ? print(service) : doneText(service, "exposed", dryRun));
    });
  },
});

interface Wanted {
  readonly name: string;
  readonly labels: string;
  readonly selector: string;
  readonly port: string;
  readonly protocol: string;
  readonly type: string;
  readonly "target-port": string;
  readonly "cluster-ip": string;
  readonly "external-ip": string;
  readonly "load-balancer-ip": string;
  readonly "session-affinity": string;
}

interface Exposable {
  selector?: LabelSelector | Record<string, string>;
  ports?: ServicePort[];
  containers?: { ports?: ContainerPort[] }[];
  template?: { spec?: { containers?: { ports?: ContainerPort[] }[] } };
}

const exposable = ["ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet"];

function serviceOf({ resource, object, name }: Target, wanted: Wanted): Thing {
  if (!object) throw new CommandError("no objects passed to expose");
  if (!exposable.includes(resource.kind)) throw new CommandError(`cannot expose a ${resource.kind}${resource.group ? `.${resource.group}` : ""}`);
  const spec = (object["spec"] ?? {}) as Exposable;
  const selector = wanted.selector ? pairsOf(wanted.selector) : selectorOf(resource.kind, object, spec);
  const open = openPorts(spec);
  const texts = wanted.port ? wanted.port.split(",") : open.map(({ port }) => String(port));
  if (texts.length === 0) throw new CommandError("couldn't find port via --port flag or introspection");
  const ports = texts.map((text, i) => servicePort(text, texts.length > 1 ? `port-${i + 1}` : "", wanted, open));
  const labels = wanted.labels ? pairsOf(wanted.labels) : object.metadata.labels;
  const type = wanted.type;
  const fields = {
    ports,
    selector,
    ...(wanted["cluster-ip"] ? { clusterIP: wanted["cluster-ip"] } : {}),
    ...(type ? { type } : {}),
    ...(wanted["external-ip"] ? { externalIPs: [wanted["external-ip"]] } : {}),
    ...(wanted["session-affinity"] ? { sessionAffinity: affinityOf(wanted["session-affinity"]) } : {}),
    ...(type === "LoadBalancer" && wanted["load-balancer-ip"] ? { loadBalancerIP: wanted["load-balancer-ip"] } : {}),
  };
  const metadata = { name: (wanted.name || name).slice(0, 63), ...(labels ? { labels } : {}) };
  return { kind: "Service", apiVersion: "v1", metadata, spec: fields, status: { loadBalancer: {} } } as unknown as Thing;
}

function affinityOf(text: string): string {
  if (text !== "None" && text !== "ClientIP") throw new CommandError(`unknown session affinity: ${text}`);
  return text;
}

function servicePort(text: string, name: string, wanted: Wanted, open: readonly { port: number; protocol: string }[]): ServicePort {
  const port = Number(text);
  if (!/^-?\d+$/.test(text)) throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const target = wanted["target-port"];
  const protocol = (wanted.protocol || open.find((other) => other.port === port)?.protocol || "TCP") as ServicePort["protocol"];
  return { ...(name ? { name } : {}), protocol, port, targetPort: target ? (/^\d+$/.test(target) ? Number(target) : target) : port };
}

function selectorOf(kind: string, object: Thing, spec: Exposable): Record<string, string> {
  if (kind === "Pod") {
    const labels = object.metadata.labels ?? {};
    if (Object.keys(labels).length === 0)
      throw new CommandError("couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed");
    return labels;
  }
  if (kind === "Service" || kind === "ReplicationController") {
    const selector = (spec.selector ?? {}) as Record<string, string>;
    if (Object.keys(selector).length === 0)
      throw new CommandError(
        `couldn't retrieve selectors via --selector flag or introspection: ${kind === "Service" ? "the service has no pod selector set" : "the replication controller has no pod selector set"}`,
      );
    return selector;
  }
  const selector = (spec.selector ?? {}) as LabelSelector;
  if (selector.matchExpressions?.length)
    throw new CommandError(
      `couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - ${JSON.stringify(selector.matchExpressions)} to map-based selector format`,
    );
  return selector.matchLabels ?? {};
}

function openPorts(spec: Exposable): { port: number; protocol: string }[] {
  const containers = spec.containers ?? spec.template?.spec?.containers;
  if (containers)
    return containers.flatMap(({ ports = [] }) => ports.map(({ containerPort, protocol = "TCP" }) => ({ port: containerPort, protocol })));
  return (spec.ports ?? []).map(({ port, protocol = "TCP" }) => ({ port, protocol }));
}

function pairsOf(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair) => pair.split("="));
  for (const pair of pairs) if (pair.length !== 2 || !pair[0]) throw new CommandError(`unexpected label spec: ${pair.join("=")}`);
  return Object.fromEntries(pairs);
}
