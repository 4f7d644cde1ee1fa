import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf } from "#base/streams.ts";
import type { Entry, Store } from "#cluster/store/store.ts";
import type { Pod } from "#machinery/types.ts";
import { parseYaml } from "#machinery/yaml.ts";
import type { FileSystem } from "#shell/file-system.ts";

/** By which rules the API server wrote, from a revision on. */
interface Period {
  from: number;
  rules: readonly Rule[];
}

interface Rule {
  resources: readonly string[];
  /** What stands before an encrypted value; empty for `identity`. */
  head: string;
}

interface Configuration {
  resources?: { resources?: string[]; providers?: Record<string, { keys?: { name: string }[]; name?: string; apiVersion?: string } | null>[] }[];
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
    const periods = this.#periods;
    if (JSON.stringify(periods.at(-1)?.rules ?? []) === JSON.stringify(rules)) return;
    this.#store.records.put(recordKey, [...periods, { from: this.#store.revision, rules }]);
  }

  /** Whether it would lie there otherwise if it were written now. */
  isStale({ key, revision }: Pick<Entry, "key" | "revision">): boolean {
    return this.isKnown && this.#headOf(key, revision) !== this.#headOf(key, Number.POSITIVE_INFINITY);
  }

  /** The bytes that lie in etcd for a value. What stands for the encrypted is as long as it would be, and no cipher that anybody could take off again. */
  sealed({ key, revision }: Pick<Entry, "key" | "revision">, value: Uint8Array): Uint8Array {
    const head = this.isKnown ? this.#headOf(key, revision) : "";
    if (head === "") return value;
    const size = 16 + (Math.floor(value.length / 16) + 1) * 16;
    const bytes = new Uint8Array(bytesOf(head).length + size);
    bytes.set(bytesOf(head));
    const start = bytes.length - size;
    for (let at = 0; at < size; at += 32) bytes.set(sha256(bytesOf(`${key} ${revision} ${at}`)).subarray(0, Math.min(32, size - at)), start + at);
    for (const [at, byte] of value.entries()) bytes[start + 16 + at] = (bytes[start + 16 + at] ?? 0) ^ byte;
    return bytes;
  }

  #headOf(key: string, revision: number): string {
    const [, , first = "", second = ""] = key.split("/");
    const resource = first.includes(".") ? `${second}.${first}` : first;
    const rules = this.#periods.findLast(({ from }) => revision > from)?.rules ?? [];
    return rules.find(({ resources }) => resources.some((one) => one === "*.*" || one === resource || one.split(".")[0] === resource))?.head ?? "";
  }
}

function rulesOf(text: string): Rule[] {
  const { resources = [] } = (parseYaml(text).value ?? {}) as Configuration;
  return resources.map(({ resources: names = [], providers = [] }) => ({ resources: names, head: headBy(providers[0] ?? {}) }));
}

function headBy(provider: NonNullable<NonNullable<Configuration["resources"]>[number]["providers"]>[number]): string {
  const [[name, settings] = ["identity", null]] = Object.entries(provider);
  if (name === "identity") return "";
  if (name === "kms") return `k8s:enc:kms:${settings?.apiVersion ?? "v1"}:${settings?.name ?? ""}:`;
  return `k8s:enc:${name}:v1:${settings?.keys?.[0]?.name ?? ""}:`;
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
