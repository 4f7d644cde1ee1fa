import type { Container, PodSpec } from "#machinery/types.ts";

/**
 * Fields of features that v1.36 has but does not turn on by default; a server without them lets nobody set them. Gives the spec without them, the
 * same object where there is none. https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/
 */
export function withoutDisabledFields(spec: PodSpec): PodSpec {
  const { schedulingGroup: _, ...rest } = spec as PodSpec & { schedulingGroup?: unknown };
  const parts: Partial<PodSpec> = {
    ...changed(spec, "volumes", withoutDisabledSources),
    ...changed(spec, "containers", withoutStopSignal),
    ...changed(spec, "initContainers", withoutStopSignal),
  };
  return "schedulingGroup" in spec || Object.keys(parts).length > 0 ? { ...(rest as PodSpec), ...parts } : spec;
}

function changed<N extends "volumes" | "containers" | "initContainers">(
  spec: PodSpec,
  name: N,
  change: (item: NonNullable<PodSpec[N]>[number]) => NonNullable<PodSpec[N]>[number],
): Partial<PodSpec> {
  const list = (spec[name] ?? []) as NonNullable<PodSpec[N]>[number][];
  const next = list.map(change);
  return next.some((item, i) => item !== list[i]) ? { [name]: next } : {};
}

/** ContainerStopSignals. */
function withoutStopSignal(container: Container): Container {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const { lifecycle, ...rest } = container;
  const { stopSignal: _, ...hooks } = lifecycle;
  return Object.keys(hooks).length > 0 ? { ...container, lifecycle: hooks } : rest;
}

type Volume = NonNullable<PodSpec["volumes"]>[number];

/** ClusterTrustBundleProjection and PodCertificateRequest. */
function withoutDisabledSources(volume: Volume): Volume {
  const sources = volume.projected?.sources;
  if (!volume.projected || !sources?.some((source) => source.clusterTrustBundle || source.podCertificate)) return volume;
  const kept = sources.map(({ clusterTrustBundle: _, podCertificate: __, ...source }) => source);
  return { ...volume, projected: { ...volume.projected, sources: kept } };
}
