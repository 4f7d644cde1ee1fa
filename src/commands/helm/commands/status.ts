import { yamlText } from "#machinery/go-yaml.ts";
import type { Table } from "#machinery/table.ts";
import { pathOf } from "../../kubectl/api/discovery.ts";
import type { Thing } from "../../kubectl/api/server.ts";
import { TablePrinter } from "../../kubectl/print/table.ts";
import { Configuration, nameProblem } from "../actions/configuration.ts";
import type { Dict } from "../chart/chart.ts";
import { type Context, defineCommand, exactly } from "../command.ts";
import { HelmError } from "../errors.ts";
import { count, format } from "../flags.ts";
import { type Wanted, whichOf } from "../kube/resources.ts";
import { structJson } from "../output.ts";
import { type Release, releaseJson } from "../release/release.ts";
import { statusText } from "./status-text.ts";

/** A release's last revision, or the one that was asked for. */
export async function releaseOf(context: Context, name: string, revision: number): Promise<Release> {
  const configuration = new Configuration(context);
  await configuration.resources.checkReachable();
  if (nameProblem(name)) throw new HelmError(`releaseContent: Release name is invalid: ${name}`);
  return revision <= 0 ? configuration.releases.last(name) : configuration.releases.get(name, revision);
}

export const status = defineCommand({
  name: "status",
  usage: "RELEASE_NAME [flags]",
  summary: "display the status of the named release",
  description: `Show what state a release is in: when it was deployed, in which namespace, what it made and how that fares, its last tests and its notes.`,
  flags: { output: format(), revision: count({ help: "the revision to show" }) },
  async run(invocation) {
    const { flags, out } = invocation;
    const [name = ""] = exactly(invocation, 1);
    const release = await releaseOf(invocation, name, flags.revision);
    // The chart is long, and nothing of it belongs to the status.
    const shown = { ...release, chart: undefined };
    if (flags.output === "table") {
      out.print(statusText(shown, { resources: await resourcesText(invocation, release) }));
      return;
    }
    const whole = releaseJson(shown);
    (whole["info"] as Dict)["resources"] = await resourceObjects(invocation, release);
    if (flags.output === "json") out.line(structJson(whole));
    else out.print(yamlText(whole));
  },
});

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/** The objects of a release as tables of their kinds, with the pods that they have made. */
async function resourcesText(context: Context, release: Release): Promise<string> {
  const configuration = new Configuration(context);
  const wanted = await configuration.resources.build(release.manifest);
  const parts = new Map<string, string[]>();
  const printed = printing();
  const add = (heading: string, text: string) => parts.set(heading, [...(parts.get(heading) ?? []), text]);
  const seen = new Set<string>();
  const selectors: { namespace: string; selector: string }[] = [];
  for (const one of wanted) {
    const { resource, namespace, name } = one;
    let table: Table;
    try {
      table = await context.kube.server.get<Table>(pathOf(resource, namespace, name), { accept: asTable, query: { includeObject: "Object" } });
    } catch {
      continue;
    }
    context.log.debug("get relation pod of object", whichOf(one));
    add(`${resource.version}/${resource.kind}`, printed(table));
    const selector = selectorOf(one);
    if (selector && !seen.has(`${namespace}/${selector}`)) {
      seen.add(`${namespace}/${selector}`);
      selectors.push({ namespace, selector });
    }
  }
  for (const { namespace, selector } of selectors) {
    const table = await context.kube.server.get<Table>(pathOf(podResource, namespace), {
      accept: asTable,
      query: { labelSelector: selector, includeObject: "Object" },
    });
    add("v1/Pod(related)", printed(table));
  }
  return [...parts].map(([heading, texts]) => `==> ${heading}\n${texts.join("")}\n`).join("");
}

/** The objects of a release by their kinds, with the pods that they have made. */
async function resourceObjects(context: Context, release: Release): Promise<Record<string, Thing[]>> {
  const found: Record<string, Thing[]> = {};
  const add = (heading: string, ...objects: Thing[]) => {
    found[heading] = [...(found[heading] ?? []), ...objects];
  };
  const { resources } = new Configuration(context);
  const seen = new Set<string>();
  for (const one of await resources.build(release.manifest)) {
    const object = await resources.get(one);
    if (!object) continue;
    context.log.debug("get relation pod of object", whichOf(one));
    add(`${one.resource.version}/${one.resource.kind}`, object);
    const selector = selectorOf(one);
    if (!selector || seen.has(selector)) continue;
    seen.add(selector);
    const list = await context.kube.server.get<{ items?: Thing[] }>(pathOf(podResource, one.namespace), { query: { labelSelector: selector } });
    add("v1/Pod(related)", ...(list.items ?? []).map((pod) => ({ ...pod, apiVersion: "v1", kind: "Pod" })));
  }
  return found;
}

const podResource = { group: "", version: "v1", plural: "pods", namespaced: true };

/** Each table is laid out by itself; its headers stand there once for tables of the same columns that follow each other. */
function printing(): (table: Table) => string {
  let last = "";
  return (table) => {
    const columns = JSON.stringify(table.columnDefinitions);
    const noHeaders = columns === last;
    if ((table.rows ?? []).length > 0) last = columns;
    const options = { wide: false, noHeaders, withNamespace: false, kind: undefined, labelColumns: [], showLabels: false };
    return new TablePrinter(options).lines(table);
  };
}

/** By which labels a workload finds its pods. */
function selectorOf({ resource, object }: Wanted): string | undefined {
  const selector = (object["spec"] as { selector?: unknown } | undefined)?.selector as Record<string, unknown> | undefined;
  const kinds = ["ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job"];
  const labels = kinds.includes(resource.kind) ? selector?.["matchLabels"] : resource.kind === "ReplicationController" ? selector : undefined;
  if (typeof labels !== "object" || labels === null) return undefined;
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(",");
}
