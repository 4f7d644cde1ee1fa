import type { Thing } from "../../api/server.ts";
import { contentHash } from "../../create/content-hash.ts";
import { struct } from "../decode.ts";
import { each, renamed } from "../resource.ts";
import { definePlugin, metadata } from "./plugin.ts";

/** Gives generated objects their names. */
export const withHashes = each((item) => (item.needsHash ? renamed(item, withHash(item.object)) : item));

export const hashTransformer = definePlugin<object>({
  kind: "HashTransformer",
  shape: struct("HashTransformerPlugin", metadata),
  transformer: () => withHashes,
});

/** Kustomize's hash is of the content alone, where that of `kubectl create --append-hash` has the name in it. */
function withHash(object: Thing): Thing {
  const kind = object.kind === "Secret" ? "Secret" : "ConfigMap";
  const { data = "", binaryData, type, stringData } = object as Thing & Record<string, unknown>;
  const content = kind === "ConfigMap" ? { data, ...(binaryData ? { binaryData } : {}) } : { type, data, ...(stringData ? { stringData } : {}) };
  const name = object.metadata.name ?? "";
  return { ...object, metadata: { ...object.metadata, name: `${name}-${contentHash(kind, "", content)}` } };
}
