import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames } from "#machinery/types.ts";

type Condition = Omit<CustomResourceDefinitionCondition, "lastTransitionTime">;

/** What a definition may call its resource, beside the others of its group. */
export interface Naming {
  accepted: CustomResourceDefinitionNames;
  namesAccepted: Condition;
  established: Condition;
}

/** The first to ask for a name has it; who asks later keeps the names that it had, and is not served before it has all. */
export function namingOf(definition: CustomResourceDefinition, others: readonly CustomResourceDefinition[]): Naming {
  const wanted = definition.spec.names;
  const before: Partial<CustomResourceDefinitionNames> = definition.status.acceptedNames ?? {};
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of others) {
    const { plural, singular, shortNames = [], kind, listKind } = status.acceptedNames ?? {};
    for (const name of [plural, singular, ...shortNames]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }

  const accepted: CustomResourceDefinitionNames = { kind: before.kind ?? "", plural: before.plural ?? "" };
  const problems: { reason: string; message: string }[] = [];
  const inUse = (name: string) => `${JSON.stringify(name)} is already in use`;
  const one = (field: "plural" | "singular" | "kind" | "listKind", taken: ReadonlySet<string>, reason: string) => {
    const name = wanted[field] ?? "";
    if (name !== before[field] && taken.has(name)) {
      problems.push({ reason, message: inUse(name) });
      if (before[field] !== undefined) accepted[field] = before[field];
    } else accepted[field] = name;
  };
  one("plural", resources, "PluralConflict");
  one("singular", resources, "SingularConflict");
  const clashes = (wanted.shortNames ?? []).filter((name) => !before.shortNames?.includes(name) && resources.has(name));
  if (clashes.length > 0) {
    problems.push({ reason: "ShortNamesConflict", message: clashes.length === 1 ? inUse(clashes[0] ?? "") : `[${clashes.map(inUse).join(", ")}]` });
    if (before.shortNames) accepted.shortNames = before.shortNames;
  } else if (wanted.shortNames?.length) accepted.shortNames = wanted.shortNames;
  one("kind", kinds, "KindConflict");
  one("listKind", kinds, "ListKindConflict");
  if (wanted.categories?.length) accepted.categories = wanted.categories;

  const last = problems.at(-1);
  const wasEstablished = definition.status.conditions?.find(({ type }) => type === "Established")?.status === "True";
  return {
    accepted,
    namesAccepted: last
      ? { type: "NamesAccepted", status: "False", ...last }
      : { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
    established:
      wasEstablished || !last
        ? { type: "Established", status: "True", reason: "InitialNamesAccepted", message: "the initial names have been accepted" }
        : { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" },
  };
}
