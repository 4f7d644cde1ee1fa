import { bodyText, type HttpRequest, type HttpResponse } from "#base/http.ts";
import type { EndpointSlice, Ingress, IngressClass, Service } from "#machinery/types.ts";
import { NetError } from "#shell/process.ts";
import { defineImage, type Serve, type Server, type ServingContainer } from "../image.ts";
import { accessTime, hostOf, klogHead, page, pathOf, slashTime, targetOf } from "../serving.ts";
import { annotation, type Place, placeAt, placesFor, rewritten } from "./routes.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const controllerName = "k8s.io/ingress-nginx";

const nginxPage = (status: number, text: string) =>
  page(
    status,
    `<html>\r\n<head><title>${status} ${text}</title></head>\r\n<body>\r\n<center><h1>${status} ${text}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  );

/** Asks the API server as the pod's service account. */
async function ask<T>({ net, files, env }: ServingContainer, path: string): Promise<T | undefined> {
  const token = files.stat(`${account}/token`) ? files.readText(`${account}/token`) : "";
  const address = `https://${env.get("KUBERNETES_SERVICE_HOST") ?? "10.96.0.1"}:${env.get("KUBERNETES_SERVICE_PORT") ?? "443"}`;
  const answer = await net.fetch({ method: "GET", url: address + path, headers: { accept: "application/json", authorization: `Bearer ${token}` } });
  return answer.status === 200 ? (JSON.parse(await bodyText(answer)) as T) : undefined;
}

/** The ingresses that are this controller's: by their class, or the class that all others get. */
async function ingresses(container: ServingContainer): Promise<readonly Ingress[]> {
  const [all, classes] = [
    await ask<{ items: Ingress[] }>(container, "/apis/networking.k8s.io/v1/ingresses"),
    await ask<{ items: IngressClass[] }>(container, "/apis/networking.k8s.io/v1/ingressclasses"),
  ];
  const own = new Set((classes?.items ?? []).filter(({ spec }) => spec?.controller === controllerName).map(({ metadata }) => metadata.name));
  return (all?.items ?? []).filter(({ spec, metadata }) => {
    const name = spec?.ingressClassName ?? metadata.annotations?.["kubernetes.io/ingress.class"];
    return name !== undefined && own.has(name);
  });
}

/** Addresses of pods behind a service's port that are ready. */
async function endpoints(container: ServingContainer, namespace: string, { backend }: Place): Promise<string[] | undefined> {
  const { name = "", port } = backend.service ?? {};
  const service = await ask<Service>(container, `/api/v1/namespaces/${namespace}/services/${name}`);
  const found = service?.spec?.ports?.find((each) => (port?.number === undefined ? each.name === port?.name : each.port === port.number));
  if (!service || !found) return undefined;
  if (service.spec?.type === "ExternalName") return [`${service.spec.externalName ?? ""}:${found.port}`];
  const slices = await ask<{ items: EndpointSlice[] }>(
    container,
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
  );
  return (slices?.items ?? []).flatMap(({ endpoints: each, ports }) => {
    const number = ports?.find((one) => (one.name ?? "") === (found.name ?? ""))?.port;
    return number === undefined
      ? []
      : (each ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses }) => addresses.map((address) => `${address}:${number}`));
  });
}

const redirect = (status: number, text: string, location: string): HttpResponse => ({
  ...nginxPage(status, text),
  headers: { "content-type": "text/html", location },
});

function redirected({ ingress }: Place, request: HttpRequest, host: string): HttpResponse | undefined {
  const permanent = annotation(ingress, "permanent-redirect");
  if (permanent !== undefined) return redirect(301, "Moved Permanently", permanent);
  const temporary = annotation(ingress, "temporal-redirect");
  if (temporary !== undefined) return redirect(302, "Moved Temporarily", temporary);
  const root = annotation(ingress, "app-root");
  if (root !== undefined && pathOf(request) === "/") return redirect(302, "Moved Temporarily", `http://${host}${root}`);
  const isTls = (ingress.spec?.tls ?? []).some(({ hosts }) => hosts?.includes(host));
  const forced = annotation(ingress, "force-ssl-redirect") === "true";
  const wantsTls = forced || (isTls && annotation(ingress, "ssl-redirect") !== "false");
  return wantsTls && new URL(request.url).protocol === "http:"
    ? redirect(308, "Permanent Redirect", `https://${host}${targetOf(request)}`)
    : undefined;
}

