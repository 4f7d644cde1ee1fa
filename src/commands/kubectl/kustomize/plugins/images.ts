import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { type FieldSpec, updatedAtAll } from "../field-specs.ts";
import { changed, each } from "../resource.ts";
import { fieldSpec, type ImageChange, image } from "../shapes.ts";
import { definePlugin, metadata } from "./plugin.ts";

export const imageTagTransformer = definePlugin<{ imageTag?: ImageChange; fieldSpecs?: FieldSpec[] }>({
  kind: "ImageTagTransformer",
  shape: struct("ImageTagTransformerPlugin", { ...metadata, imageTag: image, fieldSpecs: [fieldSpec] }),
  transformer({ imageTag = {}, fieldSpecs = [] }) {
    const change = (value: unknown) => (typeof value === "object" ? value : withTag(String(value), imageTag));
    return each((item) => {
      const { object } = item;
      if (object.kind === "CustomResourceDefinition") return item;
      return changed(item, updatedAtAll(inContainers(object, change) as typeof object, fieldSpecs, change));
    });
  },
});

/** Whatever is called containers holds images, however deep it stands. */
function inContainers(node: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(node))
    return kept(
      node,
      node.map((item) => inContainers(item, change)),
    );
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => {
    const inner = inContainers(value, change);
    return [
      key,
      (key === "containers" || key === "initContainers") && Array.isArray(inner)
        ? kept(
            inner,
            inner.map((item) => withImage(item, change)),
          )
        : inner,
    ];
  });
  const result = Object.fromEntries(entries) as Record<string, unknown>;
  return Object.entries(node).every(([key, value]) => result[key] === value) ? node : result;
}

const kept = (list: readonly unknown[], result: readonly unknown[]) => (result.every((item, i) => item === list[i]) ? list : result);

function withImage(container: unknown, change: (value: unknown) => unknown): unknown {
  const { image: before } = (container ?? {}) as { image?: unknown };
  const after = before === undefined ? before : change(before);
  return after === before ? container : { ...(container as object), image: after };
}

function withTag(value: string, { name = "", newName, newTag, digest, tagSuffix }: ImageChange): string {
  if (!isMatch(value, name)) return value;
  const [, image = "", tag = "", oldDigest = ""] = /^(.*?)(?::([^:/@]+))?(?:@(.+))?$/.exec(value) ?? [];
  let [t, d] = [tag, oldDigest];
  if (newTag || digest) [t, d] = [newTag ?? "", digest ?? ""];
  else if (tagSuffix) [t, d] = [tag + tagSuffix, ""];
  return `${newName || image}${t ? `:${t}` : ""}${d ? `@${d}` : ""}`;
}

/** The name is a pattern, before a tag or a digest. */
function isMatch(value: string, name: string): boolean {
  try {
    return new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(value);
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandError(`error parsing regexp: ${error.message}`);
    throw error;
  }
}
