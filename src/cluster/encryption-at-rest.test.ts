import { expect, test } from "vitest";
import { textOf } from "#base/streams.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Pod } from "#machinery/types.ts";
import { MemoryFileSystem } from "#shell/memory-file-system.ts";
import { EncryptionAtRest } from "./encryption-at-rest.ts";

const pod = (...flags: string[]) =>
  ({
    spec: {
      containers: [{ name: "kube-apiserver", command: ["kube-apiserver", ...flags], volumeMounts: [{ name: "enc", mountPath: "/etc/enc" }] }],
      volumes: [{ name: "enc", hostPath: { path: "/opt/enc" } }],
    },
  }) as unknown as Pod;

const told = pod("--encryption-provider-config=/etc/enc/enc.yaml");
const config = (...providers: string[]) =>
  `kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers: [${providers.join(", ")}]\n`;

test("what is written while a provider is first lies encrypted, what was there stays", () => {
  const store = new MemoryStore();
  const disk = new MemoryFileSystem({ now: () => 0 });
  disk.mkdir("/opt/enc", { recursive: true });
  const encryption = new EncryptionAtRest(store);
  const head = (key: string) => {
    const entry = store.get(key);
    return entry && textOf(encryption.sealed(entry, new TextEncoder().encode("k8s plain"))).slice(0, 27);
  };
  const start = (first: Pod, text: string) => {
    disk.write("/opt/enc/enc.yaml", text);
    encryption.started(first, disk);
  };
  const old = "/registry/secrets/default/old";
  const map = "/registry/configmaps/default/map";
  store.put(old, { n: 1 });
  store.put(map, { n: 1 });

  start(
    told,
    config("aescbc: {keys: [{name: key1, secret: x}]}", "identity: {}").replaceAll(/\[(aescbc.*?\}), (identity.*?)\]\n/g, "[{$1}, {$2}]\n"),
  );
  const fresh = "/registry/secrets/default/fresh";
  store.put(fresh, { n: 1 });
  store.put(map, { n: 2 });
  expect([head(old), head(fresh), head(map)]).toEqual(
    ["k8s plain", "k8s:enc:aescbc:v1:key1:", "k8s plain"].map((text) => expect.stringContaining(text)),
  );
  const entries = [old, fresh, map].map((key) => store.get(key));
  expect(entries.map((entry) => entry && encryption.isStale(entry))).toEqual([true, false, false]);

  start(pod(), "");
  expect(entries.map((entry) => entry && encryption.isStale(entry))).toEqual([false, true, false]);
});
