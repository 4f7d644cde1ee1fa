import { createDecipheriv } from "node:crypto";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { expect, test } from "vitest";
import { textOf } from "#base/streams.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { readEncryptionConfiguration } from "#machinery/encryption-configuration.ts";
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
const secret = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");
const config = (...providers: object[]) =>
  JSON.stringify({ apiVersion: "apiserver.config.k8s.io/v1", kind: "EncryptionConfiguration", resources: [{ resources: ["secrets"], providers }] });
const by = (provider: string) => config({ [provider]: { keys: [{ name: "key1", secret }] } }, { identity: {} });

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

  start(told, by("aescbc"));
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

test.each([
  ["aescbc", (bytes: Buffer) => undone(createDecipheriv("aes-256-cbc", Buffer.from(secret, "base64"), bytes.subarray(0, 16)), bytes.subarray(16))],
  [
    "aesgcm",
    (bytes: Buffer) => {
      const cipher = createDecipheriv("aes-256-gcm", Buffer.from(secret, "base64"), bytes.subarray(0, 12));
      cipher.setAAD(Buffer.from("/registry/secrets/default/s"));
      cipher.setAuthTag(bytes.subarray(-16));
      return undone(cipher, bytes.subarray(12, -16));
    },
  ],
  [
    "secretbox",
    (bytes: Buffer) => Buffer.from(xsalsa20poly1305(Buffer.from(secret, "base64"), bytes.subarray(0, 24)).decrypt(bytes.subarray(24))).toString(),
  ],
])("what %s encrypts, its key decrypts", (provider, decrypt) => {
  const store = new MemoryStore();
  const disk = new MemoryFileSystem({ now: () => 0 });
  disk.mkdir("/opt/enc", { recursive: true });
  disk.write("/opt/enc/enc.yaml", by(provider));
  const encryption = new EncryptionAtRest(store);
  encryption.started(told, disk);
  const entry = store.put("/registry/secrets/default/s", { n: 1 });
  const bytes = Buffer.from(encryption.sealed(entry, new TextEncoder().encode("k8s plain")));
  const head = `k8s:enc:${provider}:v1:key1:`;
  expect(bytes.subarray(0, head.length).toString()).toBe(head);
  expect(decrypt(bytes.subarray(head.length))).toBe("k8s plain");
});

const undone = (cipher: { update(bytes: Buffer): Buffer; final(): Buffer }, bytes: Buffer) =>
  Buffer.concat([cipher.update(bytes), cipher.final()]).toString();

test.each([
  [
    "resources: Required value: at least one resource must be defined",
    '{"apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration"}',
  ],
  ['no kind "Pod" is registered for version "v1"', '{"apiVersion": "v1", "kind": "Pod"}'],
  [
    'resources[0].providers[0].aescbc.keys[0].secret: Invalid value: "REDACTED": secret is not of the expected length, got 3, expected one of [16 24 32]',
    config({ aescbc: { keys: [{ name: "a", secret: "YWJj" }] } }),
  ],
  [
    'resources[0].providers[0].secretbox.keys[0].secret: Invalid value: "REDACTED": secrets must be base64 encoded',
    config({ secretbox: { keys: [{ name: "a", secret: "*" }] } }),
  ],
  ["resources[0].providers[1].kms: not simulated by Podyard: there is no KMS plugin to connect to", config({ identity: {} }, { kms: {} })],
])("a configuration that says no more than %j is refused", (why, text) => {
  expect(() => readEncryptionConfiguration(text)).toThrow(why);
});
