import { invalidValue, notSupported } from "./field-error.ts";
import type { FieldError } from "./status.ts";
import type { DeleteOptions } from "./types.ts";

const policies = ["Foreground", "Background", "Orphan"];

/** What is wrong with how something is to be deleted. */
export function* deleteOptionsProblems({ propagationPolicy: policy, orphanDependents, dryRun }: Partial<DeleteOptions>): Iterable<FieldError> {
  if (policy !== undefined && orphanDependents !== undefined)
    yield invalidValue(["propagationPolicy"], policy, "orphanDependents and deletionPropagation cannot be both set");
  if (policy !== undefined && !policies.includes(policy)) yield notSupported(["propagationPolicy"], policy, [...policies, "nil"]);
  if (dryRun && (dryRun.length > 1 || dryRun.some((each) => each !== "All"))) yield notSupported(["dryRun"], dryRun, ["All"]);
}
