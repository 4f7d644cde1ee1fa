import { labelProblems, subdomainProblems } from "#machinery/names.ts";
import type { Field } from "./field.ts";

/** The name of a CSI driver. */
export function checkDriverName(field: Field, name: string | undefined): void {
  if (!name) {
    field.required();
    return;
  }
  if (name.length > 63) field.tooLong(63);
  field.problems(name, subdomainProblems(name.toLowerCase()));
}

/** A secret that is not in the namespace of what names it. */
export function checkSecretReference(field: Field, { name = "", namespace = "" }: { name?: string; namespace?: string }): void {
  if (!name) field.at("name").required();
  else field.at("name").problems(name, subdomainProblems(name));
  if (!namespace) field.at("namespace").required();
  else field.at("namespace").problems(namespace, labelProblems(namespace));
}
