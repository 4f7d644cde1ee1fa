import { invalidValue } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { FieldError } from "#machinery/status.ts";
import type { CustomResourceSubresourceScale } from "#machinery/types.ts";
import type { Scaling } from "../kind.ts";

type Values = Readonly<Record<string, unknown>>;

const stepsOf = (path: string): readonly string[] => path.replace(/^\./, "").split(".");

/** What a plain path such as `.spec.replicas` finds; a path in words of Go where something else is in the way. */
function lookUp(object: unknown, path: string): { value: unknown } | { inTheWay: unknown } | undefined {
  let at: unknown = object;
  for (const step of stepsOf(path)) {
    if (at === undefined || at === null) return undefined;
    if (typeof at !== "object" || Array.isArray(at)) return { inTheWay: at };
    at = Object.hasOwn(at, step) ? (at as Values)[step] : undefined;
  }
  return at === undefined ? undefined : { value: at };
}

const found = (object: unknown, path: string): unknown => {
  const result = lookUp(object, path);
  return result && "value" in result ? result.value : undefined;
};

/** How the `scale` of a custom resource reads and writes what its definition says. */
export function customScaling({ specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale): Scaling<KubeObject> {
  const number = (object: KubeObject, path: string) => {
    const value = found(object, path);
    return typeof value === "number" ? value : 0;
  };
  return {
    replicas: (object) => number(object, specReplicasPath),
    current: (object) => number(object, statusReplicasPath),
    selector: (object) => {
      const value = labelSelectorPath ? found(object, labelSelectorPath) : undefined;
      return typeof value === "string" ? value : "";
    },
    scaled: (object, replicas) => withValue(object as unknown as Values, stepsOf(specReplicasPath), replicas) as unknown as KubeObject,
  };
}

function withValue(object: Values, [step = "", ...rest]: readonly string[], value: unknown): Values {
  if (rest.length === 0) return { ...object, [step]: value };
  const inner = object[step];
  return { ...object, [step]: withValue(typeof inner === "object" && inner !== null ? (inner as Values) : {}, rest, value) };
}

const most = 2 ** 31 - 1;

/** What is wrong with the numbers that the `scale` shows. */
export function* scaleProblems(
  object: KubeObject,
  { specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale,
): Iterable<FieldError> {
  yield* numberProblems(object, specReplicasPath);
  yield* numberProblems(object, statusReplicasPath);
  const selector = labelSelectorPath ? lookUp(object, labelSelectorPath) : undefined;
  if (!labelSelectorPath || !selector) return;
  if ("inTheWay" in selector || typeof selector.value !== "string")
    yield invalidValue([labelSelectorPath], "", accessorError(labelSelectorPath, selector, "string"));
}

function* numberProblems(object: KubeObject, path: string): Iterable<FieldError> {
  const result = lookUp(object, path);
  if (!result) return;
  if ("inTheWay" in result || typeof result.value !== "number" || !Number.isInteger(result.value))
    return yield invalidValue([path], 0, accessorError(path, result, "int64"));
  if (result.value < 0) yield invalidValue([path], result.value, "should be a non-negative integer");
  else if (result.value > most) yield invalidValue([path], result.value, `should be less than or equal to ${most}`);
}

function accessorError(path: string, result: { value: unknown } | { inTheWay: unknown }, wanted: string): string {
  const isBelow = "inTheWay" in result;
  const value = isBelow ? result.inTheWay : result.value;
  return `${path} accessor error: ${goValue(value)} is of the type ${goType(value)}, expected ${isBelow ? "map[string]interface{}" : wanted}`;
}

function goType(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "map[string]interface {}" : "string";
}

/** A value as Go's `%v` writes it. */
function goValue(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  return `map[${Object.keys(value as object)
    .sort()
    .map((key) => `${key}:${goValue((value as Values)[key])}`)
    .join(" ")}]`;
}
