import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { noSuchPath, notSimulated, StatusError } from "#machinery/status.ts";
import type { Core } from "./core.ts";
import type { Discovery } from "./discovery/discovery.ts";
import { health, healthPaths } from "./health.ts";
import { answer, plain } from "./http/answer.ts";
import { negotiate, wishes } from "./http/negotiation.ts";
import type { ApiRequest } from "./http/request.ts";
import type { OpenApi } from "./openapi/openapi.ts";
import { signingKey } from "./signing-key.ts";
import { issuer } from "./tokens.ts";
import { serverVersion } from "./version.ts";

const fixedPaths = [
  "/.well-known/openid-configuration",
  "/flagz",
  "/metrics",
  "/metrics/slis",
  "/openapi/v2",
  "/openapi/v3",
  "/openapi/v3/",
  "/openid/v1/jwks",
  "/statusz",
  "/version",
];

/** The others look at no methods. */
const oneMethodPaths: readonly string[] = ["/.well-known/openid-configuration", "/openid/v1/jwks", "/version", "/version/"];

/** Answers every path that is no resource. */
export function otherPaths(core: Core, discovery: Discovery, openApi: OpenApi): (request: ApiRequest) => Promise<HttpResponse> {
  return async (request) => {
    const { http, info, warnings } = request;
    const found = discovery.answer(request) ?? (await openApi.answer(request));
    if (found) return found;
    const json = (value: object) => answer(200, JSON.stringify(value), negotiate(http.headers["accept"]), http, warnings);
    const healthy = health(request);
    if (healthy) return healthy;
    if (oneMethodPaths.includes(info.path) && http.method !== "GET")
      throw new StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
    switch (info.path) {
      case "/":
      case "/index.html":
        return json({ paths: allPaths(discovery) });
      case "/version":
      case "/version/":
        return json(serverVersion);
      case "/.well-known/openid-configuration":
        return published(json(openIdConfiguration(core.address)));
      case "/openid/v1/jwks":
        return keySet(http);
      case "/metrics":
        return plain(200, metrics(core));
      case "/flagz":
      case "/statusz":
        throw notSimulated(`${info.path}: what the API server was started with`);
      default:
        if (info.path.startsWith("/version/")) throw noSuchPath();
        return plain(404, "404 page not found\n");
    }
  };
}

const keySetType = "application/jwk-set+json";

/** The public key of the tokens of service accounts, which has a media type of its own. */
function keySet({ headers }: HttpRequest): HttpResponse {
  const wanted = headers["accept"] ? wishes(headers["accept"]) : [];
  if (wanted.length > 0 && !wanted.some(({ type }) => type === "*/*" || type === keySetType))
    throw new StatusError(406, "NotAcceptable", `406: Not Acceptable\n\nAvailable representations: ${keySetType}`, {});
  return published({ status: 200, headers: { "content-type": keySetType }, body: bytesOf(JSON.stringify({ keys: [signingKey().public] })) });
}

/** What anybody may keep for an hour. */
const published = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: { ...response.headers, "cache-control": "public, max-age=3600" },
});

const openIdConfiguration = (address: string) => ({
  issuer,
  jwks_uri: `https://${address}/openid/v1/jwks`,
  response_types_supported: ["id_token"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
});

function allPaths({ groups }: Discovery): readonly string[] {
  const paths = groups.flatMap(({ name, versions }) => {
    const root = name ? `/apis/${name}` : "/api";
    return [root, ...versions.map(({ version }) => `${root}/${version}`)];
  });
  return [...paths, "/apis", "/apis/", ...healthPaths, ...fixedPaths].sort();
}

/** Counts in Prometheus' format. */
function metrics({ registry, store }: Core): string {
  const lines = [
    "# HELP apiserver_resource_objects [ALPHA] Number of stored objects at the time of last check split by kind.",
    "# TYPE apiserver_resource_objects gauge",
    ...registry
      .all()
      .filter((resource) => resource.isStorage)
      .map(({ on, collection }) => `apiserver_resource_objects{group="${on.group}",resource="${on.resource}"} ${store.count(collection.prefix)}`)
      .sort(),
    "# HELP etcd_debugging_mvcc_current_revision The current revision of store.",
    "# TYPE etcd_debugging_mvcc_current_revision gauge",
    `etcd_debugging_mvcc_current_revision ${store.revision}`,
  ];
  return `${lines.join("\n")}\n`;
}
