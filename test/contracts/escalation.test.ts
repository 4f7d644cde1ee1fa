import { expect, test } from "vitest";
import { envtest } from "../exchanges/envtest.ts";

const root = "/apis/rbac.authorization.k8s.io/v1";
const here = `${root}/namespaces/default`;
const group = "rbac.authorization.k8s.io";

type Rule = { apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; nonResourceURLs?: string[]; verbs: string[] };
const role = (name: string, rules: Rule[], more: object = {}) => ({ metadata: { name }, rules, ...more });
const binding = (name: string, kind: string, to: string, subject: object) => ({
  metadata: { name },
  roleRef: { apiGroup: group, kind, name: to },
  subjects: [{ apiGroup: group, ...subject }],
});

/** jane writes roles and bindings of one namespace and reads its pods; the group `leads` writes those of the cluster. */
async function server() {
  const send = await envtest();
  const call = async (method: string, path: string, body: object, as: Record<string, string> = {}) => {
    const headers = { accept: "application/json", "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json", ...as };
    const { status, text } = await send({ method, path, headers, body: JSON.stringify(body) });
    return { status, message: JSON.parse(text).message as string | undefined };
  };
  const writes = ["get", "create", "update", "patch"];
  await call("POST", "/api/v1/namespaces", { metadata: { name: "default" } });
  const mine = [
    { apiGroups: [group], resources: ["roles", "rolebindings"], verbs: writes },
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"], verbs: ["get"] },
  ];
  await call("POST", `${here}/roles`, role("writer", mine));
  await call("POST", `${here}/rolebindings`, binding("writer", "Role", "writer", { kind: "User", name: "jane" }));
  const wide = [
    { apiGroups: [group], resources: ["clusterroles", "clusterrolebindings"], verbs: writes },
    { nonResourceURLs: ["/healthz", "/metrics/*"], verbs: ["get"] },
  ];
  await call("POST", `${root}/clusterroles`, role("wide", wide));
  await call("POST", `${root}/clusterrolebindings`, binding("wide", "ClusterRole", "wide", { kind: "Group", name: "leads" }));
  return call;
}

const jane = { "impersonate-user": "jane" };
const lead = { "impersonate-user": "al", "impersonate-group": "leads" };
const refused = (on: string, name: string, who: string, groups: string, ...rules: string[]) =>
  `${on}.${group} "${name}" is forbidden: user "${who}" (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${rules.join("\n")}`;
const all = '"system:authenticated"';

test.for([
  ["what one holds", role("a", [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]), undefined],
  [
    "a verb that one does not hold",
    role("a", [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "delete"] }]),
    refused("roles", "a", "jane", all, '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}'),
  ],
  [
    "more than one holds, told in the order of its texts",
    role("a", [
      { apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] },
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web", "db"], verbs: ["get"] },
    ]),
    refused(
      "roles",
      "a",
      "jane",
      all,
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
      '{APIGroups:["apps"], Resources:["deployments"], ResourceNames:["db"], Verbs:["get"]}',
      '{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}',
    ),
  ],
  [
    "everything",
    role("a", [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]),
    refused("roles", "a", "jane", all, '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}'),
  ],
] as const)("a role of a namespace: %s", async ([, body, message]) => {
  const call = await server();
  expect(await call("POST", `${here}/roles`, body, jane)).toMatchObject({ status: message ? 403 : 201, message });
});

test.for([
  ["a path that one holds", role("a", [{ nonResourceURLs: ["/metrics/x"], verbs: ["get"] }]), undefined],
  [
    "paths and verbs that one does not hold",
    role("a", [{ nonResourceURLs: ["/healthz", "/logs"], verbs: ["get", "post"] }]),
    refused(
      "clusterroles",
      "a",
      "al",
      `"leads" ${all}`,
      '{NonResourceURLs:["/healthz"], Verbs:["post"]}',
      '{NonResourceURLs:["/logs"], Verbs:["get"]}',
      '{NonResourceURLs:["/logs"], Verbs:["post"]}',
    ),
  ],
  [
    "one that gathers others",
    role("a", [], { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] } }),
    `clusterroles.${group} "a" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
  ],
] as const)("a role of the cluster: %s", async ([, body, message]) => {
  const call = await server();
  expect(await call("POST", `${root}/clusterroles`, body, lead)).toMatchObject({ status: message ? 403 : 201, message });
});

test("a role grows no further than its writer, and its labels are nobody's concern", async () => {
  const call = await server();
  await call("POST", `${here}/roles`, role("a", [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }]));
  expect(await call("PATCH", `${here}/roles/a`, { metadata: { labels: { a: "b" } } }, jane)).toMatchObject({ status: 200 });
  const grown = { rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] };
  const message = refused("roles", "a", "jane", all, '{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}');
  expect(await call("PATCH", `${here}/roles/a`, grown, jane)).toEqual({ status: 403, message });
});

test("a binding names a role that one holds or may bind", async () => {
  const call = await server();
  const bob = { kind: "User", name: "bob" };
  const message = refused(
    "rolebindings",
    "b",
    "jane",
    all,
    '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}',
    '{NonResourceURLs:["*"], Verbs:["*"]}',
  );
  expect(await call("POST", `${here}/rolebindings`, binding("b", "ClusterRole", "cluster-admin", bob), jane)).toEqual({ status: 403, message });
  const missing = { status: 404, message: `rolebindings.${group} "none" not found` };
  expect(await call("POST", `${here}/rolebindings`, binding("b", "Role", "none", bob), jane)).toEqual(missing);
  await call(
    "POST",
    `${here}/roles`,
    role("binder", [{ apiGroups: [group], resources: ["clusterroles"], resourceNames: ["cluster-admin"], verbs: ["bind"] }]),
  );
  await call("POST", `${here}/rolebindings`, binding("binder", "Role", "binder", { kind: "User", name: "jane" }));
  expect(await call("POST", `${here}/rolebindings`, binding("b", "ClusterRole", "cluster-admin", bob), jane)).toMatchObject({ status: 201 });
});
