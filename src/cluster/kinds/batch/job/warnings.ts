import type { JobSpec } from "#machinery/types.ts";
import { podWarnings } from "../../shared/pod-spec/warnings.ts";

/** `path` is where the spec stands. */
export function* jobSpecWarnings({ completionMode, completions = 0, parallelism = 0, template }: JobSpec, path: readonly string[]): Iterable<string> {
  if (completionMode === "Indexed" && completions > 100_000 && parallelism > 10_000)
    yield `${path.join(".")}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`;
  if (template.spec) yield* podWarnings(template.spec, template.metadata, [...path, "template"]);
}
