import type { JsonPatchOperation } from "#machinery/json-patch.ts";
import { applyMergePatch } from "#machinery/merge-patch.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { schemaOf } from "#machinery/schema.ts";
import { matcher, SelectorError } from "#machinery/selector.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import type { Thing } from "../api/server.ts";
import { operated } from "../apply/json-operations.ts";
import { CommandError } from "../errors.ts";
import type { Patch, Target } from "./kustomization.ts";
import { changed, type Item } from "./resource.ts";

/** A patch and where its text came from. */
export interface PatchText extends Patch {
  text: string;
  source: string;
}

/** The patch, if it can be read: as operations, or as pieces of objects that say of which kind and name they are. */
export function parsed(patch: PatchText): PatchText {
  const documents = documentsOf(patch.text, patch.source);
  const isPiece = (value: unknown) => Boolean((value as Thing | undefined)?.kind && (value as Thing).metadata?.name);
  if (!Array.isArray(documents[0]) && !documents.every(isPiece)) throw new CommandError(`unable to parse SM or JSON patch from ${patch.source}`);
  return patch;
}

/** The items as a patch leaves them: a list of operations on all that its target selects, or pieces of objects that are merged into their like. */
export function patched(items: readonly Item[], { text, source, target, options }: PatchText): Item[] {
  const documents = documentsOf(text, source);
  const [first] = documents;
  if (Array.isArray(first)) {
    if (!target) throw new CommandError(`must specify a target for JSON patch ${source}`);
    return items.map((item) =>
      selects(target, item) ? changed(item, (first as JsonPatchOperation[]).reduce<unknown>(operated, item.object) as Thing) : item,
    );
  }
  const pieces = documents as Thing[];
  if (target) {
    if (pieces.length > 1)
      throw new CommandError(`Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`);
    const [piece] = pieces;
    return piece ? merged(items, (item) => selects(target, item), piece, options) : [...items];
  }
  let result = [...items];
  for (const piece of pieces) {
    const wanted = result.filter((item) => isSame(item, piece));
    const id = idOf(piece);
    if (wanted.length === 0)
      throw new CommandError(
        `no resource matches strategic merge patch ${JSON.stringify(id)}: no matches for Id ${id}; failed to find unique target for patch ${id}`,
      );
    result = merged(result, (item) => item === wanted[0], piece, options);
  }
  return result;
}

function documentsOf(text: string, source: string): unknown[] {
  try {
    return text
      .split(/^---(?=\s|$).*\n?/m)
      .filter((piece) => piece.trim() !== "")
      .map((piece) => parseYaml(piece, "1.2").value)
      .filter((value) => value !== null && value !== undefined);
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`unable to parse SM or JSON patch from ${source}`);
    throw error;
  }
}

function merged(items: readonly Item[], wanted: (item: Item) => boolean, piece: Thing, options: Patch["options"]): Item[] {
  return items.flatMap((item) => {
    if (!wanted(item)) return [item];
    if ((piece as { $patch?: string }).$patch === "delete") return [];
    const { object } = item;
    const schema = schemaOf({ ...groupVersionOf(object.apiVersion), kind: object.kind });
    const { name: _, namespace: __, ...metadata } = piece.metadata ?? {};
    const { metadata: ___, ...fields } = piece;
    const change = { ...fields, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) };
    const result = (schema ? applyStrategicPatch(schema, object, change) : applyMergePatch(object, change)) as Thing;
    const kind = options?.allowKindChange ? result.kind : object.kind;
    const name = options?.allowNameChange && piece.metadata?.name ? piece.metadata.name : object.metadata.name;
    return [changed(item, { ...result, apiVersion: object.apiVersion, kind, metadata: { ...result.metadata, name } })];
  });
}

function isSame({ object, names, namespaces }: Item, piece: Thing): boolean {
  const namespace = piece.metadata?.namespace ?? "";
  return (
    object.kind === piece.kind &&
    groupVersionOf(object.apiVersion).group === groupVersionOf(piece.apiVersion ?? "v1").group &&
    names.includes(piece.metadata?.name ?? "") &&
    (namespaces.includes(namespace) || namespace === "")
  );
}

/** `Deployment.v1.apps/web.[noNs]` */
function idOf({ apiVersion, kind, metadata }: Thing): string {
  const { group, version } = groupVersionOf(apiVersion ?? "v1");
  return `${kind}.${version}.${group || "[noGrp]"}/${metadata?.name ?? "[noName]"}.${metadata?.namespace ?? "[noNs]"}`;
}

/** Whether a target means an object, by the names that it has or had. */
export function selects(target: Target, { object, names, namespaces }: Item): boolean {
  const { group, version } = groupVersionOf(object.apiVersion);
  const fits = (pattern: string | undefined, values: readonly string[]) =>
    !pattern || values.some((value) => new RegExp(`^(?:${pattern.replace(/^\^|\$$/g, "")})$`).test(value));
  try {
    return (
      (!target.group || target.group === group) &&
      (!target.version || target.version === version) &&
      fits(target.kind, [object.kind]) &&
      fits(target.name, names) &&
      fits(target.namespace, namespaces) &&
      (!target.labelSelector || matcher(target.labelSelector)(object.metadata.labels)) &&
      (!target.annotationSelector || matcher(target.annotationSelector)(object.metadata.annotations))
    );
  } catch (error) {
    if (error instanceof SelectorError || error instanceof SyntaxError) throw new CommandError(error.message);
    throw error;
  }
}
