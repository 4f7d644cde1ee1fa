import type { LabelSelector } from "#machinery/types.ts";

/** `app=web,tier=front`; `<none>` without labels. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string => equalities(labels).join(",") || "<none>";

/** As tables show a selector: `app=web,tier in (a,b),!old`; `<none>` where there is none, and where it selects everything. */
export const selectorText = (selector: LabelSelector | undefined): string => selectorQuery(selector) || "<none>";

/** As the API takes a selector. */
export function selectorQuery(selector: LabelSelector | undefined): string {
  const requirements = equalities(selector?.matchLabels).map((text) => ({ key: text.slice(0, text.indexOf("=")), text }));
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const list = values.toSorted().join(",");
    if (operator === "In") requirements.push({ key, text: `${key} in (${list})` });
    else if (operator === "NotIn") requirements.push({ key, text: `${key} notin (${list})` });
    else if (operator === "Exists") requirements.push({ key, text: key });
    else if (operator === "DoesNotExist") requirements.push({ key, text: `!${key}` });
  }
  return requirements
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((requirement) => requirement.text)
    .join(",");
}

const equalities = (labels: Readonly<Record<string, string>> | undefined): string[] =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort();

/** As the server's own types print themselves, which a few columns show. */
export function goSelector(selector: LabelSelector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const map = `map[string]string{${labels.map(([key, value]) => `${key}: ${value},`).join("")}}`;
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => `{${key} ${operator} [${values.join(" ")}]},`);
  return `&LabelSelector{MatchLabels:${map},MatchExpressions:[]LabelSelectorRequirement{${expressions.join("")}},}`;
}
