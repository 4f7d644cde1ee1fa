import { formatSelector } from "#machinery/selector.ts";
import type { PodTemplateSpec, TopologySpreadConstraint } from "#machinery/types.ts";
import { describeContainers } from "./containers.ts";
import type { Report } from "./report.ts";
import { describeVolumes } from "./volumes.ts";

/** The template of a workload's pods. */
export function describePodTemplate(report: Report, template: PodTemplateSpec | undefined): void {
  report.line(0, "Pod Template:");
  if (!template) {
    report.write(1, "<unset>");
    return;
  }
  const { metadata, spec } = template;
  report.labels("  Labels", metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) report.annotations("  Annotations", metadata?.annotations);
  report.field(1, "Service Account", spec?.serviceAccountName || undefined);
  if (spec?.initContainers?.length) describeContainers(report, "Init Containers", spec.initContainers, undefined, undefined, "  ");
  describeContainers(report, "Containers", spec?.containers, undefined, undefined, "  ");
  describeVolumes(report, spec?.volumes, "  ");
  describeSpread(report, spec?.topologySpreadConstraints, "  ");
  report.field(1, "Priority Class Name", spec?.priorityClassName || undefined);
  report.labels("  Node-Selectors", spec?.nodeSelector).tolerations("  Tolerations", spec?.tolerations);
}

export function describeSpread(report: Report, constraints: readonly TopologySpreadConstraint[] | undefined, space: string): void {
  if (!constraints?.length) return;
  const shown = [...constraints]
    .sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1))
    .map(
      ({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) =>
        `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${labelSelector ? ` for selector ${formatSelector(labelSelector)}` : ""}`,
    );
  report.values("Topology Spread Constraints", shown, space);
}
