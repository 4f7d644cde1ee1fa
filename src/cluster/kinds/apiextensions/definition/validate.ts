import { label1035Problems, subdomainProblems } from "#machinery/names.ts";
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from "#machinery/types.ts";
import { checkImmutable, immutable } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { checkSchema, hasDefaults } from "./schema.ts";
import { checkSelectableFields } from "./selectable.ts";

type Version = CustomResourceDefinitionVersion;

/** What is wrong with a definition, or with how it was changed. */
export function checkDefinition(root: Field, definition: CustomResourceDefinition, old: CustomResourceDefinition | undefined): void {
  const { spec, status } = definition;
  checkSpec(root.at("spec"), spec);
  if (old) checkUnchanged(root.at("spec"), definition, old);
  checkStored(root.at("status", "storedVersions"), status?.storedVersions, spec.versions ?? []);
  const isProtected =
    spec.group === "k8s.io" || spec.group?.endsWith(".k8s.io") || spec.group === "kubernetes.io" || spec.group?.endsWith(".kubernetes.io");
  const approval = "api-approved.kubernetes.io";
  if (isProtected && !old && !definition.metadata.annotations?.[approval])
    root
      .at("metadata", "annotations")
      .key(approval)
      .required(`protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`);
}

function checkSpec(field: Field, spec: CustomResourceDefinitionSpec): void {
  const versions = spec.versions ?? [];
  const group = field.at("group");
  if (!spec.group) group.required();
  else {
    const problems = subdomainProblems(spec.group);
    group.problems(spec.group, problems);
    if (problems.length === 0 && !spec.group.includes(".")) group.invalid(spec.group, "should be a domain with at least one dot");
  }
  if (!spec.scope) field.at("scope").required();
  else if (spec.scope !== "Cluster" && spec.scope !== "Namespaced") field.at("scope").notSupported(spec.scope, ["Cluster", "Namespaced"]);
  for (const [i, { schema }] of versions.entries()) if (!schema?.openAPIV3Schema) field.at("versions", i, "schema", "openAPIV3Schema").required();
  if (spec.preserveUnknownFields) {
    const preserve = field.at("preserveUnknownFields");
    if (versions.some(({ schema }) => hasDefaults(schema?.openAPIV3Schema)))
      preserve.invalid(true, "must be false in order to use defaults in the schema");
    preserve.invalid(true, "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
  }
  checkVersions(field, spec.versions, versions);

  checkNames(field.at("names"), spec.names ?? {});
  const first = versions[0];
  if (first) checkParts(field, first, sharedParts(versions), "validation");
  checkConversion(field.at("conversion"), spec);
}

/** The parts of a version that may be the same in all: then the real server tells of them once, as if they stood above the versions. */
type Part = "schema" | "subresources" | "additionalPrinterColumns" | "selectableFields";
const parts: readonly Part[] = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"];

function sharedParts(versions: readonly Version[]): ReadonlySet<Part> {
  const first = versions[0];
  return new Set(parts.filter((part) => versions.every((version) => JSON.stringify(version[part]) === JSON.stringify(first?.[part]))));
}

function checkVersions(field: Field, given: unknown, versions: readonly Version[]): void {
  const shared = sharedParts(versions);
  const own = new Set(parts.filter((part) => !shared.has(part)));
  for (const [i, version] of versions.entries()) {
    const at = field.at("versions", i);
    at.at("name").problems(version.name, label1035Problems(version.name ?? ""));
    checkParts(at, version, own, "schema");
  }
  const names = versions.map(({ name }) => name);
  if (new Set(names).size < names.length) field.at("versions").invalid(given, "must contain unique version names");
  if (versions.filter(({ storage }) => storage).length !== 1)
    field.at("versions").invalid(given ?? null, "must have exactly one version marked as storage version");
  const first = names[0];
  if (first) field.at("version").problems(first, label1035Problems(first));
}

function checkParts(field: Field, version: Version, which: ReadonlySet<Part>, schemaName: string): void {
  const schema = version.schema?.openAPIV3Schema;
  const hasStatus = version.subresources?.status !== undefined;
  if (which.has("schema") && schema) checkSchema(field.at(schemaName, "openAPIV3Schema"), schema, hasStatus);
  const scale = version.subresources?.scale;
  if (which.has("subresources") && scale) checkScale(field.at("subresources", "scale"), scale);
  if (which.has("additionalPrinterColumns"))
    for (const [i, column] of (version.additionalPrinterColumns ?? []).entries()) checkColumn(field.at("additionalPrinterColumns", i), column);
  if (which.has("selectableFields") && version.selectableFields?.length)
    checkSelectableFields(field.at("selectableFields"), version.selectableFields, schema);
}

const isSimplePath = (path: string) => /^(\.[A-Za-z_][\w-]*)+$/.test(path);
const notSimple = "must be a simple json path starting with .";

function checkScale(field: Field, { specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceSubresourceScale): void {
  const check = (name: string, path: string | undefined, under: readonly string[], isNeeded: boolean) => {
    const at = field.at(name);
    if (!path) {
      if (isNeeded) at.required();
      return;
    }
    if (!isSimplePath(path)) {
      at.invalid(path, notSimple);
      return;
    }
    if (!under.some((start) => path.startsWith(start))) {
      const shown = under.length > 1 ? `either ${under.map((start) => start.slice(0, -1)).join(" or ")}` : `${under[0]?.slice(0, -1)}`;
      at.invalid(path, `should be a json path under ${shown}`);
    }
  };
  check("specReplicasPath", specReplicasPath, [".spec."], true);
  check("statusReplicasPath", statusReplicasPath, [".status."], true);
  check("labelSelectorPath", labelSelectorPath, [".spec.", ".status."], false);
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];
const columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

function checkColumn(field: Field, { name, type, format, jsonPath }: CustomResourceColumnDefinition): void {
  if (!name) field.at("name").required();
  const oneOf = `must be one of ${columnTypes.join(",")}`;
  if (!type) field.at("type").required(oneOf);
  else if (!columnTypes.includes(type)) field.at("type").invalid(type, oneOf);
  if (format && !columnFormats.includes(format)) field.at("format").invalid(format, `must be one of ${columnFormats.join(",")}`);
  if (!jsonPath) field.at("JSONPath").required();
  else if (!/^(?:\.[A-Za-z_][\w\\./-]*|\[.*\])+$/.test(jsonPath)) field.at("JSONPath").invalid(jsonPath, notSimple);
}

function checkNames(field: Field, names: Partial<CustomResourceDefinitionNames>): void {
  const { plural, singular, kind, listKind } = names;
  for (const name of ["plural", "singular", "kind", "listKind"] as const) if (!names[name]) field.at(name).required();
  const mixed = (name: "kind" | "listKind", value: string | undefined) => {
    if (value)
      for (const why of label1035Problems(value.toLowerCase()))
        field.at(name).invalid(value, `may have mixed case, but should otherwise match: ${why}`);
  };
  if (plural) field.at("plural").problems(plural, label1035Problems(plural));
  if (singular) field.at("singular").problems(singular, label1035Problems(singular));
  mixed("kind", kind);
  for (const [i, name] of (names.shortNames ?? []).entries()) field.at("shortNames", i).problems(name, label1035Problems(name));
  mixed("listKind", listKind);
  if (kind && kind === listKind) field.at("listKind").invalid(listKind, "kind and listKind may not be the same");
  for (const [i, name] of (names.categories ?? []).entries()) field.at("categories", i).problems(name, label1035Problems(name));
}

function checkConversion(field: Field, { conversion }: CustomResourceDefinitionSpec): void {
  if (!conversion) return;
  const { strategy, webhook } = conversion;
  if (!strategy) field.at("strategy").required();
  else if (strategy !== "None" && strategy !== "Webhook") field.at("strategy").notSupported(strategy, ["None", "Webhook"]);
  const client = field.at("webhookClientConfig");
  if (strategy === "Webhook") {
    const config = webhook?.clientConfig;
    if (!config) client.required("required when strategy is set to Webhook");
    else if ((config.url === undefined) === (config.service === undefined)) client.required("exactly one of url or service is required");
    if (!webhook?.conversionReviewVersions?.length) field.at("conversionReviewVersions").required();
    else if (!webhook.conversionReviewVersions.some((version) => version === "v1" || version === "v1beta1"))
      field.at("conversionReviewVersions").invalid(webhook.conversionReviewVersions, "must include at least one of v1, v1beta1");
  } else if (webhook) {
    if (webhook.clientConfig) client.forbidden(`should not be set when strategy is not set to Webhook`);
    if (webhook.conversionReviewVersions?.length)
      field.at("conversionReviewVersions").forbidden("should not be set when strategy is not set to Webhook");
  }
}

/** What names a resource that is served stays. */
function checkUnchanged(field: Field, { spec }: CustomResourceDefinition, old: CustomResourceDefinition): void {
  if (old.status?.conditions?.some(({ type, status }) => type === "Established" && status === "True")) {
    checkImmutable(field.at("scope"), spec.scope ?? "", old.spec.scope, immutable);
    checkImmutable(field.at("names", "kind"), spec.names?.kind ?? "", old.spec.names.kind, immutable);
  }
  checkImmutable(field.at("group"), spec.group ?? "", old.spec.group, immutable);
  checkImmutable(field.at("names", "plural"), spec.names?.plural ?? "", old.spec.names.plural, immutable);
}

function checkStored(field: Field, stored: readonly string[] | undefined, versions: readonly Version[]): void {
  if (!stored?.length) {
    field.invalid(null, "must have at least one stored version");
    return;
  }
  const left = new Set(stored);
  for (const { name, storage } of versions) {
    if (storage && !left.has(name)) field.invalid(stored, `must have the storage version ${name}`);
    left.delete(name);
  }
  for (const [i, name] of stored.entries())
    if (left.has(name))
      field
        .at(i)
        .invalid(
          name,
          `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
        );
}
