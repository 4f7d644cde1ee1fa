import { defineKind } from "#cluster/apiserver/kind.ts";
import type { VolumeAttributesClass } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkParameters, checkProvisioner } from "./validate.ts";

export const volumeAttributesClass = defineKind<VolumeAttributesClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  shortNames: ["vac"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/",

  columns: columnsOf<VolumeAttributesClass>("VolumeAttributesClass", [{ name: "DriverName", type: "string", cell: (volumes) => volumes.driverName }]),
  revalidatesMetadata: true,
  validate: validation((field, { driverName, parameters }, old) => {
    if (old && driverName !== old.driverName) field.at("driverName").forbidden("updates to driverName are forbidden.");
    if (old && !same(parameters, old.parameters)) field.at("parameters").forbidden("updates to parameters are forbidden.");
    checkProvisioner(field.at("driverName"), driverName);
    checkParameters(field.at("parameters"), parameters);
    if (Object.keys(parameters ?? {}).length === 0) field.at("parameters").required("must contain at least one key/value pair");
  }),
  deleteAnswers: "object",
});
