import { conform } from "#machinery/conform.ts";
import { invalidValue } from "#machinery/field-error.ts";
import { findAll } from "#machinery/json-path/evaluate.ts";
import { parseJsonPath, relaxed } from "#machinery/json-path/parse.ts";
import { apiVersionOf, type KubeObject } from "#machinery/object.ts";
import { type FieldError, notSimulated } from "#machinery/status.ts";
import { embeddedProblems } from "#machinery/structural-schema/embedded.ts";
import { listTypeProblems } from "#machinery/structural-schema/list-types.ts";
import { Rules } from "#machinery/structural-schema/rules.ts";
import { shapeOfKind } from "#machinery/structural-schema/shape.ts";
import { schemaProblems } from "#machinery/structural-schema/validate.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, SelectableField } from "#machinery/types.ts";
import type { Kind, Subresource, Verb } from "../kind.ts";
import { scale } from "../subresources/scale.ts";
import { status } from "../subresources/status.ts";
import { customColumns } from "./columns.ts";
import { customScaling, scaleProblems } from "./scaling.ts";

/** In the order in which discovery tells of them for custom resources. */
const verbs: readonly Verb[] = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/** The declaration of one version of a custom resource; `storage` names the version that objects are stored in. */
export function customKind(definition: CustomResourceDefinition, version: CustomResourceDefinitionVersion, storage: string): Kind {
  const { spec } = definition;
  const { kind, listKind, plural, singular, shortNames, categories } = definition.status.acceptedNames ?? spec.names;
  const schema = shapeOfKind(version.schema?.openAPIV3Schema);
  const apiVersion = apiVersionOf(spec.group, version.name);
  const subresources: Subresource[] = [];
  if (version.subresources?.status) subresources.push(status);
  if (version.subresources?.scale) subresources.push({ ...scale, owns: [version.subresources.scale.specReplicasPath.slice(1)] });
  return {
    group: spec.group,
    version: version.name,
    kind: kind ?? "",
    ...(listKind ? { listKind } : {}),
    plural: plural ?? "",
    singular: singular ?? "",
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
    scope: spec.scope === "Cluster" ? "Cluster" : "Namespaced",
    verbs,
    custom: true,
    schema,
    declared: version.schema?.openAPIV3Schema,
    storageVersion: storage,
    updateNeedsVersion: true,
    anyFinalizers: true,
    columns: customColumns(version.additionalPrinterColumns),
    bareColumns: true,
    subresources,
    ...(version.subresources?.scale ? { scale: customScaling(version.subresources.scale) } : {}),
    ...(version.deprecated ? { deprecated: version.deprecationWarning || `${apiVersion} ${kind} is deprecated` } : {}),
    selectable: selectableOf(version.selectableFields),
    generation: (object, old) => changes(object, old, Boolean(version.subresources?.status)),
    validate: (object, old) => customProblems(version, rulesOf(version), object, old),
    ...(version.name === storage
      ? {}
      : {
          view: {
            of: { group: spec.group, version: storage, plural: plural ?? "" },
            read: (stored) => {
              if (spec.conversion?.strategy === "Webhook") throw notSimulated("conversion of custom resources by a webhook");
              return conform(schema, { ...stored, apiVersion });
            },
            write: (object) => ({ ...object, apiVersion: apiVersionOf(spec.group, storage) }),
          },
        }),
  };
}

const compiled = new WeakMap<CustomResourceDefinitionVersion, Rules>();

/** The version's rules, compiled when something is first judged by them. */
function rulesOf(version: CustomResourceDefinitionVersion): Rules {
  let rules = compiled.get(version);
  if (!rules) {
    rules = new Rules(version.schema?.openAPIV3Schema ?? {});
    compiled.set(version, rules);
  }
  return rules;
}

function* customProblems(
  version: CustomResourceDefinitionVersion,
  rules: Rules,
  object: KubeObject,
  old: KubeObject | undefined,
): Iterable<FieldError> {
  const schema = version.schema?.openAPIV3Schema;
  const problems: FieldError[] = schema ? [...schemaProblems(schema, object)] : [];
  if (version.subresources?.scale) problems.push(...scaleProblems(object, version.subresources.scale));
  if (schema) problems.push(...embeddedProblems(schema, object), ...listTypeProblems(schema, object));
  yield* problems;
  if (!schema || !rules.any) return;
  if (problems.some(({ type }) => blocking.has(type))) yield invalidValue([], null, unchecked);
  else yield* rules.problems(object, old);
}

/** Rules could stumble over an object that is wrong in such a way. */
const blocking: ReadonlySet<FieldError["type"]> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);
const unchecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

/** Whether what is wanted differs: everything but metadata, and the status where it stands apart. */
function changes(object: KubeObject, old: KubeObject, statusApart: boolean): boolean {
  const [a, b] = [object as unknown as Record<string, unknown>, old as unknown as Record<string, unknown>];
  const counts = (key: string) => key !== "metadata" && !(statusApart && key === "status");
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].some((key) => counts(key) && a[key] !== b[key]);
}

type Selectable = NonNullable<Kind["selectable"]>;

function selectableOf(fields: readonly SelectableField[] = []): Selectable {
  const entries = fields.map(({ jsonPath }): [string, Selectable[string]] => {
    const template = parseJsonPath(relaxed(jsonPath));
    const value = (object: KubeObject) => {
      const found = findAll(template, object, { allowMissing: true }).flat()[0];
      return found === undefined || found === null || typeof found === "object" ? "" : String(found);
    };
    return [jsonPath.replace(/^\./, ""), { value }];
  });
  return Object.fromEntries(entries);
}