/** Canary ingresses stand behind the main one of the same host and path, and take what their annotations give them. */
function canary(all: readonly Ingress[], request: HttpRequest, host: string, chance: number): Place | undefined {
  const others = all.filter((ingress) => annotation(ingress, "canary") === "true");
  if (others.length === 0) return undefined;
  const place = placeAt(placesFor(others, host), pathOf(request));
  if (!place) return undefined;
  const header = annotation(place.ingress, "canary-by-header")?.toLowerCase();
  const said = header === undefined ? undefined : request.headers[header];
  const wanted = annotation(place.ingress, "canary-by-header-value");
  if (said !== undefined && (wanted === undefined ? said === "always" : said === wanted)) return place;
  if (said === "never" && wanted === undefined) return undefined;
  const cookie = annotation(place.ingress, "canary-by-cookie");
  if (cookie !== undefined && new RegExp(`(?:^|;\\s*)${cookie}=always`).test(request.headers.cookie ?? "")) return place;
  return chance * Number(annotation(place.ingress, "canary-weight-total") ?? 100) < Number(annotation(place.ingress, "canary-weight") ?? 0)
    ? place
    : undefined;
}

const route: Serve = async (request, container) => {
  const host = hostOf(request).replace(/:\d+$/, "");
  const { response, upstream } = await answered(request, container, host);
  const size = response.body instanceof Uint8Array ? response.body.length : 0;
  const { referer = "-", "user-agent": agent = "-" } = request.headers;
  container.log(
    `${request.client ?? "-"} - - [${accessTime(container.now())}] "${request.method} ${targetOf(request)} HTTP/1.1" ${response.status} ${size} "${referer}" "${agent}" 0 0.001 ${upstream}\n`,
  );
  return response;
};

interface Answered {
  response: HttpResponse;
  /** What the log says of where it came from. */
  upstream: string;
}

async function answered(request: HttpRequest, container: ServingContainer, host: string): Promise<Answered> {
  const nowhere = { response: nginxPage(404, "Not Found"), upstream: "[upstream-default-backend] [] 127.0.0.1:8181 146 0.000 404" };
  let all: readonly Ingress[];
  try {
    all = await ingresses(container);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    container.logError(`${klogHead(container.now(), "store.go:1", "E")}error reading ingresses: ${error.message}\n`);
    return nowhere;
  }
  const main = all.filter((ingress) => annotation(ingress, "canary") !== "true");
  const turn = ((container.state.turn as number | undefined) ?? 0) + 1;
  container.state.turn = turn;
  // Shares are dealt out in turn: of a hundred requests as many as the weight says.
  const place = canary(all, request, host, ((turn * 37) % 100) / 100) ?? placeAt(placesFor(main, host), pathOf(request)) ?? fallback(main);
  if (!place) return nowhere;
  const moved = redirected(place, request, host);
  if (moved) return { response: moved, upstream: "[] [] - - - -" };
  const namespace = place.ingress.metadata.namespace ?? "default";
  const backends = await endpoints(container, namespace, place);
  const { name = "", port } = place.backend.service ?? {};
  const label = `[${namespace}-${name}-${port?.number ?? port?.name}] []`;
  if (!backends || backends.length === 0) return { response: nginxPage(503, "Service Temporarily Unavailable"), upstream: `${label} - - - -` };
  const target = backends[turn % backends.length] ?? "";
  try {
    const response = await forward(request, container, host, `${upstreamScheme(place.ingress)}://${target}`, rewritten(place, pathOf(request)));
    return { response, upstream: `${label} ${target} 0 0.001 ${response.status}` };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    container.logError(
      `${slashTime(container.now())} [error] 25#25: *1 connect() failed (${reasons[error.code] ?? error.message}) while connecting to upstream, client: ${request.client ?? "-"}, server: ${host}, request: "${request.method} ${targetOf(request)} HTTP/1.1", upstream: "${upstreamScheme(place.ingress)}://${target}${pathOf(request)}", host: "${hostOf(request)}"\n`,
    );
    return { response: nginxPage(502, "Bad Gateway"), upstream: `${label} ${target} 0 0.001 502` };
  }
}

/** How pods are asked: they may speak TLS themselves. */
const upstreamScheme = (ingress: Ingress) => (/^(?:https|grpcs)$/i.test(annotation(ingress, "backend-protocol") ?? "") ? "https" : "http");

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "111: Connection refused",
  EHOSTUNREACH: "113: Host is unreachable",
  ETIMEDOUT: "110: Connection timed out",
};

/** What has no rule: the backend that an ingress gives for that. */
function fallback(all: readonly Ingress[]): Place | undefined {
  const ingress = all.find(({ spec }) => spec?.defaultBackend && !spec.rules?.length) ?? all.find(({ spec }) => spec?.defaultBackend);
  const backend = ingress?.spec?.defaultBackend;
  return ingress && backend ? { ingress, host: "", path: "/", type: "Prefix", backend, pattern: undefined } : undefined;
}

