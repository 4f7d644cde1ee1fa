import { yamlText } from "#machinery/go-yaml.ts";

// The kinds of the Gateway API's standard channel, as its documentation gives their fields: https://gateway-api.sigs.k8s.io/reference/spec/
// No controller comes with them: what is made of them waits for one.

type Schema = Readonly<Record<string, unknown>>;

const group = "gateway.networking.k8s.io";
const text: Schema = { type: "string" };
const name: Schema = { type: "string", minLength: 1, maxLength: 253 };
const namespace: Schema = { type: "string", minLength: 1, maxLength: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" };
const sectionName: Schema = { ...name, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" };
const hostname: Schema = { ...name, pattern: "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" };
const preciseHostname: Schema = { ...name, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$" };
const duration: Schema = { type: "string", pattern: "^([0-9]{1,5}(h|m|s|ms)){1,4}$" };
const port: Schema = { type: "integer", format: "int32", minimum: 1, maximum: 65535 };
const strings: Schema = { type: "object", additionalProperties: text };
const choice = (...values: readonly string[]): Schema => ({ type: "string", enum: values });
const withDefault = (schema: Schema, value: unknown): Schema => ({ ...schema, default: value });
const some = (properties: Record<string, Schema>, ...required: readonly string[]): Schema => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const rule = (schema: Schema, ...rules: readonly (readonly [rule: string, message: string])[]): Schema => ({
  ...schema,
  "x-kubernetes-validations": rules.map(([rule, message]) => ({ message, rule })),
});
const list = (items: Schema, maxItems: number, more: Schema = {}): Schema => ({ type: "array", items, maxItems, ...more });
const keyedBy = (...keys: readonly string[]): Schema => ({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys });

const conditions: Schema = list(
  some(
    {
      lastTransitionTime: { type: "string", format: "date-time" },
      message: { type: "string", maxLength: 32768 },
      observedGeneration: { type: "integer", format: "int64", minimum: 0 },
      reason: { type: "string", minLength: 1, maxLength: 1024 },
      status: choice("True", "False", "Unknown"),
      type: { type: "string", maxLength: 316 },
    },
    "lastTransitionTime",
    "message",
    "reason",
    "status",
    "type",
  ),
  8,
  keyedBy("type"),
);
const waiting = (...types: readonly string[]) =>
  types.map((type) => ({
    lastTransitionTime: "1970-01-01T00:00:00Z",
    message: "Waiting for controller",
    reason: "Pending",
    status: "Unknown",
    type,
  }));

const parentReference = some({ group: withDefault(text, group), kind: withDefault(text, "Gateway"), name, namespace, port, sectionName }, "name");
const target = { group: withDefault(text, ""), kind: withDefault(name, "Service"), name, namespace, port };
const serviceHasPort = ["(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true", "Must have port for Service reference"] as const;
const backend = (more: Record<string, Schema> = {}): Schema =>
  rule(
    some({ ...target, weight: { type: "integer", format: "int32", minimum: 0, maximum: 1_000_000, default: 1 }, ...more }, "name"),
    serviceHasPort,
  );

const header = some({ name: { ...name, maxLength: 256 }, value: { type: "string", minLength: 1, maxLength: 4096 } }, "name", "value");
const matched = (...types: readonly string[]) =>
  some({ ...(header["properties"] as Record<string, Schema>), type: withDefault(choice(...types), "Exact") }, "name", "value");
const modifier = some({
  add: list(header, 16, keyedBy("name")),
  remove: list(text, 16, { "x-kubernetes-list-type": "set" }),
  set: list(header, 16, keyedBy("name")),
});
const fraction = some({ numerator: { type: "integer", minimum: 0 }, denominator: { type: "integer", minimum: 1, default: 100 } }, "numerator");
const newPath = some(
  {
    type: choice("ReplaceFullPath", "ReplacePrefixMatch"),
    replaceFullPath: { type: "string", maxLength: 1024 },
    replacePrefixMatch: { type: "string", maxLength: 1024 },
  },
  "type",
);

/** What both sorts of routes can do with a request: by the name of its type, the field that says more. */
const commonFilters: Record<string, Schema> = {
  RequestHeaderModifier: modifier,
  ResponseHeaderModifier: modifier,
  RequestMirror: some(
    { backendRef: rule(some(target, "name"), serviceHasPort), percent: { type: "integer", minimum: 0, maximum: 100 }, fraction },
    "backendRef",
  ),
  ExtensionRef: some({ group: text, kind: name, name }, "group", "kind", "name"),
};
const httpFilters: Record<string, Schema> = {
  ...commonFilters,
  RequestRedirect: some({
    hostname: preciseHostname,
    path: newPath,
    port,
    scheme: choice("http", "https"),
    statusCode: { type: "integer", enum: [301, 302], default: 302 },
  }),
  URLRewrite: some({ hostname: preciseHostname, path: newPath }),
};

/** `URLRewrite` is said more of in `urlRewrite`. */
const fieldOf = (type: string): string => type.replace(/^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z])/, (first) => first.toLowerCase());

function filters(known: Record<string, Schema>): Schema {
  const types = Object.keys(known);
  const fields = Object.fromEntries(Object.entries(known).map(([type, schema]) => [fieldOf(type), schema]));
  const rules = types.flatMap((type) => [
    [`!(has(self.${fieldOf(type)}) && self.type != '${type}')`, `filter.${fieldOf(type)} must be nil if the filter.type is not ${type}`] as const,
    [`!(!has(self.${fieldOf(type)}) && self.type == '${type}')`, `filter.${fieldOf(type)} must be specified for ${type} filter.type`] as const,
  ]);
  return list(rule(some({ type: choice(...types), ...fields }, "type"), ...rules), 16);
}

const everything = { type: "PathPrefix", value: "/" };
const httpMatch = some({
  headers: list(matched("Exact", "RegularExpression"), 16, keyedBy("name")),
  method: choice("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
  path: rule(
    withDefault(
      some({
        type: withDefault(choice("Exact", "PathPrefix", "RegularExpression"), "PathPrefix"),
        value: { type: "string", maxLength: 1024, default: "/" },
      }),
      everything,
    ),
    [
      "(self.type in ['Exact','PathPrefix']) ? self.value.startsWith('/') : true",
      "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
    ],
    ["(self.type in ['Exact','PathPrefix']) ? !self.value.contains('//') : true", "must not contain '//' when type one of ['Exact', 'PathPrefix']"],
  ),
  queryParams: list(matched("Exact", "RegularExpression"), 16, keyedBy("name")),
});
const httpRule = some({
  backendRefs: list(backend({ filters: filters(httpFilters) }), 16),
  filters: filters(httpFilters),
  matches: list(httpMatch, 64, { default: [{ path: everything }] }),
  timeouts: some({ backendRequest: duration, request: duration }),
});

const grpcMatch = some({
  headers: list(matched("Exact", "RegularExpression"), 16, keyedBy("name")),
  method: some({
    method: { type: "string", maxLength: 1024 },
    service: { type: "string", maxLength: 1024 },
    type: withDefault(choice("Exact", "RegularExpression"), "Exact"),
  }),
});
const grpcRule = some({
  backendRefs: list(backend({ filters: filters(commonFilters) }), 16),
  filters: filters(commonFilters),
  matches: list(grpcMatch, 64),
});

const route = (rules: Schema) => ({
  spec: some({ hostnames: list(hostname, 16), parentRefs: list(parentReference, 32), rules }),
  status: some(
    { parents: list(some({ conditions, controllerName: text, parentRef: parentReference }, "controllerName", "parentRef"), 32) },
    "parents",
  ),
});

const listener = some(
  {
    allowedRoutes: withDefault(
      some({
        kinds: list(some({ group: withDefault(text, group), kind: name }, "kind"), 8),
        namespaces: withDefault(
          some({
            from: withDefault(choice("All", "Selector", "Same"), "Same"),
            selector: some({
              matchExpressions: {
                type: "array",
                items: some({ key: text, operator: text, values: { type: "array", items: text } }, "key", "operator"),
              },
              matchLabels: strings,
            }),
          }),
          { from: "Same" },
        ),
      }),
      { namespaces: { from: "Same" } },
    ),
    hostname,
    name: sectionName,
    port,
    protocol: {
      type: "string",
      minLength: 1,
      maxLength: 255,
      pattern: "^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9]+$",
    },
    tls: rule(
      some({
        certificateRefs: list(some({ group: withDefault(text, ""), kind: withDefault(name, "Secret"), name, namespace }, "name"), 64),
        mode: withDefault(choice("Terminate", "Passthrough"), "Terminate"),
        options: strings,
      }),
      [
        "self.mode == 'Terminate' ? size(self.certificateRefs) > 0 || size(self.options) > 0 : true",
        "certificateRefs or options must be specified when mode is Terminate",
      ],
    ),
  },
  "name",
  "port",
  "protocol",
);
const listeners = rule(
  list(listener, 64, { minItems: 1, ...keyedBy("name") }),
  ["self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"],
  [
    "self.all(l, (l.protocol == 'HTTPS' && has(l.tls)) ? (l.tls.mode == '' || l.tls.mode == 'Terminate') : true)",
    "tls mode must be Terminate for protocol HTTPS",
  ],
  [
    "self.all(l, l.protocol in ['TCP', 'UDP']  ? (!has(l.hostname) || l.hostname == '') : true)",
    "hostname must not be specified for protocols ['TCP', 'UDP']",
  ],
  ["self.all(l1, self.exists_one(l2, l1.name == l2.name))", "Listener name must be unique within the Gateway"],
);
const addresses = list(some({ type: withDefault(text, "IPAddress"), value: name }), 16);
const parametersRef = some({ group: text, kind: name, name, namespace }, "group", "kind", "name");

const gateway = {
  spec: some(
    {
      addresses,
      gatewayClassName: name,
      infrastructure: some({
        annotations: strings,
        labels: strings,
        parametersRef: some({ group: text, kind: name, name }, "group", "kind", "name"),
      }),
      listeners,
    },
    "gatewayClassName",
    "listeners",
  ),
  status: withDefault(
    some({
      addresses,
      conditions,
      listeners: list(
        some(
          {
            attachedRoutes: { type: "integer", format: "int32" },
            conditions,
            name: sectionName,
            supportedKinds: list(some({ group: text, kind: name }, "kind"), 8),
          },
          "attachedRoutes",
          "conditions",
          "name",
        ),
        64,
        keyedBy("name"),
      ),
    }),
    { conditions: waiting("Accepted", "Programmed") },
  ),
};

const gatewayClass = {
  spec: some(
    {
      controllerName: rule(
        { ...name, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$" },
        ["self == oldSelf", "Value is immutable"],
      ),
      description: { type: "string", maxLength: 64 },
      parametersRef,
    },
    "controllerName",
  ),
  status: withDefault(some({ conditions }), { conditions: waiting("Accepted") }),
};

const referenceGrant = {
  spec: some(
    {
      from: list(some({ group: text, kind: name, namespace }, "group", "kind", "namespace"), 16, { minItems: 1 }),
      to: list(some({ group: text, kind: name, name }, "group", "kind"), 16, { minItems: 1 }),
    },
    "from",
    "to",
  ),
};

interface Kind {
  kind: string;
  plural: string;
  shortNames?: readonly string[];
  scope?: "Cluster" | "Namespaced";
  versions: readonly string[];
  columns?: readonly (readonly [name: string, jsonPath: string])[];
  properties: Record<string, Schema>;
}

const statusOf = (type: string) => `.status.conditions[?(@.type=="${type}")].status`;
const hostnames = [["Hostnames", ".spec.hostnames"]] as const;
const kinds: readonly Kind[] = [
  {
    kind: "GatewayClass",
    plural: "gatewayclasses",
    shortNames: ["gc"],
    scope: "Cluster",
    versions: ["v1", "v1beta1"],
    columns: [
      ["Controller", ".spec.controllerName"],
      ["Accepted", statusOf("Accepted")],
    ],
    properties: gatewayClass,
  },
  {
    kind: "Gateway",
    plural: "gateways",
    shortNames: ["gtw"],
    versions: ["v1", "v1beta1"],
    columns: [
      ["Class", ".spec.gatewayClassName"],
      ["Address", ".status.addresses[*].value"],
      ["Programmed", statusOf("Programmed")],
    ],
    properties: gateway,
  },
  { kind: "GRPCRoute", plural: "grpcroutes", versions: ["v1"], columns: hostnames, properties: route(list(grpcRule, 16)) },
  {
    kind: "HTTPRoute",
    plural: "httproutes",
    versions: ["v1", "v1beta1"],
    columns: hostnames,
    properties: route(list(httpRule, 16, { default: [{ matches: [{ path: everything }] }] })),
  },
  { kind: "ReferenceGrant", plural: "referencegrants", shortNames: ["refgrant"], versions: ["v1beta1"], properties: referenceGrant },
];

/** The manifest that installs these kinds, of a release such as `v1.4.0`. */
export const gatewayApi = (version: string): string => kinds.map((kind) => yamlText(definitionOf(kind, version))).join("---\n");

function definitionOf({ kind, plural, shortNames = [], scope = "Namespaced", versions, columns = [], properties }: Kind, version: string) {
  const [stored] = versions;
  const printed = columns.map(([name, jsonPath]) => ({ name, jsonPath, type: "string" }));
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      annotations: {
        "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/3328",
        "gateway.networking.k8s.io/bundle-version": version,
        "gateway.networking.k8s.io/channel": "standard",
      },
    },
    spec: {
      group,
      names: {
        categories: ["gateway-api"],
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames.length === 0 ? {} : { shortNames }),
      },
      scope,
      versions: versions.map((name) => ({
        name,
        served: true,
        storage: name === stored,
        ...("status" in properties ? { subresources: { status: {} } } : {}),
        additionalPrinterColumns: [...printed, { name: "Age", jsonPath: ".metadata.creationTimestamp", type: "date" }],
        schema: { openAPIV3Schema: some({ apiVersion: text, kind: text, metadata: { type: "object" }, ...properties }, "spec") },
      })),
    },
  };
}
