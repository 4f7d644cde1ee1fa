import type { HTTPIngressPath, IngressBackend, IngressRule, IngressTLS } from "#machinery/types.ts";
import { string, strings } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

const ruleForm = /^(?:[\w*.-]+)?\/[\w/*.-]*=[\w-]+:[\w-]+(?:,(?:tls(?:=[\w.-]+)?)?)?$/;

export const ingress = defineCommand({
  name: "ingress",
  aliases: ["ing"],
  usage: "NAME --rule=host/path=service:port[,tls[=secret]] ",
  summary: "Create an ingress with the specified name",
  examples: `# One path of a host, by TLS with the certificate of a secret
kubectl create ingress simple --rule="foo.com/bar=svc1:8080,tls=my-cert"

# A path of any host, for a class
kubectl create ingress catch-all --class=otheringress --rule="/path=svc:port"

# Two paths of a host
kubectl create ingress multipath --class=default \\
--rule="foo.com/=svc:port" \\
--rule="foo.com/admin/=svcadmin:portadmin"

# Prefixes of two hosts
kubectl create ingress ingress1 --class=default \\
--rule="foo.com/path*=svc:8080" \\
--rule="bar.com/admin*=svc2:http"

# TLS with the controller's own certificate
kubectl create ingress ingtls --class=default \\
--rule="foo.com/=svc:https,tls" \\
--rule="foo.com/path/subpath*=othersvc:8080"

# Somewhere to lead all else
kubectl create ingress ingdefault --class=default \\
--default-backend=defaultsvc:http \\
--rule="foo.com/*=svc:8080,tls=secret1"`,
  flags: {
    ...creationFlags,
    annotation: strings({ commas: false, help: "An annotation, as key=value. May be given several times." }),
    class: string({ help: "The ingress class." }),
    "default-backend": string({ help: "Where to lead what no rule fits, as SERVICE:PORT." }),
    rule: strings({
      commas: false,
      help: "A rule, as host/path=service:port[,tls=secret]; a path that ends with * is a prefix. May be given several times.",
    }),
  },

  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    if (flags["default-backend"] === "" && flags.rule.length === 0)
      throw new CommandError(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    for (const rule of flags.rule)
      if (!ruleForm.test(rule)) throw new CommandError(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    for (const annotation of flags.annotation)
      if (!annotation.includes("=")) throw new CommandError(`annotation ${annotation} is invalid and should be in format key=[value]`);
    if (flags["default-backend"] && flags["default-backend"].split(":").length !== 2)
      throw new CommandError("default-backend should be in format servicename:serviceport");

    const annotations = Object.fromEntries(flags.annotation.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
    const [tls, rules] = [tlsOf(flags.rule), rulesOf(flags.rule)];
    const spec = {
      ...(flags.class ? { ingressClassName: flags.class } : {}),
      ...(flags["default-backend"] ? { defaultBackend: backendOf(flags["default-backend"]) } : {}),
      ...(tls.length > 0 ? { tls } : {}),
      ...(rules.length > 0 ? { rules } : {}),
    };
    const metadata = { ...metadataOf(context, name), ...(flags.annotation.length > 0 ? { annotations } : {}) };
    await create(
      context,
      { kind: "Ingress", apiVersion: "networking.k8s.io/v1", metadata, spec, status: { loadBalancer: {} } },
      { plural: "ingresses", failure: "failed to create ingress: " },
    );
  },
});

function rulesOf(texts: readonly string[]): IngressRule[] {
  const rules: IngressRule[] = [];
  for (const text of texts) {
    const [target = ""] = text.split(",");
    const slash = target.indexOf("/");
    const [host, path] = [target.slice(0, slash), pathOf(target.slice(slash + 1))];
    const known = rules.find((rule) => (rule.host ?? "") === host);
    if (known?.http) known.http.paths.push(path);
    else rules.push({ ...(host ? { host } : {}), http: { paths: [path] } });
  }
  return rules;
}

function pathOf(text: string): HTTPIngressPath {
  const [rest = "", service = ""] = text.split("=");
  const path = `/${rest}`;
  return path.endsWith("*")
    ? { path: path.slice(0, -1), pathType: "Prefix", backend: backendOf(service) }
    : { path, pathType: "Exact", backend: backendOf(service) };
}

function backendOf(text: string): IngressBackend {
  const [name = "", port = ""] = text.split(":");
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** A host is named once; hosts of one secret stand together. */
function tlsOf(texts: readonly string[]): IngressTLS[] {
  const entries: IngressTLS[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    const [target = "", tls] = text.split(",");
    if (tls === undefined) continue;
    const [host = ""] = target.split("/");
    const secretName = tls.split("=")[1] ?? "";
    if (seen.has(host)) continue;
    seen.add(host);
    const known = entries.find((entry) => (entry.secretName ?? "") === secretName);
    if (known) known.hosts = [...(known.hosts ?? []), host];
    else if (host || secretName) entries.push({ ...(host ? { hosts: [host] } : {}), ...(secretName ? { secretName } : {}) });
  }
  return entries;
}
