import { textResponse } from "#base/http.ts";
import { defineImage, type Serve, type Server } from "./image.ts";
import { goNotFound, klogHead, pathOf } from "./serving.ts";

const checks = ["ping", "log", "poststarthook/max-in-flight-filter", "poststarthook/storage-object-count-tracker-hook"];
const late = ["metric-informer-sync", "metadata-informer-sync", "shutdown"];
/** The first measurement is there after so long. */
const firstScrapeMs = 15_000;

/**
 * Says whether it has figures; the API server gives them out itself. Kubelets have certificates of their own here as they have with kubeadm and minikube,
 * so that without `--kubelet-insecure-tls` it never gets any.
 */
const metricsServer: Server = ({ args, startedAt }) => {
  const isTrusting = args.some((arg) => /^--?kubelet-insecure-tls(=true)?$/.test(arg));
  const port = Number(args.find((arg) => /^--?secure-port=/.test(arg))?.split("=")[1] ?? 443);
  const serve: Serve = (request, { now, logError }) => {
    const path = pathOf(request);
    if (path === "/livez" || path === "/healthz") return textResponse(200, "ok");
    if (path !== "/readyz") return goNotFound();
    if (isTrusting && now() >= startedAt + firstScrapeMs) return textResponse(200, "ok");
    logError(`${klogHead(now(), "server.go:192")}"Failed probe" probe="metric-storage-ready" err="no metrics to serve"\n`);
    const lines = [
      ...checks.map((check) => `[+]${check} ok`),
      "[-]metric-storage-ready failed: reason withheld",
      ...late.map((check) => `[+]${check} ok`),
    ];
    return textResponse(500, `${lines.join("\n")}\nreadyz check failed\n`);
  };
  const head = (where: string) => klogHead(startedAt, where);
  return {
    errors:
      `${head("serving.go:380")}"Generated self-signed cert" ="apiserver.local.config/certificates/apiserver.crt" ="apiserver.local.config/certificates/apiserver.key"\n` +
      `${head("handler.go:288")}"Adding GroupVersion metrics.k8s.io v1beta1 to ResourceManager"\n` +
      `${head("secure_serving.go:211")}"Serving securely on [::]:${port}"\n`,
    ports: { [port]: serve },
    signals: { TERM: { code: 0 }, INT: { code: 0 } },
    restless: true,
  };
};

export const metricsServerImage = defineImage({
  name: "registry.k8s.io/metrics-server/metrics-server",
  aliases: ["k8s.gcr.io/metrics-server/metrics-server"],
  tags: ["v0.8.1", "v0.8.0", "v0.7.2", "v0.7.1", "v0.7.0", "v0.6.4", "v0.6.3", "v0.6.2", "v0.6.1", "v0.5.2"],
  size: "21Mi",
  pullSeconds: 2,
  entrypoint: ["/metrics-server"],
  base: "none",
  usage: { cpu: "4m", memory: "19Mi" },
  servers: { "/metrics-server": metricsServer },
});
