import { CommandError } from "../errors.ts";
import { type FieldSpec, mergedSpecs } from "./field-specs.ts";
import type { Kinds } from "./resource.ts";

/** Where other objects name those of a kind. */
export interface NameReference extends Kinds {
  fieldSpecs: FieldSpec[];
}

/** The lists of places that a configuration holds, in the order in which contradictions are told. */
export const lists = [
  "namePrefix",
  "nameSuffix",
  "namespace",
  "commonAnnotations",
  "commonLabels",
  "labels",
  "templateLabels",
  "varReference",
  "images",
  "replicas",
] as const;

type List = (typeof lists)[number];

/** The places that transformers look at. */
export type Configuration = Record<List, FieldSpec[]> & { nameReference: NameReference[] };

export const noConfiguration = (): Configuration => ({
  ...(Object.fromEntries(lists.map((list) => [list, []])) as unknown as Record<List, FieldSpec[]>),
  nameReference: [],
});

/** Both; what contradicts is refused. */
export function mergedConfiguration(one: Configuration, other: Configuration): Configuration {
  const result = noConfiguration();
  for (const list of lists) result[list] = failing(list, () => mergedSpecs(one[list], other[list]));
  result.nameReference = failing("nameReference", () => mergedReferences(one.nameReference, other.nameReference));
  return result;
}

function failing<T>(list: string, merge: () => T): T {
  try {
    return merge();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const name = list === "namespace" ? "NameSpace" : list.charAt(0).toUpperCase() + list.slice(1);
    throw new CommandError(`failed to merge ${name} fieldSpec: ${error.message}`);
  }
}

function mergedReferences(references: readonly NameReference[], more: readonly NameReference[]): NameReference[] {
  const result = [...references];
  for (const reference of more) {
    const same = result.findIndex(
      ({ group = "", version = "", kind = "" }) =>
        group === (reference.group ?? "") && version === (reference.version ?? "") && kind === (reference.kind ?? ""),
    );
    const known = result[same];
    if (known) result[same] = { ...known, fieldSpecs: mergedSpecs(known.fieldSpecs, reference.fieldSpecs) };
    else result.push(reference);
  }
  return result;
}
