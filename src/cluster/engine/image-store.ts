import { digestOf } from "#cluster/images/digest.ts";
import type { Image, Server, ServerStart } from "#cluster/images/image.ts";
import { parseReference, type Reference } from "#cluster/images/reference.ts";
import type { Pulled, Registry } from "#cluster/images/registry.ts";
import type { Records } from "#cluster/store/store.ts";
import type { BuiltImage, EngineImage } from "#machinery/container-engine.ts";
import { bytesOfBase64 } from "#machinery/x509/pem.ts";
import { Layer, type LayerFile } from "#shell/file-layer.ts";
import type { FileChanges } from "#shell/file-system.ts";

const imageKeys = "/docker/images/";
const namesKey = "/docker/names";
const pushedKey = "/docker/pushed";

/** Images that were built here, beside those of the registries. */
export class ImageStore implements Registry {
  readonly #registry: Registry;
  readonly #records: Records;
  readonly #made = new Map<string, Image>();

  constructor(registry: Registry, records: Records) {
    this.#registry = registry;
    this.#records = records;
  }

  // --- as nodes and their registries see it

  find(reference: Reference): Pulled | undefined {
    // What was built has its id for a digest.
    if (reference.registry === "localhost" && reference.repository === "built" && reference.digest) return this.#pulled(reference.digest, reference);
    const id = this.#table(pushedKey)[reference.name];
    return (id === undefined ? undefined : this.#pulled(id, reference)) ?? this.#registry.find(reference);
  }

  refusal(reference: Reference, resolver: string): string {
    return this.#registry.refusal(reference, resolver);
  }

  /** What was built under a name and is known on this machine, pushed or not. */
  local(reference: Reference): Pulled | undefined {
    const id = this.#table(namesKey)[reference.name];
    return id === undefined || id === "" ? undefined : this.#pulled(id, reference);
  }

  #pulled(id: string, { name, registry, repository, tag = "latest" }: Reference): Pulled | undefined {
    const image = this.#imageOf(id);
    if (!image) return undefined;
    return { image, name, tag, id: `${registry}/${repository}@${id}`, sizeBytes: this.#sizeOf(id), milliseconds: 900 };
  }

  // --- as the engine sees it

  names(): Readonly<Record<string, string>> {
    return this.#table(namesKey);
  }

  /** Notes a name: of what was built, by its id; of an image of a registry, with an empty one. */
  name(name: string, id: string): void {
    this.#records.put(namesKey, { ...this.#table(namesKey), [name]: id });
  }

  unname(name: string): void {
    const { [name]: _, ...rest } = this.#table(namesKey);
    this.#records.put(namesKey, rest);
  }

  push(name: string): void {
    const id = this.#table(namesKey)[name];
    if (id) this.#records.put(pushedKey, { ...this.#table(pushedKey), [name]: id });
  }

  keep(built: BuiltImage): string {
    const id = `sha256:${digestOf(JSON.stringify([built.base, built.changes, built.config, built.history]))}`;
    if (!this.built(id)) this.#records.put(imageKeys + id, built);
    return id;
  }

  built(id: string): BuiltImage | undefined {
    return this.#records.get<BuiltImage>(imageKeys + id);
  }

  ids(): readonly string[] {
    return this.#records.keys(imageKeys).map((key) => key.slice(imageKeys.length));
  }

  forget(id: string): void {
    this.#made.delete(id);
    this.#records.delete(imageKeys + id);
  }

  /** Everything of an image, for the engine: by a name, or what was built by its id. */
  describe(name: string | undefined, id: string): EngineImage | undefined {
    if (id !== "") {
      const built = this.built(id);
      if (!built) return undefined;
      const names = Object.entries(this.names()).flatMap(([each, of]) => (of === id ? each : []));
      return { id, names, digest: undefined, createdAt: built.createdAt, sizeBytes: this.#sizeOf(id), config: built.config, history: built.history };
    }
    const reference = name === undefined ? undefined : parseReference(name);
    const found = reference && !("problem" in reference) ? this.#registry.find(reference) : undefined;
    if (!found || name === undefined) return undefined;
    const { image } = found;
    return {
      id: `sha256:${digestOf(`config ${found.id}`)}`,
      names: [name],
      digest: found.id,
      createdAt: published(found.id),
      sizeBytes: found.sizeBytes,
      config: {
        entrypoint: image.entrypoint,
        command: image.command,
        env: [["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], ...Object.entries(image.env ?? {})],
        workingDir: image.workingDir,
        user: image.user,
      },
      history: [],
    };
  }

  /** The image as containers are made of it. */
  imageFor(name: string | undefined, id: string): Image | undefined {
    if (id !== "") return this.#imageOf(id);
    const reference = name === undefined ? undefined : parseReference(name);
    return reference && !("problem" in reference) ? this.#registry.find(reference)?.image : undefined;
  }

  #imageOf(id: string): Image | undefined {
    const known = this.#made.get(id);
    if (known) return known;
    const built = this.built(id);
    const reference = built && parseReference(built.base);
    const base = built?.base === "scratch" ? scratch : reference && !("problem" in reference) ? this.#registry.find(reference)?.image : undefined;
    if (!built || !base) return undefined;
    const made = imageOver(base, built);
    this.#made.set(id, made);
    return made;
  }

  #sizeOf(id: string): number {
    const built = this.built(id);
    if (!built) return 0;
    const reference = parseReference(built.base);
    const base = "problem" in reference ? 0 : (this.#registry.find(reference)?.sizeBytes ?? 0);
    return base + JSON.stringify(built.changes).length;
  }

  #table(key: string): Record<string, string> {
    return this.#records.get<Record<string, string>>(key) ?? {};
  }
}

/** Nothing at all. */
const scratch: Image = { name: "scratch", tags: [], size: "0", pullSeconds: 0, base: "none" };

/** When an image of a registry was made: some weeks ago, each at a time of its own. */
const published = (id: string): number => Date.UTC(2026, 9, 1) + (Number.parseInt(digestOf(id, 6), 16) % (40 * 86_400_000));

/** An image of a registry with what was built over it. */
function imageOver(base: Image, { changes, config }: BuiltImage): Image {
  const sameStart =
    JSON.stringify([config.entrypoint ?? null, config.command ?? null]) === JSON.stringify([base.entrypoint ?? null, base.command ?? null]);
  const { main, ...rest } = base;
  return {
    ...rest,
    ...(main && sameStart ? { main: lookingAtFiles(main) } : {}),
    servers: Object.fromEntries(Object.entries(base.servers ?? {}).map(([path, server]) => [path, lookingAtFiles(server)])),
    entrypoint: config.entrypoint ?? [],
    command: config.command ?? [],
    env: Object.fromEntries(config.env ?? []),
    ...(config.workingDir ? { workingDir: config.workingDir } : {}),
    ...(config.user ? { user: config.user } : {}),
    layers: [...(base.layers ?? []), layerOf(changes as FileChanges)],
  };
}

/** A server whose files are not those of its image any more has to look at them. */
function lookingAtFiles(server: Server): Server {
  return (start) => {
    const { files: _, ...described } = Object.getOwnPropertyDescriptors(start);
    const looking = Object.defineProperties({}, described) as ServerStart;
    Object.defineProperty(looking, "files", { get: () => start.files, enumerable: true });
    Object.defineProperty(looking, "mounts", { value: [...start.mounts, "/"], enumerable: true });
    return server(looking);
  };
}

function layerOf(changes: FileChanges): Layer {
  const files: Record<string, LayerFile> = {};
  for (const [path, change] of Object.entries(changes)) {
    if (change === null) continue;
    const { text, base64, directory, link, mode, owner } = change;
    const kept = { ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }) };
    if (link !== undefined) files[path] = { link };
    else if (directory) files[path] = { directory, ...kept };
    else files[path] = { content: text ?? bytesOfBase64(base64 ?? "") ?? "", ...kept };
  }
  return new Layer(files);
}
