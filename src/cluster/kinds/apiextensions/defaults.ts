import type { CustomResourceDefinition } from "#machinery/types.ts";

export function defaultDefinition({ spec }: CustomResourceDefinition): void {
  spec.names.singular ||= (spec.names.kind ?? "").toLowerCase();
  spec.names.listKind ||= spec.names.kind ? `${spec.names.kind}List` : "";
  spec.conversion ??= { strategy: "None" };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
}
