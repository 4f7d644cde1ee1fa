import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { trackUpdate, type Writer } from "./field-manager.ts";
import type { FieldSet } from "./field-set.ts";
import { groupVersionOf, type KubeObject } from "./object.ts";
import { type Schema, schemaOf } from "./schema.ts";
import { applied } from "./server-side-apply.ts";
import { StatusError } from "./status.ts";
import type { ManagedFieldsEntry } from "./types.ts";

interface Recorded {
  objects: KubeObject[];
  cases: {
    kind: "create" | "update" | "apply";
    live?: number;
    next?: number;
    config?: number;
    force?: boolean;
    manager: string;
    subresource: string;
    reset?: FieldSet;
    managers?: ManagedFieldsEntry[];
    error?: string;
    causes?: object[];
  }[];
}

const { objects, cases }: Recorded = JSON.parse(
  gunzipSync(readFileSync(new URL("../../test/recorded/machinery/managed-fields.json.gz", import.meta.url))).toString(),
);

const time = "2026-01-01T00:00:00Z";

function schemaOfObject({ apiVersion, kind }: KubeObject): Schema {
  const schema = schemaOf({ ...groupVersionOf(apiVersion), kind });
  if (!schema) throw new Error(`no schema of ${kind}`);
  return schema;
}

/** Entries as the recordings compare them: in any order, and whether there is a time rather than which. */
const comparable = (entries: readonly ManagedFieldsEntry[]) =>
  entries
    .map((entry) => ({ ...entry, time: entry.time ? "some" : "none" }))
    .sort((a, b) => (JSON.stringify([a.manager, a.operation, a.subresource]) < JSON.stringify([b.manager, b.operation, b.subresource]) ? -1 : 1));

test.for(["create", "update", "apply"] as const)("recorded managers of %s", (wanted) => {
  for (const { kind, live, next, config, force, manager, subresource, reset, managers, error, causes } of cases) {
    if (kind !== wanted) continue;
    const before = live === undefined ? undefined : objects[live];
    const given = objects[next ?? config ?? -1] as KubeObject;
    const schema = schemaOfObject(before ?? given);
    const writer: Writer = { manager, subresource, apiVersion: (before ?? given).apiVersion, time, reset };
    const untouched = JSON.stringify(before);
    try {
      const result = kind === "apply" ? applied(schema, before, given, writer, force ?? false).managers : trackUpdate(schema, before, given, writer);
      expect(comparable(result)).toEqual(comparable(managers ?? []));
      expect(error).toBeUndefined();
    } catch (thrown) {
      if (!(thrown instanceof StatusError)) throw thrown;
      expect(thrown.message.split("\n")[0]).toBe(error);
      expect(new Set(thrown.status.details?.causes)).toEqual(new Set(causes));
    }
    expect(JSON.stringify(before)).toBe(untouched);
  }
});

const configMap = schemaOf({ group: "", version: "v1", kind: "ConfigMap" }) as Schema;
const map = (data: Record<string, string>, managedFields?: readonly ManagedFieldsEntry[]): KubeObject & { data: Record<string, string> } => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c", namespace: "n", uid: "u", ...(managedFields ? { managedFields: [...managedFields] } : {}) },
  data,
});
const by = (manager: string, at = time): Writer => ({ manager, subresource: "", apiVersion: "v1", time: at });

test("entries and sets that do not change are the same objects", () => {
  const first = trackUpdate(configMap, undefined, map({ a: "1" }), by("one"));
  const second = trackUpdate(configMap, map({ a: "1" }, first), map({ a: "1", b: "2" }, first), by("two"));
  expect(second[0]).toBe(first[0]);
  const live = map({ a: "1", b: "2" }, second);
  expect(trackUpdate(configMap, live, { ...live }, by("three"))).toBe(live.metadata.managedFields);
  const third = trackUpdate(configMap, live, map({ a: "1", b: "3" }, live.metadata.managedFields), by("two", "2026-01-02T00:00:00Z"));
  expect(third[1]?.fieldsV1).toBe(second[1]?.fieldsV1);
  expect(third[1]?.time).toBe("2026-01-02T00:00:00Z");
});

test("what is removed is nobody's", () => {
  const first = trackUpdate(configMap, undefined, map({ a: "1" }), by("one"));
  const second = trackUpdate(configMap, map({ a: "1" }, first), map({}, first), by("two"));
  expect(JSON.stringify(second)).not.toContain("f:a");
});

test("too many updaters become ancient changes", () => {
  let live = map({});
  let managers: readonly ManagedFieldsEntry[] = trackUpdate(configMap, undefined, live, by("m"));
  for (let i = 0; i < 14; i++) {
    const next = map({ ...live.data, [`k${i}`]: "" }, managers);
    live = { ...live, metadata: { ...live.metadata, managedFields: [...managers] } };
    managers = trackUpdate(configMap, i === 0 ? undefined : live, next, by(`m${i}`, `2026-01-01T00:00:${String(i).padStart(2, "0")}Z`));
    live = map(next.data, managers);
  }
  expect(managers).toHaveLength(10);
  expect(managers.filter(({ manager }) => manager === "ancient-changes")).toHaveLength(1);
  const ancient = managers.find(({ manager }) => manager === "ancient-changes");
  expect(ancient?.fieldsV1).toMatchObject({ "f:data": { "f:k0": {} } });
});

test("kubectl takes over what it applied on the client's side before", () => {
  const data = { a: "1" };
  const annotation = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data });
  const live = map(data);
  live.metadata.annotations = { "kubectl.kubernetes.io/last-applied-configuration": annotation };
  live.metadata.managedFields = [...trackUpdate(configMap, undefined, live, by("kubectl-client-side-apply"))];
  const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { a: "2" } } as unknown as KubeObject;
  expect(() => applied(configMap, live, config, by("other"), false)).toThrow(
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a',
  );
  const { object } = applied(configMap, live, config, by("kubectl"), false) as { object: KubeObject & { data: object } };
  expect(object.data).toEqual({ a: "2" });
  expect(JSON.parse(object.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"] ?? "")).toEqual(config);
});

test.for([
  [{ data: { a: 1 } }, ".data.a: expected string, got &value.valueUnstructured{Value:1}"],
  [{ bogus: 1 }, ".bogus: field not declared in schema"],
  [{ metadata: { name: "c", managedFields: [] } }, "metadata.managedFields must be nil"],
] as const)("%o cannot be applied", ([change, problem]) => {
  const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, ...change } as unknown as KubeObject;
  expect(() => applied(configMap, undefined, config, by("a"), false)).toThrow(problem);
});
