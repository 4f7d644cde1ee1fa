import { schemaOf } from "#machinery/schema.ts";
import type { Thing } from "../../kubectl/api/server.ts";
import { threeWayMergePatch, threeWayPatch, twoWayMergePatch } from "../../kubectl/apply/strategic-diff.ts";
import type { Dict } from "../chart/chart.ts";
import type { Wanted } from "./resources.ts";

/** The patch by which a client changes an object: what the release changed, and what it no longer has, over what stands there. */
export function patchFor(target: Wanted, original: Thing, current: Thing, mergeUnknown: boolean): { patch: Dict; contentType: string } {
  const { group, version, kind } = target.resource;
  const schema = schemaOf({ group, version, kind });
  if (schema) return { patch: threeWayPatch(schema, original, target.object, current), contentType: "application/strategic-merge-patch+json" };
  const patch = mergeUnknown ? threeWayMergePatch(original, target.object, current) : twoWayMergePatch(original, target.object);
  return { patch, contentType: "application/merge-patch+json" };
}
