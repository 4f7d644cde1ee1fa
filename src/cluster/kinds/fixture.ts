import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { noKubelets } from "#cluster/apiserver/kubelets.ts";
import { apiServer } from "#cluster/apiserver/server.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Api } from "#machinery/client.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import { admin } from "#machinery/user.ts";
import * as kinds from "./index.ts";

/** When everything happens in tests of kinds. */
export const noon = Date.UTC(2026, 10, 23, 12);

/** An API server with every kind, the namespace `default`, and nobody who does anything. */
export async function freshApi(): Promise<Api> {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, noon);
  const all = Object.values(kinds);
  const api = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: all, kubelets: noKubelets }).api(admin);
  await api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  await api.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } });
  return api;
}

/** Everything that is wrong with what was written, as `field: message`; nothing where it was taken. */
export async function refusal(write: Promise<unknown>): Promise<string[]> {
  try {
    await write;
    return [];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.status.details?.causes?.map(({ field, message }) => `${field}: ${message}`) ?? [error.message];
  }
}

/** A path and the value that is to stand there, undefined for none, and what the server says of it. */
export type Case = readonly [path: string, value: unknown, ...problems: string[]];

/** A copy of an object with another value at a path: `spec.containers.0.image`. */
export function changed<T extends object>(object: T, path: string, value: unknown): T {
  const copy = structuredClone(object);
  const steps = path.split("/").length > 1 ? path.split("/") : path.split(".");
  const last = steps.pop() ?? "";
  let part = copy as Record<string, unknown>;
  for (const step of steps) {
    part[step] ??= {};
    part = part[step] as Record<string, unknown>;
  }
  if (value === undefined) delete part[last];
  else part[last] = value;
  return copy;
}

let shared: Promise<Api> | undefined;
const server = () => (shared ??= freshApi());

const find = (api: Api, resource: string, { metadata }: Draft<KubeObject>) => api.get(resource, metadata.name ?? "", metadata.namespace);

async function clear(api: Api, resource: string, object: Draft<KubeObject>): Promise<void> {
  if (find(api, resource, object)) await api.delete(resource, object.metadata.name ?? "", object.metadata.namespace, { gracePeriodSeconds: 0 });
  const held = find(api, resource, object);
  if (held) await api.update(resource, { ...held, metadata: { ...held.metadata, finalizers: [] } });
}

/** What the server says of creating `base` with another value at a path. */
export async function ofCreate(resource: string, base: Draft<KubeObject>, [path, value]: Case): Promise<string[]> {
  const api = await server();
  const object = changed(base, path, value);
  const problems = await refusal(api.create(resource, object));
  await clear(api, resource, object);
  return problems;
}

/** What the server says of changing one value of `base`, which is there. */
export async function ofUpdate(resource: string, base: Draft<KubeObject>, [path, value]: Case): Promise<string[]> {
  const api = await server();
  const before = await api.create(resource, base);
  const problems = await refusal(api.update(resource, changed(before, path, value)));
  await clear(api, resource, base);
  return problems;
}
