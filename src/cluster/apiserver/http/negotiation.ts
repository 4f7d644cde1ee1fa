import { notAcceptable, StatusError } from "#machinery/status.ts";

/** In which form an answer is wanted. */
export interface Form {
  media: "json" | "yaml";
  /** Another shape than the object's own. */
  as?: "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList" | undefined;
}

/** The shapes that an answer of one object, or of many, can take. */
export const objectShapes: readonly string[] = ["Table", "PartialObjectMetadata"];
export const listShapes: readonly string[] = ["Table", "PartialObjectMetadataList"];

const medias = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** What a list, which may be a watch, can be had as. */
const listMedias = [...medias, "application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];

/** The first of the client's wishes that can be met. `type` is what the answer is of, as the real server calls it. */
export function negotiate(accept: string | undefined, shapes: readonly string[] = [], type = ""): Form {
  if (!accept) return { media: "json" };
  const produced = shapes === listShapes ? listMedias : shapes.length > 0 ? medias : ["application/json"];
  const wanted = wishes(accept);
  if (!wanted.some((clause) => clause.type === "*/*" || produced.includes(clause.type)))
    throw new StatusError(406, "NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${produced.join(", ")}`, {});
  for (const clause of wanted) {
    const media = mediaOf(clause.type);
    if (!media) continue;
    const { as } = clause.params;
    if (as === undefined || shapes.length === 0) return { media };
    if (clause.params["g"] !== "meta.k8s.io" || clause.params["v"] !== "v1" || ![...objectShapes, ...listShapes].includes(as)) continue;
    if (!shapes.includes(as))
      throw notAcceptable(`you requested ${as}, but the requested object is ${as.endsWith("List") ? "not a list" : "a list"} (${type})`);
    return { media, as: as as Form["as"] };
  }
  throw notAcceptable(`only the following media types are accepted: ${medias.join(", ")}`);
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
