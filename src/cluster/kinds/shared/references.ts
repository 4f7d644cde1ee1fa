import { pathSegmentProblems, subdomainProblems } from "#machinery/names.ts";
import type { Field } from "./field.ts";

interface Reference {
  apiGroup?: string;
  kind?: string;
  name?: string;
}

/** An object named by group, kind and name. */
export function checkReference(field: Field, { apiGroup, kind, name }: Reference): void {
  if (typeof apiGroup === "string") field.at("apiGroup").problems(apiGroup, subdomainProblems(apiGroup));
  checkSegment(field.at("kind"), kind);
  checkSegment(field.at("name"), name);
}

/** A required name that stands in a path. */
export function checkSegment(field: Field, name: string | undefined): void {
  if (!name) field.required();
  else field.problems(name, pathSegmentProblems(name));
}
