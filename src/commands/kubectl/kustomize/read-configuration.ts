import { parseYaml } from "#machinery/yaml.ts";
import { CommandError } from "../errors.ts";
import { type Configuration, lists, mergedConfiguration, noConfiguration } from "./configuration.ts";
import { crdConfiguration } from "./crds.ts";
import { decoded, struct } from "./decode.ts";
import { defaultConfiguration } from "./default-configuration.ts";
import type { Kustomization } from "./kustomization.ts";
import type { Place } from "./place.ts";
import { fieldSpec } from "./shapes.ts";

const shape = struct("TransformerConfig", {
  ...Object.fromEntries(lists.map((list) => [list, [fieldSpec] as const])),
  nameReference: [struct("NameBackReferences", { group: "string", version: "string", kind: "string", fieldSpecs: [fieldSpec] })],
});

/** What is known by itself, what the kustomization's files add to it, and what its definitions of custom resources do. */
export function configurationOf(place: Place, { configurations, crds }: Kustomization): Configuration {
  const own = configurations.map((path) => read(place.text(path))).reduce(mergedConfiguration, noConfiguration());
  const known = mergedConfiguration(defaultConfiguration(), own);
  if (crds.length === 0) return known;
  try {
    return mergedConfiguration(known, crds.map((path) => crdConfiguration(path, place.text(path))).reduce(mergedConfiguration, noConfiguration()));
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`loading CRDs [${crds.join(" ")}]: ${error.message}`);
    throw error;
  }
}

function read(text: string): Configuration {
  try {
    const given = decoded(parseYaml(text).value ?? {}, shape) as Partial<Configuration>;
    const references = (given.nameReference ?? []).map((reference) => ({ ...reference, fieldSpecs: reference.fieldSpecs ?? [] }));
    return { ...noConfiguration(), ...given, nameReference: references };
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`error unmarshaling JSON: while decoding JSON: ${error.message}`);
    throw error;
  }
}
