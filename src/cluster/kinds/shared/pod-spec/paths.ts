import type { Field } from "../field.ts";

/** A path that does not lead upwards. */
export function checkNoBacksteps(field: Field, path: string): void {
  if (path.split("/").includes("..")) field.invalid(path, "must not contain '..'");
}

/** A path that stays below where it starts. */
export function checkDescending(field: Field, path: string): void {
  if (path.startsWith("/")) field.invalid(path, "must be a relative path");
  checkNoBacksteps(field, path);
}

/** A path that a volume can write: names that begin with `..` are the kubelet's own. */
export function checkLocalPath(field: Field, path: string): void {
  checkDescending(field, path);
  if (path.startsWith("..") && !path.startsWith("../")) field.invalid(path, "must not start with '..'");
}
