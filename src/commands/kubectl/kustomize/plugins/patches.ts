import { yamlText } from "#machinery/go-yaml.ts";
import type { JsonPatchOperation } from "#machinery/json-patch.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { YamlError } from "#machinery/yaml.ts";
import type { Thing } from "../../api/server.ts";
import { operated } from "../../apply/json-operations.ts";
import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import { documentsIn } from "../documents.ts";
import { merged } from "../merge.ts";
import type { Place } from "../place.ts";
import { changed, type Item, idOf, idsOf, idText, isSameId, renamed, type Transform } from "../resource.ts";
import { selects } from "../select.ts";
import { type Patch, patch as patchShape, type Selector, selector } from "../shapes.ts";
import { definePlugin, metadata } from "./plugin.ts";

type Operations = readonly JsonPatchOperation[];

export const patchTransformer = definePlugin<Patch>({
  kind: "PatchTransformer",
  shape: struct("PatchTransformerPlugin", { ...metadata, ...patchShape.fields }),
  transformer(config, place) {
    const { text, source } = sourceOf(config, place);
    const documents = documentsOf(text);
    const [first] = documents ?? [];
    if (!documents || !(documents.every(Array.isArray) || documents.every(isPiece)))
      throw new CommandError(`unable to parse SM or JSON patch from ${source}`);
    const { target, options } = config;
    if (Array.isArray(first)) return operating(target, first as Operations, () => `must specify a target for JSON patch ${source}`);
    return piecewise(documents as Thing[], target, options, place, source);
  },
});

function sourceOf({ patch = "", path = "", ...rest }: Patch, place: Place): { text: string; source: string } {
  const text = patch.trim();
  const config = () => yamlText({ ...(text ? { patch: text } : {}), ...(path ? { path } : {}), ...rest });
  if (text && path) throw new CommandError(`patch and path can't be set at the same time\n${config()}`);
  if (text) return { text, source: `[patch: ${JSON.stringify(text)}]` };
  if (!path) throw new CommandError(`must specify one of patch and path in\n${config()}`);
  try {
    return { text: place.text(path), source: `[path: ${JSON.stringify(path)}]` };
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`failed to get the patch file from path(${path}): ${error.message}`);
    throw error;
  }
}

const isPiece = (value: unknown): boolean => Boolean((value as Thing | undefined)?.kind && (value as Thing).metadata?.name);

/** The documents of a patch; undefined where they cannot be read. */
function documentsOf(text: string): unknown[] | undefined {
  try {
    return text.trimStart().startsWith("[") ? [JSON.parse(text)] : documentsIn(text);
  } catch (error) {
    if (error instanceof YamlError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function operating(target: Selector | undefined, operations: Operations, missing: () => string): Transform {
  return (items) => {
    if (!target) throw new CommandError(missing());
    return items.map((item) => (selects(target, item) ? renamed(item, operations.reduce<unknown>(operated, item.object) as Thing) : item));
  };
}

/** Pieces of objects are merged into their like, or into what a target selects. */
function piecewise(pieces: readonly Thing[], target: Selector | undefined, options: Patch["options"], place: Place, source: string): Transform {
  return (items) => {
    if (!target) return pieces.reduce((all, piece) => withPiece(all, piece, options, place, true), items);
    const [piece, more] = pieces;
    if (more)
      throw new CommandError(`Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`);
    return piece ? items.flatMap((item) => (selects(target, item) ? mergedItem(item, piece, options, place) : [item])) : items;
  };
}

function withPiece(items: readonly Item[], piece: Thing, options: Patch["options"], place: Place, told: boolean): readonly Item[] {
  const wanted = idOf(piece);
  const found = items.filter((item) => idsOf(item).some((id) => isSameId(id, wanted)));
  const [only] = found;
  if (!only || found.length > 1) {
    const id = idText(wanted);
    const problem = `${only ? "multiple" : "no"} matches for Id ${id}; failed to find unique target for patch ${id}`;
    throw new CommandError(told ? `no resource matches strategic merge patch ${JSON.stringify(id)}: ${problem}` : problem);
  }
  return items.flatMap((item) => (item === only ? mergedItem(item, piece, options, place) : [item]));
}

function mergedItem(item: Item, piece: Thing, options: Patch["options"], place: Place): Item[] {
  const { object } = item;
  const { apiVersion: _, ...change } = piece;
  const result = merged(object, change, place.setting.schemas({ ...groupVersionOf(object.apiVersion), kind: object.kind })) as Thing | undefined;
  if (result === undefined) return [];
  const kind = options?.allowKindChange ? result.kind : object.kind;
  const name = options?.allowNameChange ? result.metadata.name : object.metadata.name;
  const { namespace: __, ...rest } = result.metadata;
  const own = object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace };
  const after = { ...result, apiVersion: object.apiVersion, kind, metadata: { ...rest, ...(name ? { name } : {}), ...own } } as Thing;
  return [options?.allowNameChange || options?.allowKindChange ? renamed(item, after) : changed(item, after)];
}

export const patchStrategicMergeTransformer = definePlugin<{ paths?: string[]; patches?: string }>({
  kind: "PatchStrategicMergeTransformer",
  shape: struct("PatchStrategicMergeTransformerPlugin", { ...metadata, paths: ["string"], patches: "string" }),
  transformer({ paths = [], patches = "" }, place) {
    if (paths.length === 0 && patches === "") throw new CommandError("empty file path and empty patch content");
    const read = (entry: string) => {
      const inline = documentsOf(entry);
      return inline?.every(isPiece) ? inline : pieces(place.text(entry));
    };
    const all = [...paths.flatMap(read), ...(patches ? pieces(patches) : [])] as Thing[];
    if (all.length === 0) throw new CommandError(`patch appears to be empty; files=[${paths.join(" ")}], Patch=${patches}`);
    return (items) => all.reduce((result, piece) => withPiece(result, piece, undefined, place, false), items);
  },
});

function pieces(text: string): unknown[] {
  const documents = documentsOf(text) ?? [];
  for (const piece of documents)
    if (!isPiece(piece)) {
      const { apiVersion = "", kind = "" } = (piece ?? {}) as Thing;
      throw new CommandError(kind ? `missing metadata.name in object {{${apiVersion} ${kind}} {{ } map[] map[]}}` : "missing Resource metadata");
    }
  return documents;
}

export const patchJson6902Transformer = definePlugin<{ target?: Selector; path?: string; jsonOp?: string }>({
  kind: "PatchJson6902Transformer",
  shape: struct("PatchJson6902TransformerPlugin", { ...metadata, target: selector, path: "string", jsonOp: "string" }),
  transformer({ target, path = "", jsonOp = "" }, place) {
    if (!target?.name) throw new CommandError("must specify the target name");
    if (!path && !jsonOp) throw new CommandError("empty file path and empty jsonOp");
    if (path && jsonOp) throw new CommandError("must specify a file path or jsonOp, not both");
    const text = path ? place.text(path) : jsonOp;
    if (!text) throw new CommandError(`patch file '${path}' empty seems to be empty`);
    const operations = operationsOf(text);
    if (operations.length === 0) throw new CommandError(`patch appears to be empty; file=${path}, JsonOp=${text}`);
    return operating(target, operations, () => `must specify a target for patch ${text}`);
  },
});

function operationsOf(text: string): Operations {
  const [value] = documentsOf(text) ?? [];
  if (Array.isArray(value)) return value as Operations;
  throw new CommandError(`decoding ${text}: json: cannot unmarshal object into Go value of type jsonpatch.Patch`);
}
