import {
  byteLength,
  formProblem,
  labelProblems,
  labelValueProblems,
  nameForms,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from "#machinery/names.ts";
import type { LabelSelector } from "#machinery/types.ts";
import type { Field } from "./field.ts";

type Texts = Readonly<Record<string, string>>;

/** The keys of a map, in the order in which whatever is wrong with them is told. */
export const sortedKeys = (map: object | undefined): string[] => (map ? Object.keys(map).sort() : []);

export const immutable = "field is immutable";
export const negative = "must be greater than or equal to 0";
const notPositive = "must be greater than zero";

export function checkNonNegative(field: Field, value: number | undefined): void {
  if (value !== undefined && value < 0) field.invalid(value, negative);
}

export function checkPositive(field: Field, value: number | undefined): void {
  if ((value ?? 0) <= 0) field.invalid(value ?? 0, notPositive);
}

/** One of a few words; a missing one is required. `known` is told as it stands. */
export function checkChoice(field: Field, value: string | undefined, known: readonly string[]): void {
  if (!value) field.required();
  else if (!known.includes(value)) field.notSupported(value, known);
}

/** One of a few words, if it is there at all. */
export function checkOptionalChoice(field: Field, value: string | undefined, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value)) field.notSupported(value, known);
}

export const checkLabel = (field: Field, name: string): void => field.problems(name, labelProblems(name));
export const checkSubdomain = (field: Field, name: string): void => field.problems(name, subdomainProblems(name));
export const checkQualifiedName = (field: Field, name: string): void => field.problems(name, qualifiedNameProblems(name));

/** Some kinds are called as others are, but told so in other words. */
export const longNameProblems = (name: string, prefix: boolean): string[] =>
  nameForms.subdomain(name, prefix).map((why) => why.replace(/ characters$/, " bytes"));

/** Whose something is: `acme.io/controller`. */
export function checkDomainPrefixedPath(field: Field, path: string): void {
  const [, host, rest] = /^([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (!path) field.required();
  else if (!host || !rest) field.invalid(path, 'must be a domain-prefixed path (such as "acme.io/foo")');
  else {
    checkSubdomain(field, host);
    if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest))
      field.invalid(rest, formProblem("Invalid path", String.raw`[A-Za-z0-9/\-._~%!$&'()*+,;=:]+`));
  }
}

/** Labels, and what looks like them: a node selector. */
export function checkLabels(field: Field, labels: Texts | undefined): void {
  for (const key of sortedKeys(labels)) {
    checkQualifiedName(field, key);
    const value = labels?.[key] ?? "";
    field.problems(value, labelValueProblems(value));
  }
}

const mostAnnotationBytes = 256 * 1024;

export function checkAnnotations(field: Field, annotations: Texts | undefined): void {
  for (const key of sortedKeys(annotations)) field.problems(key, qualifiedNameProblems(key.toLowerCase()));
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) size += byteLength(key) + byteLength(value);
  if (size > mostAnnotationBytes) field.tooLong(mostAnnotationBytes);
}

/** A LabelSelector: each of its values, and each of its expressions. */
export function checkSelector(field: Field, selector: LabelSelector | undefined, { lenient = false } = {}): void {
  if (!selector) return;
  checkLabels(field.at("matchLabels"), selector.matchLabels);
  for (const [i, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = field.at("matchExpressions", i);
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) at.at("values").required("must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0) at.at("values").forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else at.at("operator").invalid(operator, "not a valid selector operator");
    checkQualifiedName(at.at("key"), key);
    if (!lenient) for (const [j, value] of values.entries()) at.at("values", j).problems(value, labelValueProblems(value));
  }
}

/** A port by number or by name. */
export function checkPort(field: Field, port: number | string | undefined): void {
  if (typeof port === "string") field.problems(port, portNameProblems(port));
  else field.problems(port ?? 0, portNumberProblems(port ?? 0));
}

/** Whether two values are the same all the way down; what is shared is the same at once. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) if (!same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  return true;
}

export function checkImmutable(field: Field, value: unknown, old: unknown, why = immutable): void {
  if (!same(value, old)) field.invalid(value ?? null, why);
}
