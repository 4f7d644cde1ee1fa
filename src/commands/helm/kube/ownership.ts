import type { Thing } from "../../kubectl/api/server.ts";
import { HelmError, messageOf } from "../errors.ts";
import { describe, type Resources, type Wanted } from "./resources.ts";

const [managedBy, releaseName, releaseNamespace] = ["app.kubernetes.io/managed-by", "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"];

interface Owner {
  name: string;
  namespace: string;
}

/** The objects, marked as belonging to a release. */
export const owned = (wanted: readonly Wanted[], { name, namespace }: Owner): Wanted[] =>
  wanted.map((one) => {
    const { metadata } = one.object;
    const labels = { ...metadata.labels, [managedBy]: "Helm" };
    const annotations = { ...metadata.annotations, [releaseName]: name, [releaseNamespace]: namespace };
    return { ...one, object: { ...one.object, metadata: { ...metadata, labels, annotations } } };
  });

function problemWith(from: Readonly<Record<string, string>> | undefined, key: string, value: string, what: string): string[] {
  const actual = from?.[key];
  if (actual === value) return [];
  const [k, v] = [JSON.stringify(key), JSON.stringify(value)];
  const why = actual === undefined ? `missing key ${k}: must be set to ${v}` : `key ${k} must equal ${v}: current value is ${JSON.stringify(actual)}`;
  return [`${what} validation error: ${why}`];
}

function ownershipProblem({ metadata }: Thing, { name, namespace }: Owner): string | undefined {
  const problems = [
    ...problemWith(metadata.labels, managedBy, "Helm", "label"),
    ...problemWith(metadata.annotations, releaseName, name, "annotation"),
    ...problemWith(metadata.annotations, releaseNamespace, namespace, "annotation"),
  ];
  return problems.length > 0 ? `invalid ownership metadata; ${problems.join("; ")}` : undefined;
}

/** Those of the objects that are there already. They must be the release's own, unless `anybody` says that it may take them. Throws a `HelmError`. */
export async function existing(resources: Resources, wanted: readonly Wanted[], owner: Owner, anybody: boolean): Promise<Wanted[]> {
  const found: Wanted[] = [];
  for (const one of wanted) {
    const generated = one.object.metadata.generateName;
    if (generated && one.name) throw new HelmError("metadata.name and metadata.generateName cannot both be set");
    if (generated) continue;
    let current: Thing | undefined;
    try {
      current = await resources.get(one);
    } catch (problem) {
      throw new HelmError(`could not get information about the resource ${describe(one)}: ${messageOf(problem)}`);
    }
    if (!current) continue;
    const problem = anybody ? undefined : ownershipProblem(current, owner);
    if (problem) throw new HelmError(`${describe(one)} exists and cannot be imported into the current release: ${problem}`);
    found.push(one);
  }
  return found;
}
