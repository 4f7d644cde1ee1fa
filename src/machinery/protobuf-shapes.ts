import { kinds, structs, type TypeData } from "#generated/schema.ts";
import { wire } from "#generated/wire.ts";
import { groupVersionOf } from "./object.ts";

/** One field of a message, or a message that stands embedded between and holds some. */
export interface WireNode {
  readonly number: number;
  readonly name: string;
  readonly type: TypeData;
  /** Left out when it was not given; all others are written even when they are zero. */
  readonly optional: boolean;
  readonly inner?: readonly WireNode[];
}

const meta = "apimachinery.pkg.apis.meta.v1";
const discovery = "apidiscovery.v2";

/** What has a message and no recorded schema, as name, number and type. */
const others: Readonly<Record<string, readonly (readonly [name: string, number: number, type: TypeData])[]>> = {
  [`${meta}.PartialObjectMetadata`]: [["metadata", 1, `@${meta}.ObjectMeta`]],
  [`${meta}.PartialObjectMetadataList`]: [
    ["metadata", 1, `@${meta}.ListMeta`],
    ["items", 2, [`@${meta}.PartialObjectMetadata`]],
  ],
  [`${discovery}.APIGroupDiscoveryList`]: [
    ["metadata", 1, `@${meta}.ListMeta`],
    ["items", 2, [`@${discovery}.APIGroupDiscovery`]],
  ],
  [`${discovery}.APIGroupDiscovery`]: [
    ["metadata", 1, `@${meta}.ObjectMeta`],
    ["versions", 2, [`@${discovery}.APIVersionDiscovery`]],
  ],
  [`${discovery}.APIVersionDiscovery`]: [
    ["version", 1, "string"],
    ["resources", 2, [`@${discovery}.APIResourceDiscovery`]],
    ["freshness", 3, "string"],
  ],
  [`${discovery}.APIResourceDiscovery`]: [
    ["resource", 1, "string"],
    ["responseKind", 2, `@${discovery}.ResponseKind`],
    ["scope", 3, "string"],
    ["singularResource", 4, "string"],
    ["verbs", 5, ["string"]],
    ["shortNames", 6, ["string"]],
    ["categories", 7, ["string"]],
    ["subresources", 8, [`@${discovery}.APISubresourceDiscovery`]],
  ],
  [`${discovery}.APISubresourceDiscovery`]: [
    ["subresource", 1, "string"],
    ["responseKind", 2, `@${discovery}.ResponseKind`],
    ["acceptedTypes", 3, [`@${discovery}.ResponseKind`]],
    ["verbs", 4, ["string"]],
  ],
  [`${discovery}.ResponseKind`]: [
    ["group", 1, "string"],
    ["version", 2, "string"],
    ["kind", 3, "string"],
  ],
};

/** Lists that are a message of their own, with their items under 1. */
const wrapped: Readonly<Record<string, readonly string[]>> = { [`${meta}.APIResource`]: ["verbs"] };

/** The message of a kind; undefined where it has none, as custom resources. */
export function messageOf(apiVersion: string, kind: string): string | undefined {
  const { group, version } = groupVersionOf(apiVersion);
  const id = kinds[`${group}/${version}/${kind}`];
  if (id && wire[id]) return id;
  const shared = group === "apidiscovery.k8s.io" ? `${discovery}.${kind}` : `${meta}.${kind}`;
  const isShared = group === "" || group === "meta.k8s.io" || group === "apidiscovery.k8s.io";
  return isShared && (wire[shared] || others[shared]) ? shared : undefined;
}

const made = new Map<string, readonly WireNode[]>();

/** The fields of a message, the highest number first: messages are written from their end. */
export function wireNodes(id: string): readonly WireNode[] {
  let nodes = made.get(id);
  if (!nodes) {
    nodes = others[id]?.map(([name, number, type]) => ({ name, number, type, optional: false })) ?? recorded(id);
    nodes = sorted(nodes);
    made.set(id, nodes);
  }
  return nodes;
}

function recorded(id: string): readonly WireNode[] {
  interface Growing extends WireNode {
    readonly inner?: Growing[];
  }
  const top: Growing[] = [];
  const words = (wire[id] ?? "").split(" ");
  for (let i = 0; i + 1 < words.length; i += 2) {
    const name = words[i] ?? "";
    const data = structs[id]?.f[name];
    if (!data) continue;
    const path = (words[i + 1] ?? "").split(".").map(Number);
    if (wrapped[id]?.includes(name)) path.push(1);
    let at = top;
    for (const number of path.slice(0, -1)) {
      let between = at.find((node) => node.number === number);
      if (!between?.inner) {
        between = { number, name: "", type: "", optional: false, inner: [] };
        at.push(between);
      }
      at = between.inner ?? [];
    }
    at.push({ number: path.at(-1) ?? 0, name, type: data.t, optional: data.p === 1 });
  }
  return top;
}

const sorted = (nodes: readonly WireNode[]): readonly WireNode[] =>
  nodes.map((node) => (node.inner ? { ...node, inner: sorted(node.inner) } : node)).sort((a, b) => b.number - a.number);
