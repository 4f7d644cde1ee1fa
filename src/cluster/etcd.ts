import { bytesOf } from "#base/streams.ts";
import type { Entry, Store } from "#cluster/store/store.ts";
import type { EtcdPair, EtcdSnapshot, EtcdStore } from "#machinery/etcd.ts";
import { readSnapshot, writeSnapshot } from "#machinery/etcd-snapshot.ts";
import { writeProtobuf } from "#machinery/protobuf-writer.ts";
import type { Pod } from "#machinery/types.ts";
import { parseYaml } from "#machinery/yaml.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";
import { EncryptionAtRest } from "./encryption-at-rest.ts";

/** Keys that somebody put there who is not the API server. */
const own = "/etcd/";
const registry = "/registry/";
/** Which data the database was last started from. */
const recordKey = "/etcd";

interface EtcdRecord {
  directory: string;
  restored?: string;
}

/** A value as it was put, where the API server did not write it. */
interface Foreign {
  text: string;
}

/** A machine whose kubelet starts the control plane. */
interface PartMachine {
  isChanged(...paths: readonly string[]): boolean;
  readonly computer: { readonly fs: FileSystem } | undefined;
}

/** The store of a cluster as etcd shows it, and what happens when etcd is started from other data. */
export class Etcd implements EtcdStore {
  readonly #store: Store;

  readonly #encryption: EncryptionAtRest;

  constructor(store: Store) {
    this.#store = store;
    this.#encryption = new EncryptionAtRest(store);
  }

  /** Whether the API server would write something otherwise than it lies there: encrypted, or no longer. */
  isStale(entry: Entry): boolean {
    return this.#encryption.isStale(entry);
  }

  /** A part of the control plane works from now on, on a machine whose files may say how. */
  partStarted(part: string, machine: PartMachine | undefined): void {
    const path = `/etc/kubernetes/manifests/${part}.yaml`;
    const isEtcd = part === "etcd";
    if (!isEtcd && part !== "kube-apiserver") return;
    const isUsual = isEtcd ? !this.hasMoved : !this.#encryption.isKnown;
    if (isUsual && !machine?.isChanged(path, ...(isEtcd ? ["/var/lib/etcd", "/var/lib/minikube/etcd"] : []))) return;
    const disk = machine?.computer?.fs;
    if (!disk?.stat(path)) return;
    const pod = parseYaml(disk.readText(path)).value as Pod;
    if (isEtcd) this.started(pod, disk);
    else this.#encryption.started(pod, disk);
  }

  #pairOf(entry: Entry): EtcdPair {
    const pair = pairOf(entry);
    return entry.key.startsWith(registry) ? { ...pair, value: this.#encryption.sealed(entry, pair.value) } : pair;
  }

  get revision(): number {
    return this.#store.revision;
  }

  range(key: string, to?: { prefix: true } | { end: string }): EtcdPair[] {
    return this.#entries(key, to).map((entry) => this.#pairOf(entry));
  }

  put(key: string, value: string): EtcdPair | undefined {
    const before = this.range(key)[0];
    if (!key.startsWith(registry)) {
      this.#store.put(own + key, { text: value } satisfies Foreign);
      return before;
    }
    let object: unknown;
    try {
      object = JSON.parse(value);
    } catch {
      object = undefined;
    }
    if (typeof object !== "object" || object === null || !("metadata" in object))
      throw new Error(`Not simulated by Podyard: ${key} with a value that is no object of the API as JSON`);
    this.#store.put(key, object);
    return before;
  }

