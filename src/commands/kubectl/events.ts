import type { Event } from "#machinery/types.ts";
import { bool, string, strings } from "../cli/flags.ts";
import { TabWriter } from "../cli/tab-writer.ts";
import { apiVersion, pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { type Asked, defineCommand } from "./command.ts";
import { interval } from "./describe/events.ts";
import { CommandError, Exit } from "./errors.ts";
import { outputFlags, printerFor, tableSpacing } from "./print/formats.ts";
import { allNamespacesFlag, chunkSizeFlag } from "./resources/flags.ts";

const formats = "json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file";

const flags = {
  ...outputFlags,
  "all-namespaces": allNamespacesFlag,
  "chunk-size": chunkSizeFlag,
  for: string({ help: "Only events about this object, given as TYPE/NAME.", completes: "resource" }),
  "no-headers": bool({ help: "Print no line of headers." }),
  types: strings({ help: "Only events of these types: Normal, Warning.", completes: ["Normal", "Warning"] }),
  watch: bool({ short: "w", help: "After listing them, watch for more." }),
} as const;

type Ask = Asked<typeof flags>;

export const events = defineCommand({
  name: "events",
  group: "Troubleshooting and Debugging Commands:",
  usage: `[(-o|--output=)${formats}] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]`,
  summary: "List events",
  description:
    "Display events.\n\n Prints a table of the events of a namespace, the latest last; events about one object, or of one type, can be asked for.",
  examples: `# The latest in the namespace
kubectl events

# About a pod, and those to come
kubectl events --for pod/web --watch

# Warnings only
kubectl events --types=Warning`,
  flags,

  async run(context) {
    const { flags: f, kube, out, process } = context;
    const fieldSelector = await about(context);
    const print = printerFor(process, f, [], true);
    for (const type of f.types)
      if (!["normal", "warning"].includes(type.toLowerCase())) throw new CommandError("valid --types are Normal or Warning");
    const isWanted = ({ type = "" }: Event) => f.types.length === 0 || f.types.some((wanted) => wanted.toLowerCase() === type.toLowerCase());
    const path = pathOf({ group: "", version: "v1", plural: "events", namespaced: true }, f["all-namespaces"] ? "" : kube.namespace);
    const table = new EventTable(f["all-namespaces"], f["no-headers"]);
    const query = { fieldSelector, limit: "500" };
    if (f.watch) {
      for await (const { type, object } of kube.server.watch<Event>(path, { query, signal: process.signal })) {
        if (type === "DELETED" || type === "BOOKMARK" || !isWanted(object)) continue;
        out.print(print ? print(object as unknown as Thing) : table.lines([object], kube.now));
        await out.flush();
      }
      return;
    }
    const list = await kube.server.get<{ metadata: object; items: Event[] }>(path, { query });
    const items = list.items.filter(isWanted).map((event) => ({ ...event, kind: "Event", apiVersion: "v1" }));
    if (items.length === 0) {
      out.error(f["all-namespaces"] ? "No events found." : `No events found in ${kube.namespace} namespace.`);
      return;
    }
    items.sort((a, b) => compare(lastSeen(a), lastSeen(b)));
    // A list has no name: so the real one prints nothing.
    if (print && f.output === "name") return;
    const all = { kind: "EventList", apiVersion: "v1", metadata: list.metadata, items } as unknown as Thing;
    out.print(print ? print(all) : table.lines(items, kube.now));
  },
});

async function about({ flags: f, kube }: Ask): Promise<string | undefined> {
  if (f.for === "") return undefined;
  const [type = "", name = "", ...more] = f.for.split("/");
  if (!f.for.includes("/")) throw new CommandError("--for must be in resource/name form");
  if (more.length > 0) throw new CommandError("arguments in resource/name form may not have more than one slash");
  const resource = (await kube.discovery()).find(type);
  if (!resource) throw new Exit(1, `the server doesn't have a resource type ${JSON.stringify(type)}`);
  return `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${apiVersion(resource)},involvedObject.name=${name}`;
}

class EventTable {
  readonly #writer = new TabWriter({ ...tableSpacing, remember: true });
  readonly #withNamespace: boolean;
  #headed: boolean;

  constructor(withNamespace: boolean, noHeaders: boolean) {
    this.#withNamespace = withNamespace;
    this.#headed = noHeaders;
  }

  lines(list: readonly Event[], now: number): string {
    const row = (namespace: string, cells: readonly string[]) =>
      this.#writer.write(`${[...(this.#withNamespace ? [namespace] : []), ...cells].join("\t")}\n`);
    if (!this.#headed) row("NAMESPACE", ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]);
    this.#headed = true;
    for (const event of list) {
      const { metadata, type = "", reason = "", involvedObject, message = "" } = event;
      const object = `${involvedObject.kind ?? ""}/${involvedObject.name ?? ""}`;
      row(metadata.namespace ?? "", [interval(event, now), type, reason, object, message.trim()]);
    }
    return this.#writer.take();
  }
}

const lastSeen = ({ series, lastTimestamp, eventTime }: Event): string => series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? "";
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
