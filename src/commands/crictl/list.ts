import { yamlText } from "#machinery/go-yaml.ts";
import { bool, int, string, strings } from "../cli/flags.ts";
import { TabWriter } from "../cli/tab-writer.ts";
import { structJson } from "../kubectl/print/json.ts";
import { type Context, defineCommand, Fatal } from "./command.ts";
import { ago, imageNamed, short, size, stateNames } from "./containers.ts";
import { containerListed, imageListed, sandboxListed } from "./inspect.ts";

/** Rows as crictl's tables have them. */
export function table({ out }: Pick<Context, "out">, rows: readonly (readonly string[])[]): void {
  const writer = new TabWriter({ least: 20, padding: 3 });
  for (const row of rows) writer.write(`${row.join("\t")}\n`);
  out.print(writer.take());
}

/** JSON or YAML, where it was asked for. Whether it was. */
export function printed({ out }: Pick<Context, "out">, format: string, value: unknown): boolean {
  if (format === "json") out.line(structJson(value, 2));
  else if (format === "yaml") out.print(yamlText(value));
  else if (format === "" || format === "table") return false;
  else throw new Fatal(`unsupported output format "${format}"`);
  return true;
}

const matching = (text: string, pattern: string) => pattern === "" || new RegExp(pattern, "u").test(text);
const labelled = (labels: Readonly<Record<string, string>>, wanted: readonly string[]) =>
  wanted.every((pair) => {
    const [key = "", value = ""] = pair.split("=");
    return labels[key] === value;
  });

export const ps = defineCommand({
  name: "ps",
  usage: "[command options]",
  summary: "List containers",
  flags: {
    all: bool({ short: "a", help: "Show all containers." }),
    id: string({ help: "Filter by container id." }),
    image: string({ help: "Filter by container image." }),
    label: strings({ help: "Filter by key=value label." }),
    last: int({ short: "n", help: "Show last n recently created containers." }),
    latest: bool({ short: "l", help: "Show the most recently created container." }),
    name: string({ help: "Filter by container name regular expression pattern." }),
    namespace: string({ help: "Filter by pod namespace regular expression pattern." }),
    "no-trunc": bool({ help: "Show output without truncating the ID." }),
    output: string({ short: "o", help: "Output format." }),
    pod: string({ short: "p", help: "Filter by pod id." }),
    quiet: bool({ short: "q", help: "Only display container IDs." }),
    state: string({ short: "s", help: "Filter by container state." }),
  },
  run(context) {
    const { flags, runtime, out, now } = context;
    const image = flags.image === "" ? undefined : imageNamed(runtime, flags.image);
    const state = flags.state.toLowerCase();
    if (state && !/^(created|running|exited|unknown)$/.test(state)) throw new Fatal(`--state should be one of created, running, exited or unknown`);
    const limited = flags.last > 0 || flags.latest;
    let found = runtime
      .containers()
      .filter((one) => (state ? one.state === state : flags.all || limited || flags.id !== "" || one.state === "running"))
      .filter((one) => one.id.startsWith(flags.id) && one.sandbox.id.startsWith(flags.pod))
      .filter((one) => matching(one.name, flags.name) && matching(one.sandbox.namespace, flags.namespace))
      .filter(
        (one) =>
          (flags.image === "" ? true : one.imageId === image?.id) &&
          labelled({ ...one.sandbox.labels, "io.kubernetes.container.name": one.name }, flags.label),
      )
      .sort((a, b) => b.createdAt - a.createdAt);
    if (limited) found = found.slice(0, flags.latest ? 1 : flags.last);
    if (flags.quiet) {
      for (const { id } of found) out.line(id);
      return;
    }
    if (printed(context, flags.output, { containers: found.map(containerListed) })) return;
    const cut = (id: string) => (flags["no-trunc"] ? id : short(id));
    table(context, [
      ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"],
      ...found.map((one) => [
        cut(one.id),
        flags["no-trunc"] ? one.imageId : short(one.imageId),
        ago(now - one.createdAt),
        stateNames[one.state],
        one.name,
        String(one.attempt),
        cut(one.sandbox.id),
        one.sandbox.name,
        one.sandbox.namespace,
      ]),
    ]);
  },
});

