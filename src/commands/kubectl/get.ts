import type { Table } from "#machinery/table.ts";
import { bool, string, strings } from "../cli/flags.ts";
import { ageOf } from "./age.ts";
import { pathOf, type Resource } from "./api/discovery.ts";
import type { Call, Thing } from "./api/server.ts";
import { type Asked, type Context, defineCommand } from "./command.ts";
import { CommandError, Exit, isNotFound, throwListed, usageError } from "./errors.ts";
import { CustomColumnsPrinter, columnsOfFile, columnsOfSpec } from "./print/custom-columns.ts";
import { type OutputOptions, outputFlags, PrintedError, printerFor } from "./print/formats.ts";
import { sortedBy, Unsortable } from "./print/sort.ts";
import { type TableOptions, TablePrinter } from "./print/table.ts";
import { textOfFile } from "./resources/files.ts";
import { type Found, find, targetsOf } from "./resources/find.ts";
import { allNamespacesFlag, chunkSizeFlag, fieldSelectorFlag, fileFlags, selectorFlag } from "./resources/flags.ts";
import { checkRawPath } from "./resources/raw.ts";
import type { Target } from "./resources/target.ts";

const formats =
  "json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide";

const flags = {
  ...fileFlags("of the objects to get."),
  ...outputFlags,
  output: {
    ...outputFlags.output,
    help: `The output format: ${formats.replaceAll("|", ", ")}.`,
    completes: [...(outputFlags.output.completes as readonly string[]), "custom-columns", "custom-columns-file", "wide"],
  },
  "all-namespaces": allNamespacesFlag,
  "chunk-size": chunkSizeFlag,
  "field-selector": fieldSelectorFlag,
  "ignore-not-found": bool({ help: "An object that is named and not there is no error. Lists without any object are not concerned." }),
  "label-columns": strings({ short: "L", help: "Labels to show as columns, separated by commas. May be given several times." }),
  "no-headers": bool({ help: "Print no line of headers." }),
  "output-watch-events": bool({ help: "With --watch or --watch-only, print the events too; what is there already comes as ADDED." }),
  raw: string({ help: "A path to request from the server as it is." }),
  selector: selectorFlag,
  "server-print": bool({ default: true, help: "Let the server make the table, as it can for all kinds." }),
  "show-kind": bool({ help: "Put the kind before each name." }),
  "show-labels": bool({ help: "Show all labels in a last column." }),
  "sort-by": string({ help: "The field, as JSONPath, to sort lists by: a number or text (e.g. '{.metadata.name}')." }),
  subresource: string({ help: "The part of the object to get: status, scale, resize.", completes: ["status", "scale", "resize"] }),
  watch: bool({ short: "w", help: "After getting them, watch for changes." }),
  "watch-only": bool({ help: "Watch for changes without getting them first." }),
} as const;

const tables = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

export const get = defineCommand({
  name: "get",
  suggestFor: ["list", "ls"],
  group: "Basic Commands (Intermediate):",
  usage: `[(-o|--output=)${formats}] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]`,
  summary: "Display one or many resources",
  description: `Display one or many resources.

 Shows what matters most about the objects, as a table. A label selector picks some; without a namespace those of the current one are shown.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# All pods, with the node that each runs on
kubectl get pods -o wide

# One deployment as YAML
kubectl get deployment web -o yaml

# Pods and services together
kubectl get pods,services

# One field of one object
kubectl get pod web -o jsonpath='{.status.podIP}'

# Pods of all namespaces as they change
kubectl get pods --all-namespaces --watch`,
  flags,
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out } = context;
    if (flags.raw) return raw(context, flags.raw);
    const watches = flags.watch || flags["watch-only"];
    if (!watches && args.length === 0 && flags.filename.length === 0 && flags.kustomize === "") {
      out.error('You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n');
      throw usageError(
        context,
        'error: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      );
    }
    if (flags["show-labels"] && flags.output && flags.output !== "wide")
      throw new CommandError(`--show-labels option cannot be used with ${flags.output} printer`);
    if (flags["output-watch-events"] && !watches)
      throw new CommandError("--output-watch-events option can only be used with --watch or --watch-only");

    const format = knownOrProblem(() => formatOf(context, flags));
    const human = !(format instanceof CommandError) && format.kind === "table";
    const call: Call = human && flags["server-print"] ? { accept: tables, ...(flags["sort-by"] ? { query: { includeObject: "Object" } } : {}) } : {};
    const query = {
      args,
      typesMeanAll: true,
      files: flags,
      labels: flags.selector,
      fields: flags["field-selector"],
      allNamespaces: flags["all-namespaces"],
      subresource: flags.subresource,
      latest: true,
      continues: !watches,
      singleType: watches,
      chunkSize: flags["sort-by"] ? 0 : flags["chunk-size"],
      enforceNamespace: true,
      call,
    };
    const found = await find(kube, context.process, query);
    if (format instanceof CommandError) return refused(context, found, format);
    if (watches) return watch(context, found, format, call);
    try {
      return await (human ? printTables(context, found) : printObjects(context, found, format));
    } catch (error) {
      if (!(error instanceof Unsortable)) throw error;
      kube.log("F", "sorter.go:375", error.message);
      throw new Exit(1);
    }
  },
});

