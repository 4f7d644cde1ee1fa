import type { PolicyRule, SelfSubjectAccessReview, SelfSubjectRulesReview } from "#machinery/types.ts";
import { bool, string } from "../../cli/flags.ts";
import { tabbed } from "../../cli/tab-writer.ts";
import { type Asked, defineCommand } from "../command.ts";
import { listText, resourceText, simpleRules } from "../describe/rbac.ts";
import { CommandError } from "../errors.ts";
import { tableSpacing } from "../print/formats.ts";
import { allNamespacesFlag } from "../resources/flags.ts";

const resourceVerbs = "get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest".split(" ");
const pathVerbs = "get put post head options delete patch *".split(" ");
/** What only the verb impersonate is about: discovery does not know it. */
const undiscovered = ["users", "groups"];

const flags = {
  "all-namespaces": allNamespacesFlag,
  list: bool({ help: "Print all that is allowed." }),
  "no-headers": bool({ help: "Print no line of headers." }),
  quiet: bool({ short: "q", help: "Print nothing; the exit code tells." }),
  subresource: string({ help: "A part of the resource, such as log or scale." }),
} as const;

type Ask = Asked<typeof flags>;

export const canI = defineCommand({
  name: "can-i",
  connectsFirst: true,
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  summary: "Check whether an action is allowed",
  description: `Check whether an action is allowed.

 VERB is what the API calls an action: get, list, watch, create, delete and so on. TYPE is a kind of resource, NAME one of its objects, NONRESOURCEURL a path of the server that begins with "/".`,
  examples: `# May I create pods in any namespace?
kubectl auth can-i create pods --all-namespaces

# May a service account list deployments here?
kubectl auth can-i list deployments --as=system:serviceaccount:default:robot

# May I read the logs of pods?
kubectl auth can-i get pods --subresource=log

# All that I may
kubectl auth can-i --list`,
  flags,

  async run(context) {
    const { flags: f, args } = context;
    if (f.list) {
      if (args.length > 0) throw new CommandError("list option must be specified with no arguments");
      if (f.quiet || f["all-namespaces"] || f.subresource)
        throw new CommandError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
      return list(context);
    }
    return check(context);
  },
});

async function check(context: Ask): Promise<number> {
  const { flags: f, args, kube, out } = context;
  const [verb = "", what = ""] = args;
  if (args.length !== 2)
    throw new CommandError(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  const warn = (text: string) => out.error(`Warning: ${text}\n`);
  const isPath = what.startsWith("/");
  const resource = isPath ? undefined : await resourceOf(context, what, warn);
  if (isPath) {
    if (f.subresource) throw new CommandError("--subresource can not be used with NonResourceURL");
    if (!pathVerbs.includes(verb)) warn(`verb '${verb}' is not a known verb`);
  } else if (!f["all-namespaces"]) {
    if (resource && !resource.namespaced)
      warn(`resource '${resource.resource}' is not namespace scoped${resource.group ? ` in group '${resource.group}'` : ""}`);
    if (!resourceVerbs.includes(verb)) warn(`verb '${verb}' is not a known verb`);
  }
  if (f["no-headers"]) throw new CommandError("--no-headers cannot be set without --list specified");
  const spec = resource
    ? {
        resourceAttributes: {
          namespace: f["all-namespaces"] ? "" : kube.namespace,
          verb,
          group: resource.group,
          resource: resource.resource,
          subresource: f.subresource,
          name: resource.name,
        },
      }
    : { nonResourceAttributes: { verb, path: what } };
  const body = { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec, status: { allowed: false } };
  const { status } = await kube.server.send<SelfSubjectAccessReview>("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { body });
  const why = [status?.reason, status?.evaluationError].filter(Boolean).map((text) => ` - ${text}`);
  if (!f.quiet) out.line(status?.allowed ? "yes" : `no${why.join("")}`);
  return status?.allowed ? 0 : 1;
}

interface Subject {
  resource: string;
  group: string;
  name: string;
  namespaced: boolean;
}

async function resourceOf({ kube }: Ask, what: string, warn: (text: string) => void): Promise<Subject> {
  const slash = what.indexOf("/");
  const [word, name] = slash < 0 ? [what, ""] : [what.slice(0, slash), what.slice(slash + 1)];
  if (word === "*") return { resource: "*", group: "", name, namespaced: true };
  const known = (await kube.discovery()).find(word);
  if (known) return { resource: known.plural, group: known.group, name, namespaced: known.namespaced };
  const [plural = "", ...group] = word.toLowerCase().split(".");
  if (!undiscovered.includes(word.toLowerCase()))
    warn(`the server doesn't have a resource type '${plural}'${group.length > 0 ? ` in group '${group.join(".")}'` : ""}`);
  return { resource: word, group: "", name, namespaced: true };
}

async function list({ flags: f, kube, out }: Ask): Promise<void> {
  const body = {
    kind: "SelfSubjectRulesReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec: { namespace: kube.namespace },
    status: { resourceRules: null, nonResourceRules: null, incomplete: false },
  };
  const { status } = await kube.server.send<SelfSubjectRulesReview>("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", { body });
  if (status?.incomplete) out.error(`Warning: the list may be incomplete: ${status.evaluationError ?? ""}`);
  const rules = [...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])] as PolicyRule[];
  const rows = simpleRules(rules).map((rule) => [
    resourceText(rule.resources, rule.apiGroups),
    listText(rule.nonResourceURLs),
    listText(rule.resourceNames),
    listText(rule.verbs),
  ]);
  const lines = [...(f["no-headers"] ? [] : [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]), ...rows];
  out.print(tabbed(lines.map((cells) => `${cells.join("\t")}\n`).join(""), tableSpacing));
}
