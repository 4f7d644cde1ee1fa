import type { Volume } from "#machinery/types.ts";
import type { Field } from "../field.ts";
import { checkFieldRef, checkResourceRef } from "./env.ts";
import { checkLocalPath } from "./paths.ts";

export const modeProblem = "must be a number between 0 and 0777 (octal), both inclusive";

/** The permissions of a file. */
export function checkMode(field: Field, mode: number | undefined): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) field.invalid(mode, modeProblem);
}

type Item = NonNullable<NonNullable<Volume["secret"]>["items"]>[number];

/** Which key of a map is written where. */
export function checkItem(field: Field, { key, path, mode }: Item): void {
  if (!key) field.at("key").required();
  if (!path) field.at("path").required();
  checkLocalPath(field.at("path"), path ?? "");
  checkMode(field.at("mode"), mode);
}

/** Fields of the pod that a file may hold. */
const fieldsForFiles = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

type File = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>[number];

export function checkDownwardFile(field: Field, { path, fieldRef, resourceFieldRef, mode }: File): void {
  if (!path) field.at("path").required();
  checkLocalPath(field.at("path"), path ?? "");
  if (fieldRef) {
    checkFieldRef(field.at("fieldRef"), fieldRef, fieldsForFiles);
    if (resourceFieldRef) field.invalid("resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
  } else if (resourceFieldRef) checkResourceRef(field.at("resourceFieldRef"), resourceFieldRef, true);
  else field.required("one of fieldRef and resourceFieldRef is required");
  checkMode(field.at("mode"), mode);
}
