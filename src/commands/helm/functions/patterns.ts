import { RE2JS } from "re2js";
import { typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import type { TemplateFunction, Value } from "../../go-template/values.ts";

const compiled = new Map<string, RE2JS>();

/** A regular expression of Go's. Without `must` what is wrong with it is told as a panic tells it. */
function pattern(text: string, must = true): RE2JS {
  const known = compiled.get(text);
  if (known) return known;
  try {
    const fresh = RE2JS.compile(text);
    if (compiled.size > 200) compiled.clear();
    compiled.set(text, fresh);
    return fresh;
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    throw new TemplateProblem(must ? message : `regexp: Compile(${text.includes("`") ? JSON.stringify(text) : `\`${text}\``}): ${message}`);
  }
}

function* found(regex: RE2JS, text: string): Generator<{ start: number; end: number; groups: (string | null)[]; names: Map<string, number> }> {
  const matcher = regex.matcher(text);
  const names = new Map(Object.entries(regex.namedGroups()));
  let after = -1;
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    // Nothing is not found again right behind something.
    if (start === end && start === after) continue;
    after = end;
    yield { start, end, groups: Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i)), names };
  }
}

function all(text: string, regex: RE2JS, most: number): string[] {
  const list: string[] = [];
  if (most === 0) return list;
  for (const { start, end } of found(regex, text)) {
    list.push(text.slice(start, end));
    if (list.length === most) break;
  }
  return list;
}

/** Replaces what is found; `$1`, `${1}` and `${name}` in `by` stand for groups. */
function replaced(regex: RE2JS, text: string, by: string, literal: boolean): string {
  let [result, last] = ["", 0];
  for (const { start, end, groups, names } of found(regex, text)) {
    result += text.slice(last, start) + (literal ? by : expanded(by, groups, names));
    last = end;
  }
  return result + text.slice(last);
}

const expanded = (by: string, groups: readonly (string | null)[], names: ReadonlyMap<string, number>): string =>
  by.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return whole === "$$" ? "$" : whole;
    return (/^\d+$/.test(name) ? groups[Number(name)] : groups[names.get(name) ?? -1]) ?? "";
  });

function split(regex: RE2JS, text: string, most: number): string[] {
  if (most === 0) return [];
  const list: string[] = [];
  let [from, last] = [0, 0];
  for (const { start, end } of found(regex, text)) {
    if (most > 0 && list.length === most - 1) break;
    last = start;
    if (end !== 0) list.push(text.slice(from, last));
    from = end;
  }
  if (last !== text.length || text === "") list.push(text.slice(from));
  return list;
}

const text = (value: Value) => value as string;

/** Each function as it is, and with `must`, where a wrong expression is told otherwise. */
const both = (name: string, make: (must: boolean) => TemplateFunction): Record<string, TemplateFunction> => ({
  [name]: make(false),
  [`must${name[0]?.toUpperCase()}${name.slice(1)}`]: make(true),
});

/** Functions on regular expressions. */
export const patterns: Readonly<Record<string, TemplateFunction>> = {
  ...both("regexMatch", (must) =>
    typed(["string", "string"], (regex, on) => {
      try {
        return pattern(text(regex)).matcher(text(on)).find();
      } catch (problem) {
        if (must) throw problem;
        return false;
      }
    }),
  ),
  ...both("regexFindAll", (must) => typed(["string", "string", "int"], (regex, on, most) => all(text(on), pattern(text(regex), must), Number(most)))),
  ...both("regexFind", (must) => typed(["string", "string"], (regex, on) => all(text(on), pattern(text(regex), must), 1)[0] ?? "")),
  ...both("regexReplaceAll", (must) =>
    typed(["string", "string", "string"], (regex, on, by) => replaced(pattern(text(regex), must), text(on), text(by), false)),
  ),
  ...both("regexReplaceAllLiteral", (must) =>
    typed(["string", "string", "string"], (regex, on, by) => replaced(pattern(text(regex), must), text(on), text(by), true)),
  ),
  ...both("regexSplit", (must) => typed(["string", "string", "int"], (regex, on, most) => split(pattern(text(regex), must), text(on), Number(most)))),
  regexQuoteMeta: typed(["string"], (on) => text(on).replace(/[\\.+*?()|[\]{}^$]/g, "\\$&")),
};
