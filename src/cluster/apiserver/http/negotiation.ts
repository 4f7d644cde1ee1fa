import { notAcceptable, StatusError } from "#machinery/status.ts";

export type Media = "json" | "yaml" | "protobuf";

/** In which form an answer is wanted. */
export interface Form {
  media: Media;
  /** Another shape than the object's own, and of which version of its group. */
  as?: "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList" | undefined;
  version?: "v1" | "v1beta1" | undefined;
  /** Whether it is to be laid out in lines. */
  pretty?: boolean;
}

/** What a path answers with. */
export interface Endpoint {
  /** What the path is registered with: who takes none of it never comes to what serves it. */
  readonly produces: readonly string[] | undefined;
  readonly serves: readonly Media[];
  /** As a refusal lists them. */
  readonly named: readonly string[];
  /** Whether there are tables, and objects of their metadata alone. */
  readonly shapes: boolean;
  /** Whether the objects have no message: then only what is left of them in another shape can be had as protobuf. */
  readonly untyped?: boolean;
}

const mediaTypes: Readonly<Record<Media, string>> = {
  json: "application/json",
  yaml: "application/yaml",
  protobuf: "application/vnd.kubernetes.protobuf",
};

export const protobufStream = `${mediaTypes.protobuf};stream=watch`;

const medias: readonly Media[] = ["json", "yaml", "protobuf"];
const all = Object.values(mediaTypes);
const streams = ["application/json;stream=watch", protobufStream];

/** One object. */
export const objectForms: Endpoint = { produces: all, serves: medias, named: all, shapes: true };
/** Many, which can be watched at the same path. */
export const listForms: Endpoint = { ...objectForms, produces: [...all, ...streams] };
export const watchForms: Endpoint = { ...listForms, serves: ["json", "protobuf"], named: streams };
/** What is no object of a kind: discovery, failures. */
export const bareForms: Endpoint = { produces: undefined, serves: medias, named: all, shapes: false };
export const jsonForm: Endpoint = { produces: [mediaTypes.json], serves: ["json"], named: [mediaTypes.json], shapes: false };

/** As an endpoint is for a kind: custom resources are served by another part of the server, which looks at no paths and has no messages of them. */
export const formsOf = ({ custom }: { custom?: boolean | undefined }, endpoint: Endpoint): Endpoint =>
  custom ? { ...endpoint, produces: undefined, untyped: true } : endpoint;

/** The type of an answer's body. */
export const contentType = ({ media }: Form): string => mediaTypes[media];

/** The first of the client's wishes that can be met. */
export function negotiate(accept: string | undefined, endpoint: Endpoint = jsonForm): Form {
  if (!accept) return { media: "json" };
  const { produces } = endpoint;
  const wanted = wishes(accept);
  if (produces && !wanted.some(({ type }) => type === "*/*" || produces.includes(type)))
    throw new StatusError(406, "NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${produces.join(", ")}`, {});
  const form = firstMet(wanted, endpoint);
  if (!form) throw notAcceptable(`only the following media types are accepted: ${endpoint.named.join(", ")}`);
  return form;
}

/** The form in which a client reads that something failed; undefined where it takes none that there is. */
export const failureForm = (accept: string | undefined): Form | undefined => (accept ? firstMet(wishes(accept), bareForms) : { media: "json" });

function firstMet(wanted: readonly Wish[], endpoint: Endpoint): Form | undefined {
  for (const wish of wanted) {
    const form = met(wish, endpoint);
    if (form) return form;
  }
  return undefined;
}

/** The form in which one wish is met; undefined where it cannot be. */
export function met({ type, params }: Wish, { serves, shapes, untyped }: Endpoint): Form | undefined {
  const pretty = params["pretty"] === "1" ? { pretty: true } : {};
  for (const media of serves) {
    if (!matches(type, mediaTypes[media])) continue;
    if (params["stream"] && (media === "yaml" || params["stream"] !== "watch")) continue;
    if (!params["as"] && !params["v"] && !params["g"]) {
      if (untyped && media === "protobuf") continue;
      return { media, ...pretty };
    }
    const shape = shapes ? shapeOf(params, media) : undefined;
    if (shape) return { media, ...shape, ...pretty };
  }
  return undefined;
}

const shapeNames: readonly string[] = ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"];

function shapeOf({ as, g, v }: Wish["params"], media: Media): Pick<Form, "as" | "version"> | undefined {
  if (g !== "meta.k8s.io" || (v !== "v1" && v !== "v1beta1") || as === undefined || !shapeNames.includes(as)) return undefined;
  // Tables have cells of any type, for which there is no message.
  if (as === "Table" && media === "protobuf") return undefined;
  return { as: as as Form["as"], version: v };
}

/** Refuses the shape of a list for one object and the other way round. `type` is what the answer is of, as the real server calls it. */
export function checkShape({ as }: Form, isList: boolean, type: string): void {
  if (as && as !== "Table" && as.endsWith("List") !== isList)
    throw notAcceptable(`you requested ${as}, but the requested object is ${isList ? "a list" : "not a list"} (*${type})`);
}

/** One clause of an Accept header. */
export interface Wish {
  type: string;
  params: Record<string, string>;
  quality: number;
}

/** The clauses of an Accept header, the dearest first. */
export function wishes(accept: string): readonly Wish[] {
  const clauses = accept.split(",").map((clause): Wish => {
    const [type = "", ...rest] = clause.split(";").map((part) => part.trim());
    const params = Object.fromEntries(rest.map((param) => splitOnce(param)));
    const quality = Number(params["q"] ?? 1);
    return { type, params, quality: Number.isNaN(quality) ? 1 : quality };
  });
  return clauses.sort((a, b) => b.quality - a.quality);
}

function splitOnce(param: string): [string, string] {
  const at = param.indexOf("=");
  return at < 0 ? [param, ""] : [param.slice(0, at).trim(), param.slice(at + 1).trim()];
}

function matches(wanted: string, served: string): boolean {
  const [type, subtype] = wanted.split("/");
  const [servedType, servedSubtype] = served.split("/");
  return (type === "*" || type === servedType) && (subtype === "*" || subtype === servedSubtype);
}
