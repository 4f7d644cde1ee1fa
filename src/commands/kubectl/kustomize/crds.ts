import { parseYaml } from "#machinery/yaml.ts";
import { CommandError } from "../errors.ts";
import { type Configuration, noConfiguration } from "./configuration.ts";
import type { FieldSpec } from "./field-specs.ts";

type Property = Readonly<Record<string, unknown>>;
type Definitions = Readonly<Record<string, { Schema?: { properties?: Readonly<Record<string, Property>> } } | undefined>>;

/** The places that definitions of custom resources mark by `x-kubernetes-…`: names of others, labels, annotations and names. */
export function crdConfiguration(path: string, text: string): Configuration {
  const definitions = parseYaml(text).value;
  const problem = Array.isArray(definitions) ? "array" : typeof definitions === "object" ? undefined : typeof definitions;
  if (problem)
    throw new CommandError(
      `unable to parse open API definition from '${path}': error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${problem} into Go value of type accumulator.nameToApiMap`,
    );
  const result = noConfiguration();
  for (const name of Object.keys(definitions ?? {})) {
    const properties = propertiesOf(definitions as Definitions, name);
    if ("kind" in properties && "apiVersion" in properties && "metadata" in properties)
      gather(result, definitions as Definitions, name, name.split(".").at(-1) ?? name, []);
  }
  return result;
}

const propertiesOf = (definitions: Definitions, name: string) => definitions[name]?.Schema?.properties ?? {};

function gather(result: Configuration, definitions: Definitions, type: string, kind: string, path: readonly string[]): void {
  for (const [name, property] of Object.entries(propertiesOf(definitions, type))) {
    const here = [...path, name];
    const spec = (...more: string[]): FieldSpec => ({ kind, path: [...here, ...more].join("/") });
    if (isMarked(property, "annotation")) result.commonAnnotations.push(spec());
    if (isMarked(property, "label-selector")) result.commonLabels.push(spec());
    if (isMarked(property, "identity")) result.namePrefix.push(spec());
    const [version, of] = [property["x-kubernetes-object-ref-api-version"], property["x-kubernetes-object-ref-kind"]];
    if (typeof version === "string" && typeof of === "string") {
      const key = property["x-kubernetes-object-ref-name-key"];
      result.nameReference.push({ kind: of, version, fieldSpecs: [spec(typeof key === "string" ? key : "name")] });
    }
    const reference = property["$ref"];
    // A definition that comes back to itself has no further places of its own.
    if (typeof reference === "string" && here.length < 16) gather(result, definitions, reference, kind, here);
  }
}

const isMarked = (property: Property, mark: string): boolean => typeof property[`x-kubernetes-${mark}`] === "string";