async function forward(request: HttpRequest, container: ServingContainer, host: string, target: string, path: string): Promise<HttpResponse> {
  const { protocol, search } = new URL(request.url);
  const client = request.client ?? "";
  return container.net.fetch({
    method: request.method,
    url: `${target}${path.startsWith("/") ? path : `/${path}`}${search}`,
    headers: {
      ...request.headers,
      host: hostOf(request),
      "x-real-ip": client,
      "x-forwarded-for": client,
      "x-forwarded-host": host,
      "x-forwarded-port": protocol === "https:" ? "443" : "80",
      "x-forwarded-proto": protocol.replace(":", ""),
      "x-forwarded-scheme": protocol.replace(":", ""),
      "x-scheme": protocol.replace(":", ""),
    },
    ...(request.body ? { body: request.body } : {}),
    ...(request.signal ? { signal: request.signal } : {}),
  });
}

const healthy: Serve = async () => ({ status: 200, headers: { "content-type": "text/plain" }, body: new Uint8Array(0) });

const server =
  (version: string): Server =>
  ({ startedAt }) => ({
    prints: `-------------------------------------------------------------------------------\nNGINX Ingress controller\n  Release:       v${version}\n  Repository:    https://github.com/kubernetes/ingress-nginx\n  nginx version: nginx/1.27.1\n\n-------------------------------------------------------------------------------\n\n`,
    errors: `${klogHead(startedAt, "client_config.go:667", "W")}Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.\n${klogHead(startedAt, "main.go:205")}"Creating API client" host="https://10.96.0.1:443"\n${klogHead(startedAt, "main.go:248")}"Running in Kubernetes cluster" major="1" minor="36" git="v1.36.3" state="clean" platform="linux/amd64"\n${klogHead(startedAt, "nginx.go:319")}"Starting NGINX Ingress controller"\n${klogHead(startedAt, "controller.go:196")}"Configuration changes detected, backend reload required"\n${klogHead(startedAt, "controller.go:216")}"Backend successfully reloaded"\n`,
    ports: { 80: route, 443: route, 10254: healthy },
    tcp: [8443],
    restless: true,
    signals: { TERM: { code: 0, afterMs: 1000 }, QUIT: { code: 0 } },
  });

const minors: readonly (readonly [minor: string, last: number])[] = [
  ["1.8", 5],
  ["1.9", 6],
  ["1.10", 6],
  ["1.11", 8],
  ["1.12", 8],
  ["1.13", 4],
  ["1.14", 1],
];

/** The ingress controller that most clusters have: it reads ingresses from the API and sends requests to the pods behind their services. */
export const ingressNginx = minors.flatMap(([minor, last]) =>
  Array.from({ length: last + 1 }, (_, patch) => {
    const version = `${minor}.${patch}`;
    return defineImage({
      name: "registry.k8s.io/ingress-nginx/controller",
      tags: [`v${version}`],
      size: "102Mi",
      pullSeconds: 5,
      entrypoint: ["/usr/bin/dumb-init", "--"],
      command: ["/nginx-ingress-controller"],
      user: "101",
      base: "alpine",
      tools: ["curl"],
      files: { "/usr/bin/dumb-init": '#!/bin/sh\nshift\nexec "$@"\n' },
      wrapper: "/usr/bin/dumb-init",
      servers: { "/nginx-ingress-controller": server(version) },
      usage: { cpu: "2m", memory: "90Mi" },
    });
  }),
);

/** Makes the certificate of the controller's webhook, and is done. */
export const ingressNginxCertgen = defineImage({
  name: "registry.k8s.io/ingress-nginx/kube-webhook-certgen",
  tags: [
    "v20230407",
    "v20231011-8b53cabe0",
    "v20231226-1a7112e06",
    "v1.4.0",
    "v1.4.1",
    "v1.4.3",
    "v1.4.4",
    "v1.5.1",
    "v1.5.2",
    "v1.6.0",
    "v1.6.1",
    "v1.6.2",
    "v1.6.3",
    "v1.6.4",
    "v1.6.5",
  ],
  size: "27Mi",
  pullSeconds: 2,
  entrypoint: ["/kube-webhook-certgen"],
  base: "none",
  user: "65532",
  servers: {
    "/kube-webhook-certgen": ({ startedAt }) => ({
      errors: `${klogHead(startedAt, "client_config.go:667", "W")}Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.\n`,
      exits: { code: 0, afterMs: 400 },
    }),
  },
});
