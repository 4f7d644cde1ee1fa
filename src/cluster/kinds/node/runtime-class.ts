import { defineKind } from "#cluster/apiserver/kind.ts";
import type { RuntimeClass } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

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
});
