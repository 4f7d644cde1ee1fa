import { jsonPathText } from "#machinery/json-path/evaluate.ts";
import { JsonPathProblem, parseJsonPath } from "#machinery/json-path/parse.ts";
import { HelmError } from "./errors.ts";

/** What a JSONPath template makes of values. Throws a `HelmError`. */
export function findJsonPath(template: string, values: unknown): string {
  try {
    return jsonPathText(parseJsonPath(template), values, { allowMissing: true });
  } catch (problem) {
    if (problem instanceof JsonPathProblem) throw new HelmError(`error parsing jsonpath ${template}: ${problem.message}`);
    throw problem;
  }
}
