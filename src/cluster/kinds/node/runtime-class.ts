import { defineKind } from "#cluster/apiserver/kind.ts";
import type { RuntimeClass, Toleration } from "#machinery/types.ts";
import { checkImmutable, checkLabel, checkLabels, sortedKeys } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { checkOverhead } from "../shared/pod-spec/resource-requirements.ts";
import { checkTolerations } from "../shared/pod-spec/tolerations.ts";
import { oldNodeLabels } from "../shared/pod-spec/warnings.ts";

export const runtimeClass = defineKind<RuntimeClass>({
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  updateNeedsVersion: true,
  scope: "Cluster",
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/concepts/containers/runtime-class/",

  columns: columnsOf<RuntimeClass>("RuntimeClass", [{ name: "Handler", type: "string", cell: ({ handler }) => handler }]),
  createOnUpdate: true,

  revalidatesMetadata: true,
  validate: validation((field, { handler, overhead, scheduling }, old) => {
    if (!handler) field.at("handler").required();
    else checkLabel(field.at("handler"), handler);
    if (overhead) checkOverhead(field.at("overhead"), overhead.podFixed ?? {});
    if (scheduling) {
      const { nodeSelector, tolerations = [] } = scheduling;
      checkLabels(field.at("scheduling", "nodeSelector"), nodeSelector);
      checkTolerations(field.at("scheduling", "tolerations"), tolerations);
      for (const [i, toleration] of tolerations.entries())
        if (tolerations.findIndex((other) => isSame(toleration, other)) < i)
          field.at("scheduling", "tolerations", i).duplicate(goValue("core.Toleration", toleration));
    }
    if (old) checkImmutable(field.at("handler"), handler ?? "", old.handler ?? "");
  }),
  *warnings({ scheduling }) {
    for (const label of sortedKeys(scheduling?.nodeSelector)) if (oldNodeLabels[label]) yield `scheduling.nodeSelector: ${oldNodeLabels[label]}`;
  },
});

const isSame = (a: Toleration, b: Toleration) =>
  (["key", "operator", "value", "effect"] as const).every((part) => (a[part] ?? "") === (b[part] ?? ""));
