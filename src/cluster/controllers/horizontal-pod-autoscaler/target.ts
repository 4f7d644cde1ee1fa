import type { Api } from "#machinery/client.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import { StatusError } from "#machinery/status.ts";
import type { HorizontalPodAutoscaler, Pod, Scale } from "#machinery/types.ts";

export interface ScaleTarget {
  resource: string;
  scale: Scale;
}

/** The size of what an autoscaler is for; a text says why there is none. */
export function targetOf({ metadata, spec }: HorizontalPodAutoscaler, api: Api): ScaleTarget | string {
  const { apiVersion = "", kind, name } = spec.scaleTargetRef;
  const { group, version } = groupVersionOf(apiVersion);
  if (apiVersion.split("/").length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const served = api.resourceOf(apiVersion, kind) ?? (version === "v1" ? undefined : api.resourceOf(group ? `${group}/v1` : "v1", kind));
  if (!served) return `no matches for kind "${kind}" in group "${group}"`;
  try {
    const scale = api.getScale(served.resource, name, metadata.namespace ?? "");
    return scale ? { resource: served.resource, scale } : `${served.resource} "${name}" not found`;
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
}

/** The autoscalers, as `namespace/name`, whose targets have one of these pods. */
export function ownersOf(pods: readonly Pod[], namespace: string, api: Api): string[] {
  const found: string[] = [];
  for (const autoscaler of api.list<HorizontalPodAutoscaler>("horizontalpodautoscalers.autoscaling", { namespace })) {
    const target = targetOf(autoscaler, api);
    const selector = typeof target === "string" ? undefined : target.scale.status?.selector;
    if (!selector) continue;
    const matches = matcher(selector);
    if (pods.some(({ metadata }) => matches(metadata.labels))) found.push(`${namespace}/${autoscaler.metadata.name}`);
  }
  return found.sort();
}
