import { defineKind } from "#cluster/apiserver/kind.ts";
import type { IngressClass } from "#machinery/types.ts";
import { checkDomainPrefixedPath, checkImmutable, checkLabel } from "../shared/checks.ts";
import { columnsOf, nameColumn } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";
import { checkReference } from "../shared/references.ts";

export const ingressClass = defineKind<IngressClass>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class",

  columns: columnsOf<IngressClass>("IngressClass", [
    { ...nameColumn, cell: ({ metadata }) => (metadata.annotations?.[isDefault] === "true" ? `${metadata.name} (default)` : metadata.name) },
    { name: "Controller", type: "string", cell: ({ spec }) => spec.controller ?? "" },
    { name: "Parameters", type: "string", cell: parameters },
  ]),

  default({ spec }) {
    if (spec.parameters) spec.parameters.scope ??= "Cluster";
  },
  generation: true,

  revalidatesMetadata: true,
  validate: validation((field, { spec }, old) => {
    const at = field.at("spec");
    if (old) checkImmutable(at.at("controller"), spec.controller ?? "", old.spec.controller ?? "");
    const { controller = "", parameters } = spec;
    if (controller.length > longestController) at.at("controller").tooLong(longestController);
    checkDomainPrefixedPath(at.at("controller"), controller);
    if (parameters) checkParameters(at.at("parameters"), parameters);
  }),
});

const longestController = 250;

function checkParameters(field: Field, parameters: NonNullable<IngressClass["spec"]["parameters"]>): void {
  const { scope, namespace } = parameters;
  checkReference(field, parameters);
  if (scope === "Cluster") {
    if (namespace !== undefined) field.at("namespace").forbidden("`parameters.scope` is set to 'Cluster'");
  } else if (scope !== "Namespace") field.at("scope").notSupported(scope ?? "", ["Cluster", "Namespace"]);
  else if (namespace === undefined) field.at("namespace").required("`parameters.scope` is set to 'Namespace'");
  else checkLabel(field.at("namespace"), namespace);
}

const isDefault = "ingressclass.kubernetes.io/is-default-class";

function parameters({ spec: { parameters } }: IngressClass): string {
  if (!parameters) return "<none>";
  const kind = parameters.apiGroup === undefined ? parameters.kind : `${parameters.kind}.${parameters.apiGroup}`;
  return `${kind}/${parameters.name}`;
}
