import { bodyText } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { Pod } from "#machinery/types.ts";
import { parseYamlDocuments } from "#machinery/yaml.ts";
import { ApiProblem, ask } from "../cluster.ts";
import type { Context } from "../command.ts";
import type { Addon } from "./addon.ts";
import * as addons from "./index.ts";

interface Written {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** The addon of a name, if it is simulated. */
export const addonNamed = (name: string): Addon | undefined => Object.values(addons).find((addon) => addon.name === name);

const objects = ({ manifest }: Addon): Written[] => parseYamlDocuments(manifest).flatMap(({ value }) => (value ? [value as Written] : []));

/** Where an object of a manifest is in the API. Plurals here are all regular but one. */
function pathOf({ apiVersion, kind, metadata }: Written): string {
  const lower = kind.toLowerCase();
  const plural = lower.endsWith("ss") ? `${lower}es` : `${lower}s`;
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${base}${namespace}/${plural}/${metadata.name}`;
}

/** Puts an addon's objects into the cluster; what is there already becomes as it is written. */
export async function install({ client }: Context, addon: Addon): Promise<void> {
  for (const object of objects(addon)) {
    const answer = await client.fetch({
      method: "PATCH",
      url: `${pathOf(object)}?fieldManager=kubectl&force=true`,
      headers: { "content-type": "application/apply-patch+yaml", accept: "application/json" },
      body: bytesOf(JSON.stringify(object)),
    });
    if (answer.status >= 400) throw new ApiProblem(answer.status, (JSON.parse(await bodyText(answer)) as { message?: string }).message ?? "");
  }
}

/** Takes an addon's objects out of the cluster. */
export async function uninstall({ client }: Context, addon: Addon): Promise<void> {
  for (const object of objects(addon).reverse()) {
    const answer = await client.fetch({
      method: "DELETE",
      url: `${pathOf(object)}?propagationPolicy=Background`,
      headers: { accept: "application/json" },
    });
    if (answer.status >= 400 && answer.status !== 404)
      throw new ApiProblem(answer.status, (JSON.parse(await bodyText(answer)) as { message?: string }).message ?? "");
  }
}

/** How often it is looked whether it runs, and for how long. */
const [glance, patience] = [500, 360_000];

/** Waits until what an addon needs runs. */
export async function whenReady(context: Context, { ready }: Addon): Promise<boolean> {
  if (!ready) return true;
  const { process } = context;
  const { clock } = process.machine;
  const path = `/api/v1/namespaces/${ready.namespace}/pods?labelSelector=${encodeURIComponent(ready.labels)}`;
  for (const until = clock.now() + patience; clock.now() < until; ) {
    const { items } = await ask<{ items: Pod[] }>(context, path);
    if (items.some(({ status }) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))) return true;
    await process.sleep(glance);
  }
  return false;
}
