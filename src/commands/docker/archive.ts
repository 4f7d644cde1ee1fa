import { bytesOf, joined, textOf } from "#base/streams.ts";
import type { EngineImage } from "#machinery/container-engine.ts";
import { BadArchive, blocksOf, entriesOf, unpacked } from "#shell/tools/archive.ts";
import { sha256 } from "../kubectl/sha256.ts";

/** An image on its way through an archive: what was built, or the name alone of what everybody can get. */
export interface Packed {
  name: string;
  image: EngineImage;
  built?: object;
}

export type Format = "docker-archive" | "oci-archive";

/** Where the archive says of what was built here how to make it again. */
const recipe = "org.podyard.image";
const digestOf = (text: string): string => [...sha256(bytesOf(text))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** `docker save` writes an OCI layout with the older files beside it; podman one or the other. Layers hold nothing: what is in an image is told by its configuration. */
export function packed(images: readonly Packed[], now: number, formats: readonly Format[]): Uint8Array {
  const files = new Map<string, string>();
  const blob = (text: string) => {
    const digest = digestOf(text);
    files.set(`blobs/sha256/${digest}`, text);
    return { digest: `sha256:${digest}`, size: text.length };
  };
  const layer = textOf(new Uint8Array(1024));
  const manifests = images.map(({ name, image, built }) => {
    const config = blob(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        created: new Date(image.createdAt).toISOString(),
        config: { Labels: { [recipe]: JSON.stringify({ name, ...(built ? { built } : {}) }) } },
        history: image.history.map((step) => ({ created_by: step })),
        rootfs: { type: "layers", diff_ids: [`sha256:${digestOf(layer)}`] },
      }),
    );
    const content = blob(layer);
    const type = "application/vnd.oci.image";
    const manifest = blob(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: `${type}.manifest.v1+json`,
        config: { mediaType: `${type}.config.v1+json`, ...config },
        layers: [{ mediaType: `${type}.layer.v1.tar`, ...content }],
      }),
    );
    return { name, config, content, manifest };
  });
  const path = (digest: string) => `blobs/sha256/${digest.slice(7)}`;
  if (formats.includes("oci-archive")) {
    files.set("oci-layout", '{"imageLayoutVersion":"1.0.0"}');
    const list = manifests.map(({ name, manifest }) => ({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      ...manifest,
      annotations: { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1) },
    }));
    files.set("index.json", JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: list }));
  }
  if (formats.includes("docker-archive")) {
    const list = manifests.map(({ name, config, content }) => ({
      Config: path(config.digest),
      RepoTags: [name.replace(/^docker\.io\/(?:library\/)?/, "")],
      Layers: [path(content.digest)],
    }));
    files.set("manifest.json", JSON.stringify(list));
    const tagged = manifests.map(({ name, content }) => {
      const at = name.lastIndexOf(":");
      return [name.slice(0, at).replace(/^docker\.io\/(?:library\/)?/, ""), { [name.slice(at + 1)]: content.digest.slice(7) }];
    });
    files.set("repositories", JSON.stringify(Object.fromEntries(tagged)));
  }
  const entry = (name: string, content: Uint8Array, kind: "file" | "directory") =>
    blocksOf({ name, mode: kind === "file" ? 0o644 : 0o755, owner: "root", modifiedAt: now, kind, target: "", content });
  const directories = ["blobs", "blobs/sha256"].flatMap((name) => entry(name, new Uint8Array(), "directory"));
  const rest = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, text]) => entry(name, bytesOf(text), "file"));
  return joined([...directories, ...rest, new Uint8Array(1024)]);
}

/** The images in such an archive; undefined where it is none. */
export function unpackedImages(bytes: Uint8Array): { name: string; built?: object }[] | undefined {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes) : bytes;
    const files = new Map([...entriesOf(plain)].map(({ name, content }) => [name.replace(/^\.\//, ""), content]));
    if (!files.has("manifest.json") && !files.has("index.json")) return undefined;
    const found: { name: string; built?: object }[] = [];
    for (const [name, content] of files) {
      if (!name.startsWith("blobs/sha256/") || content[0] !== 0x7b) continue;
      const { config } = JSON.parse(textOf(content)) as { config?: { Labels?: Record<string, string> } };
      const text = config?.Labels?.[recipe];
      if (text !== undefined) found.push(JSON.parse(text) as { name: string; built?: object });
    }
    return found;
  } catch (error) {
    if (error instanceof BadArchive || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
