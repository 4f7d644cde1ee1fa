import type { NodeSelectorRequirement, NodeSelectorTerm } from "./types.ts";

/** What of a node a term may ask about. */
export interface Selectable {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a node matches all that a term asks for; an empty term matches none. */
export function matchesNodeTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { labels, name }: Selectable): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) => requirement.key === "metadata.name" && meets(requirement, name))
  );
}

function meets({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return value !== undefined && compares(operator === "Gt", value, values[0] ?? "");
  }
}

function compares(greater: boolean, value: string, than: string): boolean {
  if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(than)) return false;
  return greater ? BigInt(value) > BigInt(than) : BigInt(value) < BigInt(than);
}
