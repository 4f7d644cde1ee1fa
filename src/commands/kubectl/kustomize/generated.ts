import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import { type Item, idOf, idsOf, idText, isSameId, together } from "./resource.ts";

type Data = Readonly<Record<string, string>> | undefined;

/** A generated object beside the others, or in place of, or merged into, the one of its name. */
export function withGenerated(items: readonly Item[], item: Item): Item[] {
  const { behavior, object } = item;
  const id = idOf(object);
  const found = items.filter((other) => idsOf(other).some((each) => isSameId(each, id)));
  const [old] = found;
  const refused = (why: string) =>
    new CommandError(
      `merging from generator &{0xc000000000 <nil>}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${id.kind}", isClusterScoped:false}, Name:"${id.name}", Namespace:"${id.namespace}"} ${why}`,
    );
  const takesOver = behavior === "merge" || behavior === "replace";
  if (!old) {
    if (takesOver) throw refused("does not exist; cannot merge or replace");
    return together(items, [item]);
  }
  if (found.length > 1)
    throw new CommandError(
      `found multiple objects [${found.map((one) => JSON.stringify(one.object)).join(" ")}] that could accept merge of ${idText(id)}`,
    );
  if (!takesOver) throw refused(`exists; can not use behavior: '${behavior || "unspecified"}', behavior must be merge or replace`);
  const { name, namespace } = old.object.metadata;
  const both = (field: "labels" | "annotations") => {
    const pairs = { ...old.object.metadata[field], ...object.metadata[field] };
    return Object.keys(pairs).length > 0 ? { [field]: pairs } : {};
  };
  const metadata = { ...both("labels"), ...both("annotations"), ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) };
  const data = (field: string) => {
    if (behavior === "replace") return {};
    const pairs = { ...(old.object[field] as Data), ...(object[field] as Data) };
    return Object.keys(pairs).length > 0 ? { [field]: pairs } : {};
  };
  const result: Item = {
    ...old,
    object: { ...object, metadata: metadata as Thing["metadata"], ...data("data"), ...data("binaryData") },
    needsHash: old.needsHash && item.needsHash,
    origin: behavior === "merge" ? old.origin : (item.origin ?? old.origin),
  };
  return items.map((other) => (other === old ? result : other));
}