/** The real kubectl looks at the format once it has the objects: that one object is not there is told first. */
async function refused({ flags }: GetContext, found: Found, problem: CommandError): Promise<never | undefined> {
  const missing: unknown[] = [];
  let any = false;
  for await (const entry of found.targets()) {
    if (!("error" in entry)) any = true;
    else if (!(flags["ignore-not-found"] && isNotFound(entry.error))) missing.push(entry.error);
  }
  if (missing.length > 0 && found.single) throwListed(missing);
  if (!any && missing.length === 0 && flags["ignore-not-found"]) return undefined;
  throw problem;
}

function knownOrProblem<T>(read: () => T): T | CommandError {
  try {
    return read();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

type GetContext = Asked<typeof flags>;
type FlagValues = GetContext["flags"];

type Format = { kind: "table" } | { kind: "columns"; printer: CustomColumnsPrinter } | { kind: "objects"; print: (object: Thing) => string };

function formatOf(context: Context, options: OutputOptions & { "no-headers": boolean }): Format {
  const { output, template } = options;
  if (output === "wide" || (output === "" && template === "")) return { kind: "table" };
  for (const [name, columns] of [
    ["custom-columns-file", (path: string) => columnsOfFile(columnsText(context, path))] as const,
    ["custom-columns", columnsOfSpec] as const,
  ]) {
    if (output !== name && !output.startsWith(`${name}=`)) continue;
    const spec = output.slice(name.length + 1) || template;
    if (spec === "") throw new CommandError("custom-columns format specified but no custom columns given");
    return { kind: "columns", printer: new CustomColumnsPrinter(columns(spec), options["no-headers"]) };
  }
  const print = printerFor(context.process, options, ["custom-columns", "custom-columns-file", "wide"]);
  return print ? { kind: "objects", print } : { kind: "table" };
}

function columnsText({ process }: Context, path: string): string {
  try {
    return textOfFile(process, path);
  } catch (error) {
    throw error instanceof CommandError ? new CommandError(`error reading template ${path}, ${error.message}`) : error;
  }
}

async function raw(
  { kube, out, args, flags }: { kube: Context["kube"]; out: Context["out"]; args: readonly string[]; flags: FlagValues },
  path: string,
): Promise<void> {
  if (args.length > 0) throw new CommandError("arguments may not be passed when --raw is specified");
  if (flags.watch || flags["watch-only"] || flags.selector)
    throw new CommandError("--raw may not be specified with other flags that filter the server request or alter the output");
  if (flags.output) throw new CommandError("--raw and --output are mutually exclusive");
  checkRawPath(path);
  const decoder = new TextDecoder();
  const source = await kube.server.stream("GET", path);
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    out.print(decoder.decode(chunk, { stream: true }));
    await out.flush();
  }
}

function tableOptions(flags: FlagValues, resource: Resource, withKind: boolean): TableOptions {
  const kind = resource.group ? `${resource.kind.toLowerCase()}.${resource.group}` : resource.kind.toLowerCase();
  return {
    wide: flags.output === "wide",
    noHeaders: flags["no-headers"],
    withNamespace: flags["all-namespaces"] && resource.namespaced,
    kind: withKind || flags["show-kind"] ? kind : undefined,
    labelColumns: flags["label-columns"],
    showLabels: flags["show-labels"],
  };
}

async function printTables({ flags, kube, out }: GetContext, found: Found): Promise<void> {
  const pieces: { resource: Resource; table: Table }[] = [];
  const errors: unknown[] = [];
  for await (const entry of found.lists()) {
    if ("error" in entry) {
      if (!(flags["ignore-not-found"] && isNotFound(entry.error))) errors.push(entry.error);
    } else if ("target" in entry) pieces.push({ resource: entry.target.resource, table: asTable(entry.target.object, kube.now) });
    else pieces.push({ resource: entry.resource, table: asTable(entry.list, kube.now) });
  }

  const several = pieces.some((piece) => piece.resource !== pieces[0]?.resource);
  let printer: TablePrinter | undefined;
  let last: Resource | undefined;
  let printed = false;
  const flush = () => {
    const text = printer?.take() ?? "";
    if (text && printed && !flags["no-headers"]) out.line();
    if (text) printed = true;
    out.print(text);
  };
  for (const { resource, table } of pieces) {
    if (resource !== last) {
      flush();
      printer = new TablePrinter(tableOptions(flags, resource, several));
      last = resource;
    }
    try {
      // A row alone has no order: not even its field is looked at.
      const sorts = flags["sort-by"] && (pieces.length > 1 || (table.rows?.length ?? 0) > 1);
      printer?.add(sorts ? { ...table, rows: sortedBy(table.rows ?? [], flags["sort-by"], (row) => row.object) } : table);
    } catch (error) {
      // What cannot be sorted is not printed, and that is all: so does the real one.
      if (!(error instanceof CommandError) || pieces.length > 1) throw error;
    }
  }
  flush();
  if (!printed && !flags["ignore-not-found"] && errors.length === 0) {
    const inNamespace = !flags["all-namespaces"] && pieces.every(({ resource }) => resource.namespaced);
    out.error(inNamespace ? `No resources found in ${kube.namespace} namespace.` : "No resources found");
  }
  throwListed(errors);
}

/** The server's table, or one of names and ages where it sent an object. */
function asTable(object: Thing | undefined, now: number): Table {
  if (!object || object.kind === "Table") return (object ?? { rows: [], columnDefinitions: [] }) as unknown as Table;
  const items = Array.isArray(object["items"]) ? (object["items"] as Thing[]) : [object];
  const column = (name: string, format: string) => ({ name, type: "string" as const, format, description: "", priority: 0 });
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    columnDefinitions: [column("Name", "name"), column("Age", "")],
    rows: items.map((item) => ({ cells: [item.metadata.name, ageOf(item.metadata.creationTimestamp, now)], object: item })),
  };
}

