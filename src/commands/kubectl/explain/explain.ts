import { JsonPathProblem, parseJsonPath } from "#machinery/json-path/parse.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { bool, string } from "../../cli/flags.ts";
import { qualified, type Resource } from "../api/discovery.ts";
import type { Server } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError, Exit } from "../errors.ts";
import { Explainer, type OpenApiDocument } from "./document.ts";
import { ModelPrinter, type OpenApiV2Document } from "./model.ts";

export const explain = defineCommand({
  name: "explain",
  group: "Basic Commands (Intermediate):",
  usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
  summary: "Get documentation for a resource",
  description: `Describe fields and structure of various resources.

 A field is named by the path to it, as in JSONPath: TYPE.field.field. What is told comes from the server.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# A resource and its fields
kubectl explain pods

# All fields below each other
kubectl explain pods --recursive

# A version of it
kubectl explain deployments --api-version=apps/v1

# One field
kubectl explain pods.spec.containers`,
  flags: {
    "api-version": string({ help: "The group and version of the API to explain." }),
    output: string({
      short: "o",
      default: "plaintext",
      help: "How to print it: plaintext or plaintext-openapiv2.",
      completes: ["plaintext", "plaintext-openapiv2"],
    }),
    recursive: bool({ short: "R", help: "Print the fields of fields too." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out } = context;
    if (args.length === 0)
      throw new CommandError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    if (args.length > 1) throw new CommandError("We accept only this format: explain RESOURCE\n");
    const text = args[0] ?? "";
    const [type = "", ...fields] = fieldsOf(text);
    const discovery = await kube.discovery();
    const found = discovery.all(type);
    if (found.length === 0) throw new Exit(1, `the server doesn't have a resource type ${JSON.stringify(type)}`);
    // `deployments.apps.spec` names the group too.
    const exact = flags["api-version"] ? undefined : found.find((resource) => text.startsWith(qualified(resource)));
    const resource = exact ?? found[0];
    if (!resource) return;
    const path = exact ? fieldsOf(text.slice(qualified(exact).length + 1)) : fields;
    if (flags.output !== "plaintext" && flags.output !== "plaintext-openapiv2") throw new CommandError(`unrecognized format: ${flags.output}`);

    const version = flags["api-version"] ? groupVersionOf(flags["api-version"]) : resource;
    const wanted: Resource = { ...resource, group: version.group, version: version.version };
    if (flags.output === "plaintext-openapiv2") {
      out.print(await explainedByV2(kube.server, wanted, path, flags.recursive));
      return;
    }
    const shown = `${wanted.group ? `${wanted.group}/${wanted.version}` : `/${wanted.version}`}, Resource=${wanted.plural}`;
    const { paths } = await kube.server.get<{ paths: Readonly<Record<string, { serverRelativeURL: string }>> }>("/openapi/v3");
    const place = paths[wanted.group ? `apis/${wanted.group}/${wanted.version}` : `api/${wanted.version}`];
    if (!place) throw new CommandError(`couldn't find resource for ${JSON.stringify(shown)}`);
    const explainer = new Explainer(await kube.server.get<OpenApiDocument>(place.serverRelativeURL), flags.recursive);
    const kind = explainer.kindOf(wanted);
    if (!kind) throw new CommandError(`error: GVR (${shown}) not found in OpenAPI schema`);
    const explanation = explainer.explain(kind, path);
    if (explanation === undefined)
      throw new CommandError(`error: GVK map[group:${kind.group} kind:${kind.kind} version:${kind.version}] not found in OpenAPI schema`);
    const head = `${kind.group ? `GROUP:      ${kind.group}\n` : ""}KIND:       ${kind.kind}\nVERSION:    ${kind.version}\n\n`;
    // The real one writes as it goes: the head is there when it finds that there is no such field.
    if (explanation === "") out.print(head);
    if (explanation === "") throw new CommandError(`error: field ${JSON.stringify(path.at(-1) ?? "")} does not exist`);
    out.print(`${head}${explanation}\n`);
  },
});

/** The explanation as it was before each version had its own document. */
async function explainedByV2(server: Server, { group, version, kind }: Resource, path: readonly string[], recursive: boolean): Promise<string> {
  const printer = new ModelPrinter(await server.get<OpenApiV2Document>("/openapi/v2"), recursive);
  const definition = printer.definitionOf({ group, version, kind });
  if (!definition) throw new CommandError(`couldn't find resource for "${group ? `${group}/` : "/"}${version}, Kind=${kind}"`);
  const found = printer.explain({ group, version, kind }, definition, path);
  if ("missing" in found) throw new CommandError(`field ${JSON.stringify(found.missing)} does not exist`);
  return `${found.text}\n`;
}

/** The fields of a path such as `pods.spec.containers`. */
function fieldsOf(text: string): string[] {
  if (text === "") return [];
  try {
    const template = parseJsonPath(`{.${text.replace(/\.$/, "")}}`);
    if (template.length !== 1) throw new CommandError("must pass in 1 jsonpath string");
    return (template[0] ?? []).map((step, i) => {
      if (step.kind === "field") return step.name;
      throw new CommandError(`invalid jsonpath syntax, ${i === 0 ? "first node must be field node" : "all nodes must be field nodes"}`);
    });
  } catch (error) {
    if (error instanceof JsonPathProblem) throw new CommandError(error.message);
    throw error;
  }
}
