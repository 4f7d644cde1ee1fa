import { yamlText } from "#machinery/go-yaml.ts";
import { bool, string, strings } from "../cli/flags.ts";
import { tabbed } from "../cli/tab-writer.ts";
import { kyamlText } from "../yaml/kyaml.ts";
import { apiVersion, type Discovery, qualified, type Resource } from "./api/discovery.ts";
import { defineCommand, type KubectlCommand } from "./command.ts";
import { CommandError, usageError } from "./errors.ts";
import { noPrinter, tableSpacing } from "./print/formats.ts";
import { structJson } from "./print/json.ts";

export const apiResources: KubectlCommand = defineCommand({
  name: "api-resources",
  usage: "[flags]",
  summary: "Print the supported API resources on the server",
  examples: `# All
kubectl api-resources

# With the verbs that each knows
kubectl api-resources -o wide

# Those of one group
kubectl api-resources --api-group=rbac.authorization.k8s.io

# Those that are in no namespace
kubectl api-resources --namespaced=false`,
  flags: {
    "api-group": string({ help: "Only resources of this group." }),
    cached: bool({ help: "Use what is known of the server already." }),
    categories: strings({ help: "Only resources that are in all of these categories." }),
    namespaced: bool({ default: true, help: "Only resources that are in a namespace; with =false only those that are not. Both unless given." }),
    "no-headers": bool({ help: "Print no line of headers." }),
    output: string({ short: "o", help: "The output format: json, yaml, kyaml, name or wide.", completes: ["json", "yaml", "kyaml", "name", "wide"] }),
    "show-managed-fields": bool({ help: "Keep metadata.managedFields in JSON and YAML." }),
    "sort-by": string({ help: "What to sort by: name or kind.", completes: ["name", "kind"] }),
    verbs: strings({ help: "Only resources that know all of these verbs." }),
  },

  async run(context) {
    const { flags, args, kube, out } = context;
    if (args.length > 0) throw usageError(context, `unexpected arguments: [${args.join(" ")}]`);
    if (!["", "wide", "name", "json", "yaml", "kyaml"].includes(flags.output))
      throw noPrinter(flags.output, ["json", "yaml", "kyaml", "name", "wide"]);
    if (!["", "name", "kind"].includes(flags["sort-by"])) throw new CommandError("--sort-by accepts only name or kind");
    const resources = preferred(await (flags.cached ? kube.discovery() : kube.offered()))
      .filter(({ verbs }) => verbs.length > 0)
      .filter(({ group }) => !context.changed("api-group") || group === flags["api-group"])
      .filter(({ namespaced }) => !context.changed("namespaced") || namespaced === flags.namespaced)
      .filter(({ verbs }) => flags.verbs.every((verb) => verbs.includes(verb)))
      .filter(({ categories }) => flags.categories.every((category) => categories.includes(category)))
      .sort(order(flags["sort-by"]));
    if (flags.output === "name") {
      for (const resource of resources) out.line(qualified(resource));
      return;
    }
    if (flags.output === "json" || flags.output === "yaml" || flags.output === "kyaml") {
      const list = { kind: "APIResourceList", apiVersion: "v1", groupVersion: "", resources: resources.map(entry) };
      out.print(flags.output === "json" ? `${structJson(list, 4)}\n` : flags.output === "yaml" ? yamlText(list) : kyamlText(list));
      return;
    }
    const wide = flags.output === "wide";
    const header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])];
    const rows = resources.map((resource) => [
      resource.plural,
      resource.shortNames.join(","),
      apiVersion(resource),
      String(resource.namespaced),
      resource.kind,
      ...(wide ? [resource.verbs.join(","), resource.categories.join(",")] : []),
    ]);
    const lines = [...(flags["no-headers"] ? [] : [header]), ...rows];
    out.print(tabbed(lines.map((cells) => `${cells.join("\t")}\n`).join(""), tableSpacing));
  },
});

/** Each resource once, in the version that its group prefers. */
function preferred({ resources }: Discovery): Resource[] {
  const seen = new Set<string>();
  return resources.filter((resource) => !seen.has(qualified(resource)) && seen.add(qualified(resource)));
}

const order = (by: string) => (a: Resource, b: Resource) => {
  const key = (resource: Resource) => (by === "name" ? resource.plural : by === "kind" ? resource.kind : resource.group);
  return compare(key(a), key(b)) || compare(a.plural, b.plural);
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const entry = ({ plural, singular, namespaced, group, version, kind, verbs, shortNames, categories }: Resource) => ({
  name: plural,
  singularName: singular,
  namespaced,
  ...(group ? { group } : {}),
  ...(version ? { version } : {}),
  kind,
  verbs,
  ...(shortNames.length > 0 ? { shortNames } : {}),
  ...(categories.length > 0 ? { categories } : {}),
});

export const apiVersions: KubectlCommand = defineCommand({
  name: "api-versions",
  usage: "",
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  examples: "# All versions\nkubectl api-versions",
  async run(context) {
    const { args, kube, out } = context;
    if (args.length > 0) throw usageError(context, `unexpected arguments: [${args.join(" ")}]`);
    for (const version of [...(await kube.offered()).versions].sort()) out.line(version);
  },
});
