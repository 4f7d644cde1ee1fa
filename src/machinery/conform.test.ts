import { expect, test } from "vitest";
import { asGiven, conform, withFields } from "./conform.ts";
import { schemaOf } from "./schema.ts";
import type { StorageClass } from "./types.ts";

const pod = schemaOf({ group: "", version: "v1", kind: "Pod" });
if (!pod) throw new Error("no schema of Pod");

const draft = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", labels: { app: "web" } },
  spec: {
    hostNetwork: false,
    containers: [
      { name: "a", image: "nginx", ports: [{ containerPort: 80 }] },
      { name: "b", image: "busybox", resources: { requests: { cpu: "1000m" } } },
    ],
  },
};

test("zeros go and come, defaults come", () => {
  expect(conform(pod, draft)).toEqual({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", labels: { app: "web" } },
    spec: {
      containers: [
        { name: "a", image: "nginx", ports: [{ containerPort: 80, protocol: "TCP" }], resources: {} },
        { name: "b", image: "busybox", resources: { requests: { cpu: "1" } } },
      ],
    },
    status: {},
  });
});

test("what did not change is the same object", () => {
  const old = conform<Record<string, unknown>>(pod, draft);
  expect(conform(pod, structuredClone(draft), old)).toBe(old);

  const { spec, metadata } = old as typeof draft;
  const changed = conform<typeof draft>(
    pod,
    { ...draft, spec: { ...draft.spec, containers: [{ name: "new", image: "x" }, ...draft.spec.containers] } } as typeof draft,
    old,
  );
  expect(changed.metadata).toBe(metadata);
  expect(changed.spec.containers[1]).toBe(spec.containers[0]);
  expect(changed.spec.containers[2]).toBe(spec.containers[1]);
});

test("a condition has its times even when nobody set them", () => {
  const { status } = conform<{ status: unknown }>(pod, { status: { conditions: [{ type: "Ready", status: "True" }] } });
  expect(status).toEqual({ conditions: [{ type: "Ready", status: "True", lastProbeTime: null, lastTransitionTime: null }] });
});

test("an empty list that is left out is still told from none, also by copies", () => {
  const schema = schemaOf({ group: "storage.k8s.io", version: "v1", kind: "StorageClass" });
  if (!schema) throw new Error("no schema of StorageClass");
  const metadata = { name: "fast" };
  const given = conform<StorageClass>(schema, { metadata, provisioner: "a", parameters: {} } as StorageClass);
  const copied = conform(schema, withFields(given, { provisioner: "b" }));
  expect([Object.keys(copied), asGiven(copied, "parameters"), asGiven(copied, "mountOptions")]).toEqual([["metadata", "provisioner"], {}, undefined]);
});
