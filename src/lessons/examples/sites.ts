import { type HttpRequest, type HttpResponse, textResponse } from "#base/http.ts";
import type { Net } from "#shell/process.ts";
import { clusterWide, minikubeIngress } from "./cluster.ts";
import { configuration } from "./configuration.ts";
import { downloadAnswer, downloadHosts } from "./downloads.ts";
import { pods } from "./pods.ts";
import { workloads } from "./workloads.ts";

/** Where the manifests of the documentation are found: under several names, one sending on to the next, as in the world. */
const examplePaths = [
  /^(?:www\.)?(?:k8s|kubernetes)\.io\/(?:docs\/)?examples\/(.+)$/,
  /^raw\.githubusercontent\.com\/kubernetes\/website\/[^/]+\/content\/en\/examples\/(.+)$/,
];

const others: Readonly<Record<string, string>> = {
  "storage.googleapis.com/minikube-site-examples/ingress-example.yaml": minikubeIngress,
};

const hosts = new Set([
  ...downloadHosts,
  "k8s.io",
  "www.k8s.io",
  "kubernetes.io",
  "www.kubernetes.io",
  "github.com",
  "objects.githubusercontent.com",
  "raw.githubusercontent.com",
  "storage.googleapis.com",
]);
/** Of a range for documentation: nobody's. */
const siteAddress = "192.0.2.80";
const redirecting = /^https?:\/\/(?:(?:www\.)?k8s\.io|github\.com)\//;

/** What else is kept, by host and path. */
export type Further = (place: string) => string | undefined;

const exampleOf = (path: string): string | undefined => pods[path] ?? configuration[path] ?? workloads[path] ?? clusterWide[path];

/** The paths of all examples. */
export const examplePathsOf = (): string[] => [
  ...Object.keys(pods),
  ...Object.keys(configuration),
  ...Object.keys(workloads),
  ...Object.keys(clusterWide),
];

/** The answer of an address whose content is kept here; undefined where nothing of it is. */
export function siteAnswer({ method, url }: Pick<HttpRequest, "method" | "url">, further: Further = () => undefined): HttpResponse | undefined {
  const { hostname, pathname, protocol } = new URL(url);
  if (!hosts.has(hostname)) return undefined;
  const download = downloadAnswer({ method, url });
  if (download) return download;
  const place = hostname + pathname;
  const found = examplePaths.map((pattern) => pattern.exec(place)?.[1]).find((path) => path !== undefined);
  const other = found === undefined ? (others[place] ?? further(place)) : undefined;
  if (found === undefined && other === undefined) return undefined;
  if (redirecting.test(url) || (protocol === "http:" && hostname !== "storage.googleapis.com")) {
    const location = `https://${hostname.replace(/^(?:www\.)?k8s\.io$/, "kubernetes.io").replace(/^github\.com$/, "objects.githubusercontent.com")}${pathname}`;
    return textResponse(protocol === "http:" ? 301 : hostname === "github.com" ? 302 : 307, "", "text/html", { location });
  }
  const text = found === undefined ? other : exampleOf(found);
  if (text === undefined) return textResponse(404, "404: Not Found\n");
  const answer = textResponse(200, text, found?.endsWith(".json") ? "application/json" : "application/x-yaml");
  return method === "HEAD" ? { ...answer, body: new Uint8Array(0) } : answer;
}

/** A network with the addresses whose content is kept here, beside what it reaches itself. */
export function withSites(net: Net, further?: Further): Net {
  return {
    get address() {
      return net.address;
    },
    fetch: async (request) => siteAnswer(request, further) ?? (await net.fetch(request)),
    listen: (port, handler, address) => net.listen(port, handler, address),
    resolve: (name) => (hosts.has(name) ? [siteAddress] : net.resolve(name)),
    listening: () => net.listening?.() ?? [],
    vouched: (host) => hosts.has(host) || (net.vouched?.(host) ?? false),
    query: (name, type, server) => net.query(name, type, server),
  };
}
