import { cbc, gcm } from "@noble/ciphers/aes.js";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf, joined } from "#base/streams.ts";
import type { Entry, Store } from "#cluster/store/store.ts";
import { bytesOfBase64 } from "#machinery/base64-text.ts";
import { type Cipher, type EncryptionRule, readEncryptionConfiguration } from "#machinery/encryption-configuration.ts";
import type { Pod } from "#machinery/types.ts";
import type { FileSystem } from "#shell/file-system.ts";

/** By which rules the API server wrote, from a revision on. */
interface Period {
  from: number;
  rules: readonly EncryptionRule[];
}

const recordKey = "/encryption";
const flag = "--encryption-provider-config=";

/**
 * What of the API server's data lies encrypted in etcd: by the first provider of its configuration, from the start of a server that was told of one. What
 * was there before stays as it is until it is written again. https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
 */
export class EncryptionAtRest {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get #periods(): readonly Period[] {
    return this.#store.records.get<readonly Period[]>(recordKey) ?? [];
  }

  /** Whether an API server was ever told to encrypt. */
  get isKnown(): boolean {
    return this.#periods.length > 0;
  }

  /** An API server was started by a static pod of this machine. */
  started(pod: Pod, disk: FileSystem): void {
    const path = hostPathOf(pod, flag);
    const rules = path === undefined || disk.stat(path)?.kind !== "file" ? [] : rulesOf(disk.readText(path));
    // The server has ended with what is wrong.
    if (!rules) return;
    const periods = this.#periods;
    if (JSON.stringify(periods.at(-1)?.rules ?? []) === JSON.stringify(rules)) return;
    this.#store.records.put(recordKey, [...periods, { from: this.#store.revision, rules }]);
  }

  /** Whether it would lie there otherwise if it were written now. */
  isStale({ key, revision }: Pick<Entry, "key" | "revision">): boolean {
    return this.isKnown && this.#headOf(key, revision) !== this.#headOf(key, Number.POSITIVE_INFINITY);
  }

  /** The bytes that lie in etcd for a value: encrypted as the real server does, for the same key and etcd path. */
  sealed({ key, revision }: Pick<Entry, "key" | "revision">, value: Uint8Array): Uint8Array {
    const rule = this.isKnown ? this.#ruleOf(key, revision) : undefined;
    if (!rule?.key || rule.provider === "identity") return value;
    // Whoever writes draws a nonce; here it follows from what is written, so that it is the same whenever it is looked at.
    const nonce = sha256(bytesOf(`${key} ${revision}`));
    return joined([bytesOf(headOf(rule)), ciphers[rule.provider](bytesOfBase64(rule.key.secret), nonce, value, bytesOf(key))]);
  }

  #headOf(key: string, revision: number): string {
    const rule = this.#ruleOf(key, revision);
    return rule ? headOf(rule) : "";
  }

  #ruleOf(key: string, revision: number): EncryptionRule | undefined {
    const [, , first = "", second = ""] = key.split("/");
    const [group, resource] = first.includes(".") ? [first, second] : [undefined, first];
    const covers = (one: string) => {
      const [name, ...rest] = one.split(".");
      const of = rest.join(".");
      return (name === "*" || name === resource) && (of === "*" || group === undefined || group === of);
    };
    const rules = this.#periods.findLast(({ from }) => revision > from)?.rules ?? [];
    return rules.find(({ resources }) => resources.some(covers));
  }
}

const headOf = ({ provider, key }: EncryptionRule): string => (provider === "identity" ? "" : `k8s:enc:${provider}:v1:${key?.name ?? ""}:`);

type Encrypt = (key: Uint8Array, nonce: Uint8Array, value: Uint8Array, path: Uint8Array) => Uint8Array;

/** What follows the head: the nonce, and the value as the cipher leaves it. */
const ciphers: Record<Cipher, Encrypt> = {
  aescbc: (key, nonce, value) => joined([nonce.subarray(0, 16), cbc(key, nonce.subarray(0, 16)).encrypt(value)]),
  aesgcm: (key, nonce, value, path) => joined([nonce.subarray(0, 12), gcm(key, nonce.subarray(0, 12), path).encrypt(value)]),
  secretbox: (key, nonce, value) => joined([nonce.subarray(0, 24), xsalsa20poly1305(key, nonce.subarray(0, 24)).encrypt(value)]),
};

function rulesOf(text: string): readonly EncryptionRule[] | undefined {
  try {
    return readEncryptionConfiguration(text);
  } catch {
    return undefined;
  }
}

/** Where the file that a flag of a static pod names lies on its machine. */
function hostPathOf({ spec }: Pod, name: string): string | undefined {
  const [container] = spec.containers;
  const inside = [...(container?.command ?? []), ...(container?.args ?? [])].find((word) => word.startsWith(name))?.slice(name.length);
  if (inside === undefined) return undefined;
  const mount = container?.volumeMounts
    ?.filter(({ mountPath }) => inside === mountPath || inside.startsWith(`${mountPath.replace(/\/$/, "")}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const path = spec.volumes?.find((volume) => volume.name === mount?.name)?.hostPath?.path;
  return mount && path !== undefined ? path.replace(/\/$/, "") + inside.slice(mount.mountPath.replace(/\/$/, "").length) : undefined;
}
