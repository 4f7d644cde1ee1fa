import { bodySource, bodyText } from "#base/http.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import type { Service } from "#machinery/types.ts";
import { Killed, NetError } from "#shell/process.ts";
import { bool, string } from "../cli/flags.ts";
import { ask, needRunning, primary } from "./cluster.ts";
import { type Context, defineCommand } from "./command.ts";

/** Gives a service the address at which it is reached from outside, or takes it away. */
async function setAddress({ client }: Context, { metadata }: Service, ip: string | undefined): Promise<void> {
  const answer = await client.fetch({
    method: "PATCH",
    url: `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}/status`,
    headers: { "content-type": "application/merge-patch+json", accept: "application/json" },
    body: bytesOf(JSON.stringify({ status: { loadBalancer: ip === undefined ? { ingress: null } : { ingress: [{ ip }] } } })),
  });
  await bodyText(answer);
}

const isBalanced = ({ spec }: Service) => spec?.type === "LoadBalancer";
const hasAddress = ({ status }: Service) => (status?.loadBalancer?.ingress ?? []).length > 0;
const nameOf = ({ metadata }: Service) => metadata.name ?? "";

export const tunnel = defineCommand({
  name: "tunnel",
  group: "Networking and Connectivity Commands:",
  usage: "[flags]",
  summary: "Connect to LoadBalancer services",
  description: "tunnel creates a route to services deployed with type LoadBalancer and sets their Ingress to their ClusterIP.",
  flags: {
    "bind-address": string({ help: "set tunnel bind address, empty or '*' indicates the tunnel should be available for all interfaces" }),
    cleanup: bool({ short: "c", default: true, help: "call with cleanup=true to remove old tunnels" }),
  },

  async run(context) {
    const { flags, out, client, process } = context;
    await needRunning(context, flags.profile);
    const routed = new Map<string, Service>();
    const show = async () => {
      const names = [...routed.values()].map(nameOf);
      out.print(
        `Status:\t\n\tmachine: minikube\n\tpid: ${process.pid}\n\troute: 10.96.0.0/12 -> ${primary(context)?.address ?? ""}\n\tminikube: Running\n\tservices: [${names.join(", ")}]\n    errors: \n\t\tminikube: no errors\n\t\trouter: no errors\n\t\tloadbalancer emulator: no errors\n`,
      );
      await out.flush();
    };
    const take = async (service: Service, isGone: boolean) => {
      const key = `${service.metadata.namespace}/${service.metadata.name}`;
      if (isGone || !isBalanced(service)) {
        if (routed.delete(key)) await show();
        return;
      }
      if (!hasAddress(service)) await setAddress(context, service, service.spec?.clusterIP);
      if (routed.has(key)) return;
      routed.set(key, service);
      await show();
    };
    const { items, metadata } = await ask<{ items: Service[]; metadata: { resourceVersion: string } }>(context, "/api/v1/services");
    if (!items.some(isBalanced)) await show();
    for (const service of items) if (isBalanced(service)) await take(service, false);
    try {
      const answer = await client.fetch({
        method: "GET",
        url: `/api/v1/services?watch=1&resourceVersion=${metadata.resourceVersion}`,
        headers: { accept: "application/json" },
        signal: process.signal,
      });
      const source = bodySource(answer);
      let rest = "";
      for (let chunk = await source.read(process.signal); chunk; chunk = await source.read(process.signal)) {
        const lines = (rest + textOf(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const event = JSON.parse(line) as { type: string; object: Service };
          if (event.object.kind === "Service") await take(event.object, event.type === "DELETED");
        }
      }
    } catch (error) {
      if (!(error instanceof Killed || error instanceof NetError)) throw error;
    } finally {
      // Nobody routes any more: the addresses lead nowhere. Whoever was killed cannot wait for that.
      process.machine.tasks.detach(async () => {
        for (const service of routed.values())
          try {
            await setAddress(context, service, undefined);
          } catch (error) {
            if (!(error instanceof NetError)) throw error;
          }
      });
    }
    process.signal.throwIfAborted();
  },
});
