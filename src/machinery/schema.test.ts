import { expect, test } from "vitest";
import { kinds, structs } from "#generated/schema.ts";
import { schemaAt, schemaById, schemaOf } from "./schema.ts";

const deployment = schemaOf({ group: "apps", version: "v1", kind: "Deployment" });
if (!deployment) throw new Error("no schema of Deployment");

test("every recorded schema can be read, to the last field", () => {
  for (const id of Object.keys(structs))
    for (const field of schemaById(id).fields.values()) expect(field.schema.goType, `${id}.${field.name}`).not.toBe("");
  for (const id of Object.values(kinds)) expect(schemaById(id).type).toBe("struct");
});

test.for([
  [["spec", "replicas"], "int32"],
  [["spec", "template", "spec", "containers", 0, "ports"], "[]v1.ContainerPort"],
  [["metadata", "labels", "app"], "string"],
  [["spec", "strategy", "rollingUpdate", "maxSurge"], "intstr.IntOrString"],
  [["spec", "nothing", "here"], undefined],
] as const)("%j is of type %s", ([path, goType]) => {
  expect(schemaAt(deployment, path)?.goType).toBe(goType);
});

test("lists know how they merge", () => {
  expect(schemaAt(deployment, ["spec", "template", "spec", "containers", 0, "ports"])).toMatchObject({
    merge: "map",
    keys: ["containerPort", "protocol"],
  });
  expect(schemaAt(deployment, ["spec", "template", "spec", "tolerations"])).toMatchObject({ merge: "atomic" });
  expect(schemaAt(deployment, ["metadata", "finalizers"])).toMatchObject({ merge: "set" });
});

test("what one field owns by its parts another owns as a whole", () => {
  expect(schemaAt(deployment, ["spec", "selector"])).toMatchObject({ type: "struct", atomic: true });
  const volume = schemaOf({ group: "", version: "v1", kind: "PersistentVolume" });
  expect(volume && schemaAt(volume, ["spec", "claimRef"])).toMatchObject({ atomic: false });
});

test("unknown kinds have none", () => {
  expect(schemaOf({ group: "apps", version: "v1", kind: "Bogus" })).toBeUndefined();
});
