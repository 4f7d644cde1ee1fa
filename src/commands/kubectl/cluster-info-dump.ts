import { readAll, textOf } from "#base/streams.ts";
import type { Pod } from "#machinery/types.ts";
import { bool, duration, string, strings } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { type Context, defineCommand } from "./command.ts";
import { ServerError } from "./errors.ts";
import { outputFlags, printerFor } from "./print/formats.ts";

const kinds = [
  { group: "", version: "v1", plural: "events", file: "events" },
  { group: "", version: "v1", plural: "replicationcontrollers", file: "replication-controllers" },
  { group: "", version: "v1", plural: "services", file: "services" },
  { group: "apps", version: "v1", plural: "daemonsets", file: "daemonsets" },
  { group: "apps", version: "v1", plural: "deployments", file: "deployments" },
  { group: "apps", version: "v1", plural: "replicasets", file: "replicasets" },
  { group: "", version: "v1", plural: "pods", file: "pods" },
] as const;

export const clusterInfoDump = defineCommand({
  name: "dump",
  usage: "[flags]",
  summary: "Dump relevant information for debugging and diagnosis",
  flags: {
    ...outputFlags,
    output: { ...outputFlags.output, default: "json", shown: () => "'json'" },
    "all-namespaces": bool({ short: "A", help: "Dump all namespaces, whatever --namespaces says." }),
    namespaces: strings({ help: "The namespaces to dump, separated by commas." }),
    "output-directory": string({ help: "A directory to write files to; standard output where it is left out or '-'.", completes: "file" }),
    "pod-running-timeout": duration({ default: 20_000, help: "How long to wait for a pod to run." }),
  },

  async run(context) {
    const { flags, kube, out, process } = context;
    const print = printerFor(process, flags, [], true) ?? (() => "");
    const directory = flags["output-directory"] === "-" ? "" : flags["output-directory"];
    const extension = flags.output === "yaml" ? "yaml" : "json";
    const put = (path: string, text: string) => write(context, directory, path, text);

    const nodes: Thing = await kube.server.get("/api/v1/nodes");
    put(`nodes.${extension}`, print(nodes));
    for (const namespace of await namespacesOf(context, flags)) {
      let pods: Pod[] = [];
      for (const { file, ...kind } of kinds) {
        const list: Thing = await kube.server.get(pathOf({ ...kind, namespaced: true }, namespace));
        put(`${namespace}/${file}.${extension}`, print(list));
        if (kind.plural === "pods") pods = list["items"] as Pod[];
      }
      for (const pod of pods) {
        const texts: string[] = [];
        for (const { name } of pod.spec.containers) texts.push(await logText(context, pod, name));
        put(`${namespace}/${pod.metadata.name}/logs.txt`, texts.join(""));
      }
    }
    if (directory) out.line(`Cluster info dumped to ${directory}`);
  },
});

async function namespacesOf(
  { kube }: Context,
  flags: { readonly "all-namespaces": boolean; readonly namespaces: readonly string[] },
): Promise<string[]> {
  if (flags["all-namespaces"]) {
    const all = await kube.server.get<{ items: Thing[] }>("/api/v1/namespaces");
    return all.items.map(({ metadata }) => metadata.name ?? "");
  }
  return flags.namespaces.length > 0 ? [...flags.namespaces] : ["kube-system", ...(kube.namespace === "kube-system" ? [] : [kube.namespace])];
}

function write({ out, process }: Context, directory: string, path: string, text: string): void {
  if (!directory) {
    out.print(text);
    return;
  }
  const { fs } = process.machine;
  const full = fs.resolve(process.cwd, `${directory}/${path}`);
  fs.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
  fs.write(full, text);
}

async function logText({ kube }: Context, pod: Pod, container: string): Promise<string> {
  const [namespace, name] = [pod.metadata.namespace ?? "", pod.metadata.name ?? ""];
  try {
    const path = pathOf({ group: "", version: "v1", plural: "pods", namespaced: true }, namespace, name, "log");
    const text = textOf(await readAll(await kube.server.stream("GET", path, { query: { container } })));
    return `==== START logs for container ${container} of pod ${namespace}/${name} ====\n${text}==== END logs for container ${container} of pod ${namespace}/${name} ====\n`;
  } catch (error) {
    if (error instanceof ServerError) return `Request log error: ${error.message}\n`;
    throw error;
  }
}
