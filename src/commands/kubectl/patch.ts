import type { JsonPatchOperation } from "#machinery/json-patch.ts";
import { applyMergePatch } from "#machinery/merge-patch.ts";
import { schemaOf } from "#machinery/schema.ts";
import { StatusError } from "#machinery/status.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { bool, string } from "../cli/flags.ts";
import type { Resource } from "./api/discovery.ts";
import type { Query, Thing } from "./api/server.ts";
import { operated } from "./apply/json-operations.ts";
import { type PatchType, patchTarget, patchTypes } from "./change.ts";
import { type Context, defineCommand } from "./command.ts";
import { CommandError, ServerError } from "./errors.ts";
import { latePrinterFor, outputFlags } from "./print/formats.ts";
import { doneText } from "./print/name.ts";
import { recorded } from "./record.ts";
import { textOfFile } from "./resources/files.ts";
import { find, visit } from "./resources/find.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, recordFlag } from "./resources/flags.ts";
import type { Target } from "./resources/target.ts";

export const patch = defineCommand({
  name: "patch",
  group: "Advanced Commands:",
  usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
  summary: "Update fields of a resource",
  examples: `# Mark a node as unschedulable
kubectl patch node minikube -p '{"spec":{"unschedulable":true}}'

# By JSON patch
kubectl patch pod web --type=json -p='[{"op": "replace", "path": "/spec/containers/0/image", "value": "nginx:1.27"}]'`,
  flags: {
    ...outputFlags,
    ...fileFlags("of the objects to patch."),
    "dry-run": dryRunFlag,
    "field-manager": fieldManagerFlag("kubectl-patch"),
    local: bool({ help: "Work on files alone, without the server." }),
    patch: string({ short: "p", help: "The patch, as JSON or YAML." }),
    "patch-file": string({ help: "The file of the patch.", completes: "file" }),
    record: recordFlag,
    subresource: string({ help: "The part of the object to patch: status, scale, resize.", completes: ["status", "scale", "resize"] }),
    type: string({ default: "strategic", help: "The type of the patch: json, merge or strategic.", completes: ["json", "merge", "strategic"] }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    if (flags.patch && flags["patch-file"]) throw new CommandError("cannot specify --patch and --patch-file together");
    if (!flags.patch && !flags["patch-file"]) throw new CommandError("must specify --patch or --patch-file containing the contents of the patch");
    if (flags.local && args.length > 0) throw new CommandError("cannot specify --local and server resources");
    if (flags.local && dryRun === "server") throw new CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    const type = flags.type.toLowerCase();
    if (type !== "json" && type !== "merge" && type !== "strategic")
      throw new CommandError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.type)}`);
    const text = flags.patch || patchFile(context, flags["patch-file"]);
    const print = latePrinterFor(process, flags);
    const found = await find(kube, process, {
      args,
      files: flags,
      enforceNamespace: true,
      continues: true,
      local: flags.local,
      latest: false,
      subresource: flags.subresource,
      fetch: true,
    });
    const body = textAsJson(text);
    let count = 0;
    await visit(found, async (target) => {
      count++;
      const before = target.object;
      if (!before) return;
      if (flags.local || dryRun === "client") {
        const after = patchedHere(target.resource, before, body, type);
        out.print(print ? print(after) : doneText(after, wordFor(before, after)));
        return;
      }
      const query = { fieldManager: flags["field-manager"] || undefined, dryRun: dryRun === "server" ? "All" : undefined };
      let after = await sent(context, target, body, type, query, flags.subresource || undefined);
      const word = wordFor(before, after);
      if (flags.record) after = await recorded(context, target, after, dryRun);
      out.print(print ? print(after) : doneText(after, word));
    });
    if (count === 0) throw new CommandError("no objects passed to patch");
  },
});

async function sent(context: Context, target: Target, body: string, type: PatchType, query: Query, subresource: string | undefined): Promise<Thing> {
  try {
    return await patchTarget(context, target, body, type, query, subresource);
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== "UnsupportedMediaType") throw error;
    const { group, version, kind } = target.resource;
    throw new CommandError(`${patchTypes[type]} is not supported by ${group}/${version}, Kind=${kind}: ${error.message}`);
  }
}

/** A patch that changes nothing is told as such. */
function wordFor(before: Thing, after: Thing): string {
  const bare = ({ metadata: { managedFields: _, resourceVersion: __, ...metadata }, ...rest }: Thing) => JSON.stringify({ ...rest, metadata });
  return bare(before) === bare(after) ? "patched (no change)" : "patched";
}

function patchFile({ process }: Context, path: string): string {
  try {
    return textOfFile(process, path);
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`unable to read patch file: ${error.message}`);
    throw error;
  }
}

/** JSON goes to the server as it was typed; YAML is made JSON. */
function textAsJson(text: string): string {
  if (/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.stringify(parseYaml(text).value);
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`unable to parse ${JSON.stringify(text)}: ${error.message}`);
    throw error;
  }
}

function patchedHere({ group, version, kind }: Resource, object: Thing, text: string, type: LocalType): Thing {
  try {
    const body = jsonOf(text, type);
    if (type === "json") return operationsOf(body).reduce<unknown>(operated, object) as Thing;
    const schema = type === "strategic" ? schemaOf({ group, version, kind }) : undefined;
    return (schema ? applyStrategicPatch(schema, object, body) : applyMergePatch(object, body)) as Thing;
  } catch (error) {
    if (error instanceof StatusError) throw new CommandError(error.message);
    throw error;
  }
}

type LocalType = "json" | "merge" | "strategic";

/** Each sort of patch is read by another library, and each says in its own words what is wrong. */
function jsonOf(text: string, type: LocalType): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError(type === "json" ? "unexpected end of JSON input" : type === "merge" ? "Invalid JSON Patch" : "invalid JSON document");
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "strategic" && !isObject) throw new CommandError("invalid JSON document");
  if (type === "merge" && !isObject)
    throw new CommandError(Array.isArray(value) ? "json: cannot unmarshal array into Go value of type unstructured.detector" : "Invalid JSON Patch");
  return value;
}

function operationsOf(body: unknown): readonly JsonPatchOperation[] {
  const refused = (value: unknown, type: string) =>
    new CommandError(`json: cannot unmarshal ${typeof value === "boolean" ? "bool" : typeof value} into Go value of type jsonpatch.${type}`);
  if (!Array.isArray(body)) throw refused(body, "Patch");
  const stray: unknown = body.find((operation) => typeof operation !== "object" || operation === null);
  if (stray !== undefined) throw refused(stray, "Operation");
  return body as JsonPatchOperation[];
}