export const pods = defineCommand({
  name: "pods",
  usage: "[command options]",
  summary: "List pods",
  flags: {
    id: string({ help: "Filter by pod id." }),
    label: strings({ help: "Filter by key=value label." }),
    last: int({ short: "n", help: "Show last n recently created pods." }),
    latest: bool({ short: "l", help: "Show the most recently created pod." }),
    name: string({ help: "Filter by pod name regular expression pattern." }),
    namespace: string({ help: "Filter by pod namespace regular expression pattern." }),
    "no-trunc": bool({ help: "Show output without truncating the ID." }),
    output: string({ short: "o", help: "Output format." }),
    quiet: bool({ short: "q", help: "Only display pod IDs." }),
    state: string({ short: "s", help: "Filter by pod state." }),
    verbose: bool({ short: "v", help: "Show verbose info for pods." }),
  },
  run(context) {
    const { flags, runtime, out, now } = context;
    const state = flags.state.toLowerCase();
    let found = runtime
      .sandboxes()
      .filter((one) => one.id.startsWith(flags.id) && matching(one.name, flags.name) && matching(one.namespace, flags.namespace))
      .filter((one) => labelled(one.labels, flags.label) && (state === "" || (state === "ready") === one.ready))
      .sort((a, b) => b.createdAt - a.createdAt);
    if (flags.last > 0 || flags.latest) found = found.slice(0, flags.latest ? 1 : flags.last);
    if (flags.quiet) {
      for (const { id } of found) out.line(id);
      return;
    }
    if (printed(context, flags.output, { items: found.map(sandboxListed) })) return;
    table(context, [
      ["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"],
      ...found.map((one) => [
        flags["no-trunc"] ? one.id : short(one.id),
        ago(now - one.createdAt),
        one.ready ? "Ready" : "NotReady",
        one.name,
        one.namespace,
        String(one.attempt),
        "(default)",
      ]),
    ]);
  },
});

export const images = defineCommand({
  name: "images",
  aliases: ["image", "img"],
  usage: "[command options] [REPOSITORY[:TAG]]",
  summary: "List images",
  flags: {
    digests: bool({ help: "Show digests." }),
    "no-trunc": bool({ help: "Show output without truncating the ID." }),
    output: string({ short: "o", help: "Output format." }),
    quiet: bool({ short: "q", help: "Only show image IDs." }),
    verbose: bool({ short: "v", help: "Show verbose info for images." }),
  },
  run(context) {
    const { flags, args, runtime, out } = context;
    const [name] = args;
    const one = name === undefined ? undefined : imageNamed(runtime, name);
    const repository = name === undefined || one ? undefined : name;
    const found = (one ? [one] : runtime.images())
      .filter(
        ({ tags }) =>
          repository === undefined || tags.some((tag) => tag.replace(/^docker\.io\/(library\/)?/, "").replace(/:[^/]*$/, "") === repository),
      )
      .sort((a, b) => ((a.tags[0] ?? "") < (b.tags[0] ?? "") ? -1 : 1));
    if (flags.quiet) {
      for (const { id } of found) out.line(id);
      return;
    }
    if (printed(context, flags.output, { images: found.map(imageListed) })) return;
    const rows: string[][] = [["IMAGE", "TAG", ...(flags.digests ? ["DIGEST"] : []), "IMAGE ID", "SIZE"]];
    for (const { id, tags, digests, sizeBytes } of found)
      for (const tag of tags.length > 0 ? tags : ["<none>:<none>"]) {
        const at = tag.lastIndexOf(":");
        const digest = digests[0]?.slice(digests[0].indexOf("@") + 1) ?? "<none>";
        rows.push([
          tag.slice(0, at),
          tag.slice(at + 1),
          ...(flags.digests ? [flags["no-trunc"] ? digest : digest.slice(0, 20)] : []),
          flags["no-trunc"] ? id : short(id),
          size(sizeBytes),
        ]);
      }
    table(context, rows);
  },
});

export const stats = defineCommand({
  name: "stats",
  usage: "[command options] [ID]",
  summary: "List container(s) resource usage statistics",
  flags: { all: bool({ short: "a", help: "Show all containers." }), output: string({ short: "o", help: "Output format." }) },
  run() {
    throw new Fatal("Not simulated by Podyard: what single containers use; see kubectl top pod --containers");
  },
});
