import type { Service } from "#machinery/types.ts";
import { bool, int, string } from "../cli/flags.ts";
import { ApiProblem, ask, needRunning, primary } from "./cluster.ts";
import { type Context, defineCommand, Stopped } from "./command.ts";
import { drawn } from "./table.ts";

const headers = ["NAMESPACE", "NAME", "TARGET PORT", "URL"];
const notExposed = "No node port";

/** How a service is reached from outside: one URL a node port. */
function urlsOf(context: Context, { spec }: Service, format: string): string[] {
  const address = primary(context)?.address ?? "";
  return (spec.ports ?? []).flatMap(({ nodePort, name }) =>
    nodePort
      ? [
          format
            .replaceAll("{{.IP}}", address)
            .replaceAll("{{.Port}}", String(nodePort))
            .replaceAll("{{.Name}}", name ?? ""),
        ]
      : [],
  );
}

const portsOf = ({ spec }: Service): string => (spec.ports ?? []).map(({ name, port }) => (name ? `${name}/${port}` : String(port))).join("\n");

function rowOf(context: Context, service: Service, format: string): string[] {
  const { namespace = "", name = "" } = service.metadata;
  const urls = urlsOf(context, service, format);
  return urls.length > 0 ? [namespace, name, portsOf(service), urls.join("\n")] : [namespace, name, notExposed, ""];
}

const usualFormat = "http://{{.IP}}:{{.Port}}";

const list = defineCommand({
  name: "list",
  usage: "[flags]",
  summary: "Lists the URLs for the services in your local cluster",
  flags: {
    namespace: string({ short: "n", help: "The services' namespace; all where it is left out." }),
    output: string({ short: "o", default: "table", help: "The output format: table or json." }),
  },
  async run(context) {
    const { flags, out } = context;
    await needRunning(context, flags.profile);
    const path = flags.namespace ? `/api/v1/namespaces/${encodeURIComponent(flags.namespace)}/services` : "/api/v1/services";
    const { items } = await ask<{ items: Service[] }>(context, path);
    if (flags.output === "json") {
      const shown = items.map((service) => ({
        Namespace: service.metadata.namespace,
        Name: service.metadata.name,
        URLs: urlsOf(context, service, usualFormat),
        PortNames: portsOf(service).split("\n"),
      }));
      out.line(JSON.stringify(shown));
    } else
      out.print(
        drawn(
          headers,
          items.map((service) => rowOf(context, service, usualFormat)),
        ),
      );
  },
});

export const service = defineCommand({
  name: "service",
  group: "Networking and Connectivity Commands:",
  usage: "[flags] SERVICE",
  summary: "Returns a URL to connect to a service",
  flags: {
    all: bool({ help: "All services of the namespace." }),
    format: string({ default: usualFormat, help: "The form of a URL, as a Go template of IP, Port and Name." }),
    https: bool({ help: "Print https URLs." }),
    interval: int({ default: 1, help: "How many seconds to wait between two looks." }),
    namespace: string({ short: "n", default: "default", help: "The service's namespace." }),
    url: bool({ help: "Print the URL instead of opening it." }),
    wait: int({ default: 2, help: "How many seconds to wait for the service." }),
  },
  commands: [list],

  async run(context) {
    const { flags, args, out } = context;
    if (args.length === 0 && !flags.all) {
      await out.fail("fatal", "Exiting due to MK_USAGE: You must specify service name(s) or --all flag");
      throw new Stopped(14);
    }
    await needRunning(context, flags.profile);
    const base = `/api/v1/namespaces/${encodeURIComponent(flags.namespace)}/services`;
    const services: Service[] = [];
    for (const name of args) services.push(await named(context, base, name, flags));
    if (flags.all) services.push(...(await ask<{ items: Service[] }>(context, base)).items);

    const format = flags.https ? flags.format.replace(/^http:/, "https:") : flags.format;
    const open: { name: string; urls: string[] }[] = [];
    for (const found of services) {
      const name = `${found.metadata.namespace}/${found.metadata.name}`;
      const urls = urlsOf(context, found, format);
      if (urls.length === 0) {
        if (!flags.url) out.print(drawn(headers, [rowOf(context, found, format)]));
        await out.step("sad", `service ${name} has no node port`);
        continue;
      }
      open.push({ name, urls });
      if (flags.url) for (const url of urls) out.line(url);
      else out.print(drawn(headers, [rowOf(context, found, format)]));
    }
    const hidden = services.filter((found) => urlsOf(context, found, format).length === 0);
    if (hidden.length > 0) {
      const names = hidden.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(" ");
      await out.fail(
        "warning",
        `Services [${names}] have type "ClusterIP" not meant to be exposed, however for local development minikube allows you to access this !`,
      );
    }
    if (flags.url) return;
    for (const { name, urls } of open) {
      await out.step("party", `Opening service ${name} in default browser...`);
      // No browser is on this machine: the address is what helps.
      for (const url of urls) await out.step("tip", url);
    }
  },
});

async function named(context: Context, base: string, name: string, { namespace }: { readonly namespace: string }): Promise<Service> {
  try {
    return await ask<Service>(context, `${base}/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 404) throw error;
    await context.out.fail(
      "fatal",
      `Exiting due to SVC_NOT_FOUND: Service '${name}' was not found in '${namespace}' namespace.\nYou may select another namespace by using 'minikube service ${name} -n <namespace>'. Or list out all the services using 'minikube service list'`,
    );
    throw new Stopped(115);
  }
}
