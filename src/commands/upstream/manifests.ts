import { ingressAddon } from "../minikube/addons/ingress.ts";
import { metricsServerAddon } from "../minikube/addons/metrics-server.ts";
import { gatewayApi } from "./gateway-api.ts";

/** Add-ons as their projects publish them: by what their address matches, the manifest, made of minikube's by what differs. */
interface Published {
  readonly at: RegExp;
  manifest(found: RegExpExecArray): string;
}

/** Takes whole lines out of a text. */
const without = (text: string, ...lines: readonly RegExp[]): string =>
  text
    .split("\n")
    .filter((line) => !lines.some((one) => one.test(line)))
    .join("\n");

const metricsServer: Published = {
  at: /^(?:github|objects\.githubusercontent)\.com\/kubernetes-sigs\/metrics-server\/releases\/(?:latest\/download|download\/(v[\d.]+))\/(?:components|high-availability(?:-1\.21\+)?)\.yaml$/,
  manifest: ([, version = "v0.8.1"]) =>
    without(metricsServerAddon.manifest, /minikube-addons|addonmanager/, /--kubelet-insecure-tls/)
      .replaceAll("4443", "10250")
      .replace("--metric-resolution=60s", "--metric-resolution=15s")
      .replace(/(metrics-server\/metrics-server:)v[\d.]+/, `$1${version}`),
};

/** How the controller of each sort of cluster is reached from outside. */
const reached = (provider: string): string => (/^(?:baremetal|kind)$/.test(provider) ? "NodePort" : "LoadBalancer");

const ingress: Published = {
  at: /^raw\.githubusercontent\.com\/kubernetes\/ingress-nginx\/(?:main|refs\/heads\/main|(?:refs\/tags\/)?controller-(v[\d.]+))\/deploy\/static\/provider\/([a-z]+)(?:\/[\d.]+)?\/deploy\.yaml$/,
  manifest([, version, provider = "cloud"]) {
    const isOnHost = provider === "kind";
    const plain = without(
      ingressAddon.manifest,
      /gcp-auth|--watch-ingress-without-class|minikube\.k8s\.io|--(?:tcp|udp)-services/,
      /^ {2}annotations:$|is-default-class/,
      ...(isOnHost ? [] : [/hostPort:/, /^ {6}tolerations:$|key: node-role\.kubernetes\.io\/master|^ {8}operator: Equal$|^ {8}effect: NoSchedule$/]),
    );
    return plain
      .replace(
        "  type: NodePort\n",
        `  type: ${reached(provider)}\n${reached(provider) === "LoadBalancer" ? "  externalTrafficPolicy: Local\n" : ""}`,
      )
      .replace("key: node-role.kubernetes.io/master", "key: node-role.kubernetes.io/control-plane")
      .replace(/(ingress-nginx\/controller:)v[\d.]+/, (whole, image: string) => (version === undefined ? whole : image + version));
  },
};

const gateways: Published = {
  at: /^(?:github|objects\.githubusercontent)\.com\/kubernetes-sigs\/gateway-api\/releases\/(?:latest\/download|download\/(v1\.[\d.]+))\/standard-install\.yaml$/,
  manifest: ([, version = "v1.4.0"]) => gatewayApi(version),
};

const published: readonly Published[] = [metricsServer, ingress, gateways];

/** The manifest at an address (its host and path); undefined where none of these is. */
export function publishedManifest(place: string): string | undefined {
  for (const { at, manifest } of published) {
    const found = at.exec(place);
    if (found) return manifest(found);
  }
  return undefined;
}
