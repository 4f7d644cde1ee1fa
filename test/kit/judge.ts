import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import type { Kind } from "#cluster/apiserver/kind.ts";
import { noKubelets } from "#cluster/apiserver/kubelets.ts";
import { apiServer } from "#cluster/apiserver/server.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Api } from "#machinery/client.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import { admin } from "#machinery/user.ts";
import { start } from "./cluster.ts";

/** An API server with every kind, the namespace `default`, and nobody who does anything. */
export async function freshApi(): Promise<Api> {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, start);
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

/** A path, the value that is to stand there (undefined for none), and what is said of it. */
export type Case = readonly [path: string, value: unknown, ...said: string[]];

/** A copy of an object with another value at a path: `spec.containers.0.image`. */
export function withValue<T extends object>(object: T, path: string, value: unknown): T {
  const copy = structuredClone(object);
  const steps = path.split(".");
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

async function server(): Promise<Api> {
  shared ??= freshApi();
  return shared;
}

async function clear(api: Api, resource: string, { metadata }: Draft<KubeObject>): Promise<void> {
  const { name = "", namespace } = metadata;
  if (api.get(resource, name, namespace)) await api.delete(resource, name, namespace, { gracePeriodSeconds: 0 });
  const held = api.get(resource, name, namespace);
  if (held) await api.update(resource, { ...held, metadata: { ...held.metadata, finalizers: [] } });
}

/** Tests what the server says of creating `base` with another value at each path. */
export function judges(resource: string, base: Draft<KubeObject>, cases: readonly Case[]): void {
  test.for(cases)(`judges ${resource} with $0 = $1`, async ([path, value, ...said]) => {
    const api = await server();
    const object = withValue(base, path, value);
    const problems = await refusal(api.create(resource, object));
    await clear(api, resource, object);
    expect(problems).toEqual(said);
  });
}

/** Tests what the server says of changing one value of `base`, which is there. */
export function judgesChanges(resource: string, base: Draft<KubeObject>, cases: readonly Case[]): void {
  test.for(cases)(`judges changing $0 of ${resource} to $1`, async ([path, value, ...said]) => {
    const api = await server();
    const before = await api.create(resource, base);
    const problems = await refusal(api.update(resource, withValue(before, path, value)));
    await clear(api, resource, base);
    expect(problems).toEqual(said);
  });
}

/** Tests what a client is told of writing `base` with another value at each path, though it is taken. */
export function warns<T extends KubeObject>(kind: Kind<T>, base: T, cases: readonly Case[]): void {
  test.for(cases)(`warns of ${kind.plural} with $0 = $1`, ([path, value, ...said]) => {
    expect([...(kind.warnings?.(withValue(base, path, value), undefined, "") ?? [])]).toEqual(said);
  });
}

/** The cells of an object's row, by column. */
export function cellsOf<T extends KubeObject>(kind: Kind<T>, object: T, now = start): Record<string, unknown> {
  return Object.fromEntries((kind.columns ?? []).map((column) => [column.name, column.cell(object, now)]));
}
