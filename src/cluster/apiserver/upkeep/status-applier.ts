import { bodyText, type HttpRequest, type HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Registry } from "../registry.ts";
import type { Upkeep } from "./upkeep.ts";

/** Applies statuses as some of the control plane's own parts do: over HTTP, as server-side apply is. */
export function statusApplier(registry: Registry, fetch: (request: HttpRequest) => Promise<HttpResponse>): Upkeep["applyStatus"] {
  return async (resource: string, manager: string, object: KubeObject) => {
    const { apiVersion, kind } = registry.named(resource) ?? {};
    const { namespace, name } = object.metadata;
    const path = `${apiVersion?.includes("/") ? "/apis" : "/api"}/${apiVersion}${namespace ? `/namespaces/${namespace}` : ""}/${kind?.plural}/${name}/status`;
    const response = await fetch({
      method: "PATCH",
      url: `${path}?fieldManager=${manager}&force=true`,
      headers: { "content-type": "application/apply-patch+yaml" },
      body: bytesOf(JSON.stringify(object)),
    });
    if (response.status !== 200 && response.status !== 404) throw new Error(`${path}: ${await bodyText(response)}`);
  };
}
