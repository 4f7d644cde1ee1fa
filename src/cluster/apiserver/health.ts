import type { HttpResponse } from "#base/http.ts";
import { plain } from "./http/answer.ts";
import type { ApiRequest } from "./http/request.ts";

const completion = "autoregister-completion";

const hooks = [
  "start-apiserver-admission-initializer",
  "generic-apiserver-start-informers",
  "priority-and-fairness-config-consumer",
  "priority-and-fairness-filter",
  "storage-object-count-tracker-hook",
  "start-apiextensions-informers",
  "start-apiextensions-controllers",
  "crd-informer-synced",
  "start-system-namespaces-controller",
  "peer-endpoint-reconciler-controller",
  "start-cluster-authentication-info-controller",
  "start-kube-apiserver-identity-lease-controller",
  "start-kube-apiserver-identity-lease-garbage-collector",
  "storage-readiness",
  "start-legacy-token-tracking-controller",
  "start-service-ip-repair-controllers",
  "rbac/bootstrap-roles",
  "scheduling/bootstrap-system-priority-classes",
  "priority-and-fairness-config-producer",
  "bootstrap-controller",
  "start-kubernetes-service-cidr-controller",
  "start-kube-aggregator-informers",
  "apiservice-status-local-available-controller",
  "apiservice-status-remote-available-controller",
  "apiservice-registration-controller",
  "apiservice-discovery-controller",
  "kube-apiserver-autoregistration",
  completion,
  "apiservice-openapi-controller",
  "apiservice-openapiv3-controller",
].map((hook) => (hook === completion ? hook : `poststarthook/${hook}`));

/** What each health endpoint looks at, in the order in which it says so. */
const checks: Readonly<Record<string, readonly string[]>> = {
  healthz: ["ping", "log", "loopback-serving-certificate", "etcd", ...hooks],
  livez: ["ping", "log", "loopback-serving-certificate", "etcd", ...hooks],
  readyz: ["ping", "log", "etcd", "etcd-readiness", "informer-sync", ...hooks, "shutdown"],
};

/** Every path of the health endpoints. */
export const healthPaths: readonly string[] = Object.entries(checks).flatMap(([name, all]) => [
  `/${name}`,
  ...all.map((check) => `/${name}/${check}`),
]);

/** Answers the health endpoints; undefined for all other paths. A server that answers is healthy: what it looks at is in the same process. */
export function health({ info: { path, query } }: ApiRequest): HttpResponse | undefined {
  const [, name = "", check] = /^\/(healthz|livez|readyz)(?:\/(.*))?$/.exec(path) ?? [];
  const all = checks[name];
  if (!all) return undefined;
  if (check !== undefined) return all.includes(check) ? plain(200, "ok") : plain(404, "404 page not found\n");
  if (!query.has("verbose")) return plain(200, "ok");
  const excluded = query.getAll("exclude");
  const lines = all.map((each) => (excluded.includes(each) ? `[+]${each} excluded: ok\n` : `[+]${each} ok\n`));
  return plain(200, `${lines.join("")}${name} check passed\n`);
}
