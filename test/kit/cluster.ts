import type { BootOptions } from "#cluster/boot-options.ts";
import { Cluster } from "#cluster/cluster.ts";
import type { Api } from "#machinery/client.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { Deployment, Event } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";

export const start = Date.UTC(2026, 10, 23, 12);

/** A cluster and what tests do with it. Defects that no part reported are thrown by `rest`. */
export interface Playground {
  readonly cluster: Cluster;
  readonly api: Api;
  /** Does something in the cluster, and lets it come to rest. */
  does<T>(work: (api: Api) => T | Promise<T>): Promise<T>;
  /** Lets everything come to rest; or time pass. */
  rest(milliseconds?: number): Promise<void>;
  make(...objects: readonly Draft<KubeObject>[]): Promise<void>;
  /** What events say about an object, oldest first: `Normal Scheduled: Successfully …`. */
  events(name: string): string[];
}

export async function playground(options: Partial<BootOptions> = {}): Promise<Playground> {
  return playOn(await Cluster.boot({ profile: "bare", seed: 1, now: start, ...options }));
}

export function playOn(cluster: Cluster): Playground {
  const failures: unknown[] = [];
  cluster.onFailure = (error) => failures.push(error);
  const api = cluster.api(admin, "kubectl");
  const rest = async (milliseconds?: number) => {
    if (milliseconds === undefined) await cluster.settle();
    else await cluster.clock.advance(cluster.clock.now() + milliseconds);
    if (failures.length > 0) throw failures[0];
  };
  return {
    cluster,
    api,
    rest,
    async does(work) {
      const result = await cluster.tasks.run(() => work(api));
      await rest();
      return result;
    },
    async make(...objects) {
      await cluster.tasks.run(async () => {
        for (const object of objects) await api.create(resourceOf(api, object), object);
      });
      await rest();
    },
    events: (name) =>
      api
        .list<Event>("events")
        .filter(({ involvedObject }) => involvedObject.name === name)
        .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
        .map(({ type, reason, message }) => `${type} ${reason}: ${message}`),
  };
}

const timeOf = ({ firstTimestamp, eventTime }: Event) => eventTime || firstTimestamp || "";

function resourceOf(api: Api, { apiVersion, kind }: Draft<KubeObject>): string {
  const served = api.resourceOf(apiVersion, kind);
  if (!served) throw new Error(`nobody serves ${apiVersion} ${kind}`);
  return served.resource;
}

/** A deployment of nginx called `web`, with this of its spec. */
export function web(spec: Partial<Deployment["spec"]> = {}, image = "nginx:1.27", name = "web"): Draft<Deployment> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default", labels: { app: name } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: { metadata: { name: "", labels: { app: name } }, spec: { containers: [{ name: "nginx", image }] } },
      ...spec,
    },
  };
}

/** The deployment with another image: what `kubectl set image` does. */
export function withImage(deployment: Deployment, image: string): Deployment {
  const { template } = deployment.spec;
  const containers = template.spec?.containers.map((container) => ({ ...container, image })) ?? [];
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}
