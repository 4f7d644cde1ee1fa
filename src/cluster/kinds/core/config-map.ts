import { defineKind } from "#cluster/apiserver/kind.ts";
import { byteLength, configMapKeyProblems } from "#machinery/names.ts";
import type { ConfigMap } from "#machinery/types.ts";
import { sortedKeys } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkSettled, decodedLength } from "./secret/validate.ts";

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

  validate: validation((field, map, old) => {
    if (old) checkSettled(field, map, old, ["data", "binaryData"]);
    let size = 0;
    for (const key of sortedKeys(map.data)) {
      field.at("data").key(key).problems(key, configMapKeyProblems(key));
      if (map.binaryData?.[key] !== undefined) field.at("data").key(key).invalid(key, "duplicate of key present in binaryData");
      size += byteLength(map.data?.[key] ?? "");
    }
    for (const key of sortedKeys(map.binaryData)) {
      field.at("binaryData").key(key).problems(key, configMapKeyProblems(key));
      size += decodedLength(map.binaryData?.[key] ?? "");
    }
    if (size > mostBytes) field.at("").tooLong(mostBytes);
  }),
});

const mostBytes = 1024 * 1024;
