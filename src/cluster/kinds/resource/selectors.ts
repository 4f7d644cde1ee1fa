import { deviceEnvironment } from "#machinery/cel/device.ts";
import { compile } from "#machinery/cel/expression.ts";
import { CelProblem } from "#machinery/cel/problem.ts";
import { byteLength } from "#machinery/names.ts";
import type { DeviceSelector } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { checkEach } from "./lists.ts";

const mostSelectors = 32;
const longest = 10 * 1024;

/** Which devices will do: all of them must say so. */
export const checkSelectors = (field: Field, selectors: readonly DeviceSelector[] | undefined): boolean =>
  checkEach(field, selectors, mostSelectors, (at, { cel }) => {
    if (cel) checkExpression(at.at("cel", "expression"), cel.expression ?? "");
    else at.at("cel").required();
  });

function checkExpression(field: Field, text: string): void {
  if (byteLength(text) > longest) {
    field.tooLong(longest);
    return;
  }
  try {
    const { type } = compile(deviceEnvironment(), text);
    if (type !== "bool" && type !== "dyn") field.invalid(text, `must evaluate to bool or the unknown type, not ${type}`);
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
    field.invalid(text, error.message);
  }
}
