import { formatTime, parseTime } from "#machinery/time.ts";

/**
 * Where a JSON value has to be made anew: undefined where it can be shared as it is. A text is cut into what stays, tokens by their number, and
 * times in milliseconds with the digits of their seconds' fraction.
 */
export type Plan =
  | undefined
  | { kind: "text"; parts: readonly Part[] }
  | { kind: "time" }
  | { kind: "list"; items: ReadonlyMap<number, Plan> }
  | { kind: "map"; fields: ReadonlyMap<string, { key: readonly Part[] | undefined; value: Plan }>; renames: boolean };

type Part = string | number | { at: number; rest: string };

export interface Fresh {
  /** What stands in the place of each token. */
  tokens: readonly string[];
  /** How much later everything is, in milliseconds. */
  later: number;
  /** What was written of a time before, without its Z: few are told, by many objects. */
  times: Map<number, string>;
}

const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/** Ids by their form, which is quicker than to look for each; names one by one, the longest first, since one may be the beginning of another. */
function regularFor(tokens: readonly string[]): RegExp {
  const names = tokens.filter((token) => !form.test(token)).sort((a, b) => b.length - a.length);
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp([...escaped, ids.source, times.source].join("|"), "g");
}

const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}/;
const form = new RegExp(`^(?:${ids.source})$`);

/** Finds all tokens in a value, and all times between two. */
export function planOf(value: unknown, tokens: readonly string[], [from, to]: readonly [number, number]): Plan {
  const numbers = new Map(tokens.map((token, i) => [token, i]));
  const any = regularFor(tokens);
  return plan(value);

  function plan(of: unknown): Plan {
    if (typeof of === "string") {
      const parts = partsOf(of);
      return parts && { kind: "text", parts };
    }
    if (typeof of === "number") return of > from && of < to ? { kind: "time" } : undefined;
    if (Array.isArray(of)) {
      const items = new Map<number, Plan>();
      for (const [i, item] of of.entries()) {
        const found = plan(item);
        if (found) items.set(i, found);
      }
      return items.size > 0 ? { kind: "list", items } : undefined;
    }
    if (typeof of !== "object" || of === null) return undefined;
    const fields = new Map<string, { key: readonly Part[] | undefined; value: Plan }>();
    for (const [key, field] of Object.entries(of)) {
      const found = { key: partsOf(key), value: plan(field) };
      if (found.key || found.value) fields.set(key, found);
    }
    return fields.size > 0 ? { kind: "map", fields, renames: [...fields.values()].some(({ key }) => key !== undefined) } : undefined;
  }

  function partsOf(text: string): Part[] | undefined {
    const parts: Part[] = [];
    let end = 0;
    for (const match of text.matchAll(any)) {
      const [found] = match;
      const part = numbers.get(found) ?? timePart(found);
      if (part === undefined) continue;
      if (match.index > end) parts.push(text.slice(end, match.index));
      parts.push(part);
      end = match.index + found.length;
    }
    if (parts.length === 0) return undefined;
    if (end < text.length) parts.push(text.slice(end));
    return parts;
  }

  function timePart(text: string): Part | undefined {
    if (!text.endsWith("Z")) return undefined;
    const seconds = `${text.slice(0, 19)}Z`;
    const at = parseTime(seconds);
    return at > from && at < to ? { at, rest: text.slice(19) } : undefined;
  }
}

/** The value with everything that its plan names made anew. */
export function renewed(value: unknown, plan: Plan, fresh: Fresh): unknown {
  if (!plan) return value;
  switch (plan.kind) {
    case "text":
      return textOf(plan.parts, fresh);
    case "time":
      return (value as number) + fresh.later;
    case "list": {
      const made = (value as unknown[]).slice();
      for (const [i, item] of plan.items) made[i] = renewed(made[i], item, fresh);
      return made;
    }
    case "map": {
      if (!plan.renames) {
        const made = { ...(value as Record<string, unknown>) };
        for (const [key, field] of plan.fields) made[key] = renewed(made[key], field.value, fresh);
        return made;
      }
      const made: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(value as object)) {
        const found = plan.fields.get(key);
        made[found?.key ? textOf(found.key, fresh) : key] = renewed(field, found?.value, fresh);
      }
      return made;
    }
  }
}

function textOf(parts: readonly Part[], { tokens, later, times }: Fresh): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if (typeof part === "number") text += tokens[part];
    else {
      let time = times.get(part.at);
      if (time === undefined) {
        time = formatTime(part.at + later).slice(0, -1);
        times.set(part.at, time);
      }
      text += time + part.rest;
    }
  }
  return text;
}
