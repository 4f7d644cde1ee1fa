import { labelProblems } from "#machinery/names.ts";

/** Pods and their hosts are called after what makes them, and hosts have no dots. */
export function* nameWarnings(name = ""): Iterable<string> {
  const problems = labelProblems(name);
  if (problems.length > 0)
    yield `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`;
}
