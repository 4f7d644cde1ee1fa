import { StatusError } from "#machinery/status.ts";

/** In which form an answer is wanted. */
export interface Form {
  media: "json" | "yaml";
  /** Another shape than the object's own. */
  as?: "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList" | undefined;
}

/** The shapes that an answer of one object, or of many, can take. */
export const objectShapes: readonly string[] = ["Table", "PartialObjectMetadata"];
export const listShapes: readonly string[] = ["Table", "PartialObjectMetadataList"];

/** The first of the client's wishes that can be met. */
export function negotiate(accept: string | undefined, shapes: readonly string[] = []): Form {
  if (!accept) return { media: "json" };
  for (const clause of wishes(accept)) {
    const media = mediaOf(clause.type);
    if (!media) continue;
    const { as } = clause.params;
    if (as === undefined) return { media };
    const isKnown = clause.params["g"] === "meta.k8s.io" && clause.params["v"] === "v1" && shapes.includes(as);
    if (isKnown) return { media, as: as as Form["as"] };
  }
  throw new StatusError(406, "NotAcceptable", "406: Not Acceptable", {});
}

interface Wish {
  type: string;
  params: Record<string, string>;
  quality: number;
}

function wishes(accept: string): Wish[] {
  const all = accept.split(",").map((clause): Wish => {
    const [type = "", ...rest] = clause.split(";").map((part) => part.trim());
    const params = Object.fromEntries(rest.map((param) => splitOnce(param)));
    return { type: type.toLowerCase(), params, quality: Number(params["q"] ?? 1) };
  });
  return all.sort((a, b) => b.quality - a.quality);
}

function splitOnce(param: string): [string, string] {
  const at = param.indexOf("=");
  return at < 0 ? [param, ""] : [param.slice(0, at).trim(), param.slice(at + 1).trim()];
}

function mediaOf(type: string): Form["media"] | undefined {
  if (type === "application/json" || type === "*/*" || type === "application/*") return "json";
  return type === "application/yaml" ? "yaml" : undefined;
}
