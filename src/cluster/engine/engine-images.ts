import type { Clock } from "#base/clock.ts";
import { parseReference } from "#cluster/images/reference.ts";
import type { BuiltImage, EngineContainer, EngineImage } from "#machinery/container-engine.ts";
import type { ImageStore } from "./image-store.ts";

/** The images of the engine: what was brought out of registries, and what was built. */
export class EngineImages {
  readonly #store: ImageStore;
  readonly #clock: Clock;
  readonly #containers: () => readonly EngineContainer[];

  constructor(store: ImageStore, clock: Clock, containers: () => readonly EngineContainer[]) {
    this.#store = store;
    this.#clock = clock;
    this.#containers = containers;
  }

  images(): EngineImage[] {
    const images = this.#store;
    const all = new Map<string, EngineImage>();
    for (const [name, id] of Object.entries(images.names())) {
      const found = images.describe(name, id);
      const known = found && all.get(found.id);
      if (found) all.set(found.id, known ? { ...known, names: [...new Set([...known.names, ...found.names])] } : found);
    }
    for (const id of images.ids()) {
      const found = all.has(id) ? undefined : images.describe(undefined, id);
      if (found) all.set(id, found);
    }
    return [...all.values()].sort((a, b) => b.createdAt - a.createdAt);
  }

  image(name: string): EngineImage | undefined {
    const reference = parseReference(name);
    const full = "problem" in reference ? undefined : reference.name;
    const bare = name.replace(/^sha256:/, "");
    return this.images().find(
      ({ id, names, digest }) =>
        (full !== undefined && (names.includes(full) || digest === full)) || (/^[0-9a-f]{3,}$/.test(bare) && id.slice(7).startsWith(bare)),
    );
  }

  async pull(name: string): Promise<EngineImage> {
    const [images, clock] = [this.#store, this.#clock];
    const reference = parseReference(name);
    if ("problem" in reference)
      throw new Error(`invalid reference format${reference.problem.includes("lowercase") ? ": repository name must be lowercase" : ""}`);
    const found = images.find(reference);
    const isHere = images.names()[reference.name] !== undefined;
    await clock.sleep(found && !isHere ? found.milliseconds : 400);
    const short = reference.name.replace(/^docker\.io\/library\//, "").replace(/^docker\.io\//, "");
    const repository = short.replace(/:[^/:]*$/, "");
    if (!found) {
      const refusal = images.refusal(reference, "127.0.0.53");
      if (/no such host|connection refused/.test(refusal))
        throw new Error(`Get "https://${reference.registry}/v2/": ${/dial tcp.*$/.exec(refusal)?.[0] ?? "no such host"}`);
      if (/NotFound/.test(refusal)) throw new Error(`manifest for ${short} not found: manifest unknown: manifest unknown`);
      throw new Error(
        `pull access denied for ${repository}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
      );
    }
    const pushed = images.describe(undefined, found.id.slice(found.id.indexOf("@") + 1));
    images.name(reference.name, pushed ? pushed.id : "");
    const image = this.image(reference.name);
    if (!image) throw new Error(`the image ${name} is gone`);
    return image;
  }

  tag(image: EngineImage, name: string): void {
    const images = this.#store;
    if (images.built(image.id)) images.name(name, image.id);
    else {
      // Another name of an image of a registry: it is as if it had been built of it, with nothing added.
      const [base = ""] = image.names;
      const id = images.keep({ base, changes: {}, config: image.config, createdAt: image.createdAt, history: [] });
      images.name(name, id);
    }
  }

  untag(name: string, force: boolean): string[] {
    const images = this.#store;
    const image = this.image(name);
    if (!image) throw new Error(`No such image: ${/:[^/]*$/.test(name) ? name : `${name}:latest`}`);
    const user = this.#containers().find(({ imageId }) => imageId === image.id);
    const reference = parseReference(name);
    const full = "problem" in reference ? undefined : reference.name;
    const isName = full !== undefined && image.names.includes(full);
    if (user && (image.names.length <= 1 || !isName) && !(force && user.state !== "running"))
      throw new Error(
        `conflict: unable to ${isName ? `remove repository reference "${name}"` : `delete ${image.id.slice(7, 19)}`} (${user.state === "running" ? "cannot be forced" : "must force"}) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(7, 19)}`,
      );
    const gone = isName ? [full] : image.names;
    for (const each of gone) images.unname(each);
    const said = gone.map((each) => `Untagged: ${each.replace(/^docker\.io\/(library\/)?/, "")}`);
    if (gone.length < image.names.length) return said;
    if (images.built(image.id)) images.forget(image.id);
    return [...said, `Deleted: ${image.id}`];
  }

  keep(built: BuiltImage, name: string | undefined): EngineImage {
    const images = this.#store;
    const id = images.keep(built);
    if (name !== undefined) images.name(name, id);
    const image = images.describe(undefined, id);
    if (!image) throw new Error("the image is gone");
    return image;
  }

  built(id: string): BuiltImage | undefined {
    return this.#store.built(id);
  }

  push(name: string): void {
    this.#store.push(name);
  }
}
