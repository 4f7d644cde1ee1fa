import { apiVersionOf, type GroupVersionKind } from "#machinery/object.ts";
import { CommandError } from "../errors.ts";
import type { Server } from "./server.ts";

/** A resource that the server offers. */
export interface Resource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  subresources: readonly { name: string; verbs: readonly string[]; kind: string }[];
}

export const apiVersion = ({ group, version }: { group: string; version: string }): string => apiVersionOf(group, version);

/** `deployments.apps`, `pods`. */
export const qualified = ({ group, plural }: Resource): string => (group ? `${plural}.${group}` : plural);

/** Everything that the server offers, in its own order: groups by priority, a group's versions by preference. */
export class Discovery {
  readonly resources: readonly Resource[];
  /** `apps/v1`, … in order. */
  readonly versions: readonly string[];
  readonly #groups: readonly GroupDiscovery[];

  constructor(lists: readonly GroupDiscoveryList[]) {
    const groups = lists.flatMap((list) => list.items ?? []);
    this.#groups = groups;
    this.versions = groups.flatMap((group) => (group.versions ?? []).map(({ version }) => apiVersionOf(group.metadata?.name ?? "", version)));
    this.resources = groups.flatMap((group) =>
      (group.versions ?? []).flatMap(({ version, resources = [] }) =>
        resources.map((resource) => resourceOf(group.metadata?.name ?? "", version, resource)),
      ),
    );
  }

  /** The groups and their versions, as older clients ask for them. */
  get groupList(): object {
    const groups = this.#groups.map(({ metadata, versions: offered = [] }) => {
      const name = metadata?.name ?? "";
      const versions = offered.map(({ version }) => ({ groupVersion: apiVersionOf(name, version), version }));
      return { name, versions, preferredVersion: versions[0] };
    });
    return { kind: "APIGroupList", apiVersion: "v1", groups };
  }

  /** The resource that a word names: a plural, singular or short name, or a kind, perhaps with its group, or its version and group. */
  find(word: string): Resource | undefined {
    const lower = word.toLowerCase();
    const [name = "", ...rest] = lower.split(".");
    if (rest.length >= 2) {
      const [version, ...group] = rest;
      const exact = this.#named(name, (r) => r.version === version && r.group === group.join("."));
      if (exact) return exact;
    }
    const group = rest.join(".");
    const inGroup = group === "" ? () => true : (r: Resource) => r.group === group;
    return (
      this.#named(name, inGroup) ??
      this.#ofKind(word) ??
      (group === "" ? undefined : (this.#named(name, (r) => r.group.startsWith(group)) ?? undefined))
    );
  }

  /** Resources whose short name a word is too, besides the one that it means. */
  alsoNamed(word: string): readonly Resource[] {
    if (this.resources.some((r) => r.plural === word || r.singular === word)) return [];
    const [first, ...others] = this.resources.filter((r) => r.shortNames.includes(word));
    return others.filter((r, i) => first && qualified(r) !== qualified(first) && others.findIndex((o) => qualified(o) === qualified(r)) === i);
  }

  /** All resources that a word without a group may name, those first that it means. */
  all(word: string): readonly Resource[] {
    const first = this.find(word);
    return first ? [first, ...this.resources.filter((r) => r !== first && r.plural === first.plural)] : [];
  }

  /** The resource that a word names, or the error that the real one gives. */
  need(word: string): Resource {
    const found = this.find(word);
    if (!found) throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(word.split(".")[0])}`);
    return found;
  }

  /** The resource of a kind; without a version the preferred one. */
  ofKind({ group, kind, version }: GroupVersionKind | { group: string; kind: string; version?: string }): Resource | undefined {
    return this.resources.find((r) => r.group === group && r.kind === kind && (!version || r.version === version));
  }

  /** The resources of a category such as `all`, preferred versions only. */
  category(name: string): readonly Resource[] {
    const seen = new Set<string>();
    return this.resources.filter((r) => r.categories.includes(name) && !seen.has(qualified(r)) && seen.add(qualified(r)));
  }

  #named(name: string, fits: (resource: Resource) => boolean): Resource | undefined {
    return (
      this.resources.find((r) => fits(r) && (r.plural === name || r.singular === name)) ??
      this.resources.find((r) => fits(r) && r.shortNames.includes(name))
    );
  }

  #ofKind(word: string): Resource | undefined {
    const [kind, ...rest] = word.split(".");
    const [version, ...group] = rest;
    return (
      this.resources.find((r) => r.kind === kind && rest.length >= 2 && r.version === version && r.group === group.join(".")) ??
      this.resources.find((r) => r.kind === kind && (rest.length === 0 || r.group === rest.join(".")))
    );
  }
}

export interface GroupDiscoveryList {
  items?: GroupDiscovery[];
}

interface GroupDiscovery {
  metadata?: { name?: string };
  versions?: { version: string; resources?: ResourceDiscovery[] }[];
}

interface ResourceDiscovery {
  resource: string;
  responseKind?: { group?: string; version?: string; kind: string };
  scope: "Namespaced" | "Cluster";
  singularResource?: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string; responseKind?: { kind?: string }; verbs?: string[] }[];
}

function resourceOf(group: string, version: string, found: ResourceDiscovery): Resource {
  const kind = found.responseKind?.kind ?? "";
  return {
    group,
    version,
    kind,
    plural: found.resource,
    singular: found.singularResource || kind.toLowerCase(),
    shortNames: found.shortNames ?? [],
    categories: found.categories ?? [],
    namespaced: found.scope === "Namespaced",
    verbs: found.verbs,
    subresources: (found.subresources ?? []).map((sub) => ({ name: sub.subresource, verbs: sub.verbs ?? [], kind: sub.responseKind?.kind ?? "" })),
  };
}

const accept =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

// The answer is long and seldom changes: what was read last is kept beside its text.
let last: { texts: readonly [string, string]; discovery: Discovery } | undefined;

/** Asks the server what it offers. */
export async function discover(server: Server): Promise<Discovery> {
  const texts = [await server.text("GET", "/api", { accept, quiet: true }), await server.text("GET", "/apis", { accept, quiet: true })] as const;
  if (last?.texts[0] !== texts[0] || last.texts[1] !== texts[1])
    last = { texts, discovery: new Discovery(texts.map((text) => JSON.parse(text) as GroupDiscoveryList)) };
  return last.discovery;
}

/** The path of a resource's objects, or of one of them. */
export function pathOf(
  resource: Pick<Resource, "group" | "version" | "plural" | "namespaced">,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`;
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource.plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}${subresource ? `/${subresource}` : ""}`;
}