  delete(key: string, to?: { prefix: true } | { end: string }): EtcdPair[] {
    const entries = this.#entries(key, to);
    const pairs = entries.map((entry) => this.#pairOf(entry));
    for (const entry of entries) this.#store.delete(entry.key);
    return pairs;
  }

  snapshot(): Uint8Array {
    return writeSnapshot(this.#saved());
  }

  #saved(): EtcdSnapshot {
    const entries = [...this.#store.list(registry), ...this.#store.list(own)];
    return {
      revision: this.#store.revision,
      entries: entries.map(({ key, createRevision, revision, value }) => [key, createRevision, revision, value]),
    };
  }

  #entries(key: string, to?: { prefix: true } | { end: string }): Entry[] {
    const all = () => [...this.#store.list(registry), ...this.#store.list(own)].sort((a, b) => (shown(a) < shown(b) ? -1 : 1));
    if (!to) {
      const found = this.#store.get(key.startsWith(registry) ? key : own + key);
      return found ? [found] : [];
    }
    if ("prefix" in to) {
      const folder = key.slice(0, key.lastIndexOf("/") + 1);
      const near = folder.startsWith(registry) ? this.#store.list(folder) : all();
      return near.filter((entry) => shown(entry).startsWith(key));
    }
    return all().filter((entry) => shown(entry) >= key && (to.end === "\0" || shown(entry) < to.end));
  }

  /** Whether it was ever led to other data than those that it began with. */
  get hasMoved(): boolean {
    return this.#store.records.get(recordKey) !== undefined;
  }

  /**
   * The database was started by a static pod. Where that leads to other data than before, on the disk of its machine, what was there is left where it lay and
   * the other takes its place. Gives whether that was so.
   */
  started(pod: Pod, disk: FileSystem): boolean {
    const directory = directoryOf(pod);
    if (directory === undefined) return false;
    const known = this.#store.records.get<EtcdRecord>(recordKey) ?? { directory: usualDirectory(directory) };
    const there = fileIn(disk, directory);
    const found = there && readSnapshot(there);
    const isOther = directory !== known.directory || (found?.restored !== undefined && found.restored !== known.restored);
    if (!isOther) return false;
    if (directory !== known.directory && disk.stat(`${known.directory}/member`))
      disk.write(dataFile(known.directory), this.snapshot(), { mode: 0o600 });
    this.#store.records.put(recordKey, { directory, ...(found?.restored === undefined ? {} : { restored: found.restored }) } satisfies EtcdRecord);
    this.#become(found ?? { revision: 0, entries: [] });
    return true;
  }

  /** Lets everything be as a snapshot says. */
  #become({ entries }: EtcdSnapshot): void {
    const wanted = new Map(entries.map(([key, , , value]) => [key, value]));
    for (const { key, value } of [...this.#store.list(registry), ...this.#store.list(own)]) {
      const other = wanted.get(key);
      if (other === undefined) this.#store.delete(key);
      else if (JSON.stringify(other) === JSON.stringify(value)) wanted.delete(key);
    }
    for (const [key, value] of wanted) this.#store.put(key, structuredCopy(value));
  }
}

const structuredCopy = (value: object): object => JSON.parse(JSON.stringify(value)) as object;
const shown = ({ key }: Pick<Entry, "key">) => (key.startsWith(own) ? key.slice(own.length) : key);

function pairOf({ key, value, createRevision, revision }: Entry): EtcdPair {
  const bytes = key.startsWith(own) ? bytesOf((value as Foreign).text) : (writeProtobuf(value) ?? bytesOf(`${JSON.stringify(value)}\n`));
  return { key: shown({ key }), value: bytes, createRevision, modRevision: revision, version: revision === createRevision ? 1 : 2 };
}

/** Where the machine keeps what etcd calls its data directory. */
function directoryOf(pod: Pod): string | undefined {
  const [container] = pod.spec.containers;
  const flag = [...(container?.command ?? []), ...(container?.args ?? [])].find((word) => word.startsWith("--data-dir="));
  const inside = flag?.slice("--data-dir=".length);
  if (inside === undefined) return undefined;
  const mount = container?.volumeMounts
    ?.filter(({ mountPath }) => inside === mountPath || inside.startsWith(`${mountPath}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const path = pod.spec.volumes?.find(({ name }) => name === mount?.name)?.hostPath?.path;
  return mount && path !== undefined ? path + inside.slice(mount.mountPath.length) : undefined;
}

/** Where a cluster's data lies that nobody has moved. */
const usualDirectory = (directory: string) => (directory.startsWith("/var/lib/minikube/") ? "/var/lib/minikube/etcd" : "/var/lib/etcd");
const dataFile = (directory: string) => `${directory}/member/snap/db`;

function fileIn(disk: FileSystem, directory: string): Uint8Array | undefined {
  try {
    return disk.read(dataFile(directory));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
