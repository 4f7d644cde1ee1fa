import { labelProblems } from "#machinery/names.ts";
import type { ServicePort } from "#machinery/types.ts";
import { int, string, strings } from "../../cli/flags.ts";
import { type Context, defineCommand, defineGroup } from "../command.ts";
import { CommandError } from "../errors.ts";
import { type CreationOptions, create, creationFlags, metadataOf, oneName } from "./creation.ts";

const tcp = strings({ help: "Ports as PORT:TARGETPORT; the target may be a name and may be left out." });

interface Wanted {
  type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  tcp: readonly string[];
  clusterIp?: string;
  externalName?: string;
  nodePort?: number;
}

async function send(context: Context & { readonly flags: CreationOptions } & Parameters<typeof oneName>[0], wanted: Wanted): Promise<void> {
  const name = oneName(context);
  const { type, clusterIp = "", externalName, nodePort = 0 } = wanted;
  if (wanted.tcp.length === 0 && type !== "ExternalName" && clusterIp !== "None")
    throw new CommandError("at least one tcp port specifier must be provided");
  const ports = wanted.tcp.map((text) => portOf(text, nodePort));
  const app = { app: name };
  const spec = {
    ...(ports.length > 0 ? { ports } : {}),
    selector: app,
    ...(clusterIp ? { clusterIP: clusterIp } : {}),
    type,
    ...(externalName ? { externalName } : {}),
  };
  const metadata = { ...metadataOf(context, name), labels: app };
  // Of all commands that create, those for services leave --save-config alone.
  await create(
    { ...context, flags: { ...context.flags, "save-config": false } },
    { kind: "Service", apiVersion: "v1", metadata, spec, status: { loadBalancer: {} } },
    { plural: "services", failure: `failed to create ${type} service: ` },
  );
}

function portOf(text: string, nodePort: number): ServicePort {
  const [first = "", second] = text.split(":");
  const port = portNumberOf(first);
  let targetPort: number | string = port;
  if (second !== undefined) {
    if (/^\d+$/.test(second)) targetPort = numberOf(second);
    else {
      const problems = portNameProblems(second);
      if (problems.length > 0) throw new CommandError(problems.join(","));
      targetPort = second;
    }
  }
  return { name: text.replaceAll(":", "-"), protocol: "TCP", port, targetPort, ...(nodePort > 0 ? { nodePort } : {}) };
}

/** A service's own port: the server has a say about 0. */
function portNumberOf(text: string): number {
  const problem = !/^\d+$/.test(text) ? "invalid syntax" : Number(text) > 65_535 ? "value out of range" : undefined;
  if (problem) throw new CommandError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`);
  return Number(text);
}

function numberOf(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new CommandError("must be between 1 and 65535, inclusive");
  return port;
}

function portNameProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > 15) problems.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(name)) problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(name)) problems.push("must contain at least one letter (a-z)");
  if (name.includes("--")) problems.push("must not contain consecutive hyphens");
  if (name.startsWith("-") || name.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

const clusterip = defineCommand({
  name: "clusterip",
  usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
  summary: "Create a ClusterIP service",
  flags: { ...creationFlags, tcp, clusterip: string({ help: 'The address to have, or "None" for a headless service.' }) },
  run: (context) => send(context, { type: "ClusterIP", tcp: context.flags.tcp, clusterIp: context.flags.clusterip }),
});

const nodeport = defineCommand({
  name: "nodeport",
  usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
  summary: "Create a NodePort service",
  flags: { ...creationFlags, tcp, "node-port": int({ help: "The port on each node." }) },
  run: (context) => send(context, { type: "NodePort", tcp: context.flags.tcp, nodePort: context.flags["node-port"] }),
});

const loadbalancer = defineCommand({
  name: "loadbalancer",
  usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
  summary: "Create a LoadBalancer service",
  flags: { ...creationFlags, tcp },
  run: (context) => send(context, { type: "LoadBalancer", tcp: context.flags.tcp }),
});

const externalname = defineCommand({
  name: "externalname",
  usage: "NAME --external-name external.name [--dry-run=server|client|none]",
  summary: "Create an ExternalName service",
  flags: { ...creationFlags, tcp, "external-name": string({ required: true, help: "The name outside the cluster." }) },
  run(context) {
    const name = context.flags["external-name"];
    if (name.split(".").some((part) => labelProblems(part).length > 0)) throw new CommandError(`invalid service external name ${name}`);
    return send(context, { type: "ExternalName", tcp: context.flags.tcp, externalName: name });
  },
});

export const service = defineGroup({
  name: "service",
  aliases: ["svc"],
  summary: "Create a service using a specified subcommand",
  commands: [clusterip, externalname, loadbalancer, nodeport],
});
