import { stringify } from "yaml";
import { digestOf } from "#cluster/images/digest.ts";
import type { Draft } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";

/** Where the kubelet looks for pods that it runs without being told by the API server. */
const directory = "/etc/kubernetes/manifests";

/** The pods that a machine's manifests describe, by their uids: the hash of each. */
export type Manifested = ReadonlyMap<string, Draft<Pod>>;

/** The manifests that a machine is made with, as files: written out when somebody first reads them. */
export function manifestFiles(pods: readonly Draft<Pod>[]): Record<string, LayerFile> {
  return Object.fromEntries(pods.map((pod) => [pathOf(pod), { content: () => textOf(pod), mode: 0o600 }]));
}

const pathOf = ({ metadata }: Draft<Pod>) => `${directory}/${metadata.name}.yaml`;
const textOf = (pod: Draft<Pod>) => stringify({ ...pod, status: {} }, { sortMapEntries: true, indentSeq: false, lineWidth: 0 });
const byUid = (pods: readonly Draft<Pod>[]): Manifested => new Map(pods.map((pod) => [digestOf(JSON.stringify(pod), 32), pod]));

/** The directory of manifests on a machine's disk. Nobody looks at the disk while it is as it was made. */
export class Manifests {
  readonly #original: readonly Draft<Pod>[];
  readonly #disk: () => FileSystem | undefined;
  #seen: ReadonlyMap<string, Uint8Array> = new Map();
  #read: Manifested | undefined;

  /** `disk` gives nothing while nobody has written there. */
  constructor(original: readonly Draft<Pod>[], disk: () => FileSystem | undefined) {
    this.#original = original;
    this.#disk = disk;
  }

  /** What stands there now: the same map as before where nothing was changed. */
  pods(): Manifested {
    const fs = this.#disk();
    if (!fs) {
      this.#read ??= byUid(this.#original);
      return this.#read;
    }
    const seen = new Map(paths(fs).map((path) => [path, fs.read(path)]));
    if (this.#read && same(seen, this.#seen)) return this.#read;
    this.#seen = seen;
    const read = byUid(this.#parsed(fs));
    if (!this.#read || [...read.keys()].join() !== [...this.#read.keys()].join()) this.#read = read;
    return this.#read;
  }

  #parsed(fs: FileSystem): readonly Draft<Pod>[] {
    const originals = new Map(this.#original.map((pod) => [pathOf(pod), pod]));
    return paths(fs).flatMap((path) => {
      const text = fs.readText(path);
      const original = originals.get(path);
      if (original && textOf(original) === text) return [original];
      return podOf(text) ?? [];
    });
  }
}

function paths(fs: FileSystem): string[] {
  if (fs.stat(directory)?.kind !== "directory") return [];
  const files = fs.list(directory).filter((name) => !name.startsWith("."));
  return files.map((name) => `${directory}/${name}`).filter((path) => fs.stat(path)?.kind === "file");
}

function same(a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean {
  if (a.size !== b.size) return false;
  for (const [path, bytes] of a) {
    const other = b.get(path);
    if (other !== bytes && (other?.length !== bytes.length || bytes.some((byte, i) => other[i] !== byte))) return false;
  }
  return true;
}

/** The pod of a manifest; undefined where the file holds anything else. */
function podOf(text: string): Draft<Pod> | undefined {
  try {
    const value = parseYaml(text).value as Partial<Draft<Pod>> | null;
    if (typeof value !== "object" || value?.kind !== "Pod" || value.apiVersion !== "v1") return undefined;
    const { metadata, spec } = value;
    if (!metadata?.name || !Array.isArray(spec?.containers) || spec.containers.length === 0) return undefined;
    const { status: _, ...pod } = value;
    return pod as Draft<Pod>;
  } catch (error) {
    if (error instanceof YamlError || error instanceof FileError) return undefined;
    throw error;
  }
}
