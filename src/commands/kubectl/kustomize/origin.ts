import type { Thing } from "../api/server.ts";
import type { Item, Origin } from "./resource.ts";

/** The object with the annotations that tell where it came from and what was done to it, as far as they are asked for. */
export function withNotes({ object, origin, transformations }: Item, wanted: readonly string[]): Thing {
  const notes: Record<string, string> = {};
  if (wanted.includes("originAnnotations") && origin) notes["config.kubernetes.io/origin"] = originText(origin).join("\n").concat("\n");
  if (wanted.includes("transformerAnnotations") && transformations.length > 0)
    notes["alpha.config.kubernetes.io/transformations"] = transformations
      .flatMap((one) => originText(one).map((line, i) => `${i === 0 ? "- " : "  "}${line}`))
      .join("\n")
      .concat("\n");
  // Annotations are texts, whatever they were in their file or a var has made of them.
  const own = Object.entries(object.metadata.annotations ?? {}).map(([key, value]) => [key, String(value)]);
  const annotations = { ...Object.fromEntries(own), ...notes };
  const { annotations: _, ...metadata } = object.metadata;
  return { ...object, metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata };
}

function originText({ path, configuredIn, configuredBy }: Origin): string[] {
  const by = Object.entries(configuredBy ?? {}).map(([key, value]) => `  ${key}: ${value}`);
  return [
    ...(path ? [`path: ${path}`] : []),
    ...(configuredIn ? [`configuredIn: ${configuredIn}`] : []),
    ...(by.length > 0 ? ["configuredBy:", ...by] : []),
  ];
}

/** A path below another, without its detours: `base/../x` is `x`. */
export function joinedPath(...parts: readonly string[]): string {
  const result: string[] = [];
  for (const part of parts.join("/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && result.length > 0 && result.at(-1) !== "..") result.pop();
    else result.push(part);
  }
  return result.join("/");
}
