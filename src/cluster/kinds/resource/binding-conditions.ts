import { checkQualifiedName } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkEach } from "./lists.ts";

const most = 4;

interface Conditions {
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
}

/** What must be true of a device before a pod is bound, and what says that it never will be: both or neither. */
export function checkBindingConditions(field: Field, { bindingConditions: good = [], bindingFailureConditions: bad = [] }: Conditions): void {
  const [atGood, atBad] = [field.at("bindingConditions"), field.at("bindingFailureConditions")];
  checkEach(atGood, good, most, checkQualifiedName);
  checkEach(atBad, bad, most, checkQualifiedName);
  for (const [i, condition] of good.entries()) if (good.indexOf(condition) < i) atGood.at(i).duplicate(condition);
  for (const [i, condition] of bad.entries()) {
    if (bad.indexOf(condition) < i) atBad.at(i).duplicate(condition);
    if (good.includes(condition)) atBad.at(i).invalid(condition, "bindingFailureConditions must not overlap with bindingConditions");
  }
  if (good.length === 0 && bad.length > 0) atGood.invalid(null, "bindingConditions are required to use bindingFailureConditions");
  if (bad.length === 0 && good.length > 0) atBad.invalid(null, "bindingFailureConditions are required to use bindingConditions");
}