async function printObjects({ flags, out }: GetContext, found: Found, format: Format): Promise<void> {
  const targets: Target[] = [];
  const errors: unknown[] = [];
  for await (const entry of found.targets()) {
    if (!("error" in entry)) targets.push(entry);
    else if (!(flags["ignore-not-found"] && isNotFound(entry.error))) errors.push(entry.error);
  }
  if (errors.length > 0 && found.single) throwListed(errors);
  if (targets.length === 0 && flags["ignore-not-found"]) return throwListed(errors);

  const objects = targets.flatMap(({ object }) => (object ? [object] : []));
  const ordered = flags["sort-by"] ? sortedBy(objects, flags["sort-by"], (object) => object) : objects;
  const [only] = ordered;
  try {
    if (format.kind === "columns") out.print(format.printer.lines(ordered));
    else if (format.kind === "objects") {
      if (found.single && only && ordered.length === 1) out.print(format.print(only));
      else if (flags.output === "name") for (const object of ordered) out.print(format.print(object));
      else out.print(format.print(listOf(ordered)));
    }
  } catch (error) {
    if (error instanceof PrintedError) out.print(error.printed);
    throw error;
  }
  throwListed(errors);
}

const listOf = (items: readonly Thing[]): Thing => ({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }) as unknown as Thing;

async function watch(context: GetContext, found: Found, format: Format, call: Call): Promise<void> {
  const { flags, kube, out } = context;
  if (flags["sort-by"])
    out.error(
      flags.watch
        ? "warning: --watch requested, --sort-by will be ignored for watch events received"
        : "warning: --watch-only requested, --sort-by will be ignored",
    );
  const starts: { resource: Resource; namespace: string; name?: string; object: Thing }[] = [];
  try {
    for await (const entry of found.lists()) {
      if ("error" in entry) throw entry.error;
      starts.push(
        "target" in entry
          ? { ...entry.target, object: entry.target.object as Thing }
          : { resource: entry.resource, namespace: entry.namespace, object: entry.list },
      );
    }
  } catch (error) {
    if (flags["ignore-not-found"] && isNotFound(error)) return;
    throw error;
  }
  const [start] = starts;
  if (!start) return;
  const { resource, namespace, name, object } = start;
  const printer = new TablePrinter(tableOptions(flags, resource, false));
  const show = (thing: Thing, type: string) => {
    const event = flags["output-watch-events"] ? type : undefined;
    if (format.kind === "table") out.print(printer.lines(asTable(thing, kube.now), event));
    else if (format.kind === "columns") out.print(format.printer.lines([event ? { type, object: thing } : thing]));
    else out.print(format.print(event && flags.output !== "name" ? ({ type, object: thing } as unknown as Thing) : thing));
  };

  if (!flags["watch-only"]) {
    for (const { object: thing } of starts) {
      if (format.kind === "table" || !Array.isArray(thing["items"])) show(thing, "ADDED");
      else for (const target of targetsOf(resource, thing)) show(target.object as Thing, "ADDED");
    }
    await out.flush();
  }
  if (name && starts.length > 1) throw new CommandError("you may only watch a single resource or type of resource at a time");
  const selectors = {
    labelSelector: flags.selector || undefined,
    fieldSelector: name ? `metadata.name=${name}` : flags["field-selector"] || undefined,
  };
  // An object may be older than what the server remembers: a watch of one begins now, with the object as it is, which was shown already.
  const single = name !== undefined;
  let known = single;
  const version = single ? "0" : object.metadata.resourceVersion;
  const { signal, end, expired } = kube.deadline(kube.requestTimeout);
  try {
    for await (const event of kube.server.watch(pathOf(resource, namespace), {
      ...call,
      query: { ...call.query, ...selectors, resourceVersion: version },
      signal,
    })) {
      if (event.type === "BOOKMARK") continue;
      if (known) {
        known = false;
        continue;
      }
      show(event.object, event.type);
      await out.flush();
    }
  } catch (error) {
    if (!expired()) throw error;
  } finally {
    end();
  }
}
