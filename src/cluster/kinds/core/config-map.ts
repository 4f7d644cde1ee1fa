import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ConfigMap } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const configMap = defineKind<ConfigMap>({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  shortNames: ["cm"],
  scope: "Namespaced",
  revalidatesMetadata: true,
  docs: "https://kubernetes.io/docs/concepts/configuration/configmap/",

  columns: columnsOf<ConfigMap>("ConfigMap", [
    { name: "Data", type: "string", cell: (map) => Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length },
  ]),
});
