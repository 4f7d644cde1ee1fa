import { expect, test } from "vitest";
import { validateLabelSelector, validateManagerName, validateMetadata, validateMetadataUpdate } from "./metadata.ts";
import { nameForms } from "./names.ts";
import { pathText } from "./status.ts";
import type { ObjectMeta } from "./types.ts";

const good: ObjectMeta = { name: "web", namespace: "default", resourceVersion: "1", uid: "u", generation: 2 };
const texts = (errors: Iterable<{ path: Parameters<typeof pathText>[0]; text: string }>) =>
  [...errors].map(({ path, text }) => `${pathText(path)}: ${text}`);

test.for<[string, Partial<ObjectMeta>, string[]]>([
  ["a good one", {}, []],
  ["no name", { name: "" }, ["metadata.name: Required value: name or generateName is required"]],
  ["no namespace", { namespace: "" }, ["metadata.namespace: Required value"]],
  ["long name", { name: "a".repeat(254) }, [`metadata.name: Invalid value: "${"a".repeat(254)}": must be no more than 253 characters`]],
  ["long label", { labels: { a: "x".repeat(64) } }, [`metadata.labels: Invalid value: "${"x".repeat(64)}": must be no more than 63 bytes`]],
  ["upper-case annotation", { annotations: { "Example.Com/A": "" } }, []],
  ["large annotations", { annotations: { a: "x".repeat(256 * 1024) } }, ["metadata.annotations: Too long: may not be more than 262144 bytes"]],
  [
    "an owner without a name",
    { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "", uid: "u" }] },
    ['metadata.ownerReferences.name: Invalid value: "": must not be empty'],
  ],
  [
    "an owner of two slashes",
    { ownerReferences: [{ apiVersion: "a/b/c", kind: "Pod", name: "p", uid: "u" }] },
    ['metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty'],
  ],
  [
    "a finalizer that is no name",
    { finalizers: ["_"] },
    [
      "metadata.finalizers: Invalid value: \"_\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
  [
    "both ways to delete",
    { finalizers: ["orphan", "foregroundDeletion"] },
    ['metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set'],
  ],
  [
    "an odd manager",
    { managedFields: [{ operation: "Guess", fieldsType: "FieldsV2", manager: "x" }] },
    [
      'metadata.managedFields[0].operation: Invalid value: "Guess": must be `Apply` or `Update`',
      'metadata.managedFields[0].fieldsType: Invalid value: "FieldsV2": must be `FieldsV1`',
    ],
  ],
])("create with %s", ([, change, expected]) => {
  expect(texts(validateMetadata({ ...good, ...change }, true, nameForms.subdomain))).toEqual(expected);
});

test("a cluster's object has no namespace", () => {
  expect(texts(validateMetadata(good, false, nameForms.subdomain))).toEqual(["metadata.namespace: Forbidden: not allowed on this type"]);
});

test.for<[string, Partial<ObjectMeta>, Partial<ObjectMeta>, string[]]>([
  ["nothing", {}, {}, []],
  ["the uid", {}, { uid: "v" }, ['metadata.uid: Invalid value: "v": field is immutable']],
  ["no version", {}, { resourceVersion: "" }, ['metadata.resourceVersion: Invalid value: "": must be specified for an update']],
  ["an earlier generation", {}, { generation: 1 }, ["metadata.generation: Invalid value: 1: must not be decremented"]],
  [
    "a finalizer while it is deleted",
    { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a.b/c"] },
    { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a.b/c", "a.b/e", "a.b/d"] },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/d", "a.b/e"}',
    ],
  ],
])("update of %s", ([, old, meta, expected]) => {
  expect(texts(validateMetadataUpdate({ ...good, ...meta }, { ...good, ...old }))).toEqual(expected);
});

test("selectors and managers", () => {
  expect(
    texts(
      validateLabelSelector(
        {
          matchExpressions: [
            { key: "a", operator: "In" },
            { key: "a", operator: "Exists", values: ["b"] },
            { key: "a", operator: "Is" },
          ],
        },
        ["spec", "selector"],
      ),
    ),
  ).toEqual([
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Is": not a valid selector operator',
  ]);
  expect(texts(validateManagerName("a\nb", ["fieldManager"]))).toEqual([
    'fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
  ]);
});
