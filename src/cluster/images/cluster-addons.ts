import { textResponse } from "#base/http.ts";
import { defineImage, type Server } from "./image.ts";
import { goNotFound, page, pathOf, slashTime } from "./serving.ts";

const dashboardServer: Server = ({ startedAt }) => ({
  prints: `${slashTime(startedAt)} Starting overwatch\n${slashTime(startedAt)} Using namespace: kubernetes-dashboard\n${slashTime(startedAt)} Using in-cluster config to connect to apiserver\n${slashTime(startedAt)} Successful initial request to the apiserver, version: v1.36.3\n${slashTime(startedAt)} Serving insecurely on HTTP port: 9090\n`,
  ports: {
    9090: async (request) =>
      pathOf(request) === "/"
        ? page(
            200,
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Kubernetes Dashboard</title></head><body><kd-root></kd-root></body></html>\n',
          )
        : goNotFound(),
  },
});

/** The page that shows a cluster, as minikube's add-on brings it. */
export const kubernetesDashboard = defineImage({
  name: "kubernetesui/dashboard",
  tags: ["v2.0.0", "v2.2.0", "v2.4.0", "v2.5.0", "v2.5.1", "v2.6.0", "v2.6.1", "v2.7.0"],
  size: "72Mi",
  pullSeconds: 5,
  entrypoint: ["/dashboard", "--insecure-bind-address=0.0.0.0", "--bind-address=0.0.0.0"],
  user: "nonroot",
  users: { nonroot: 65532 },
  base: "none",
  usage: { cpu: "1m", memory: "12Mi" },
  servers: { "/dashboard": dashboardServer },
});

export const metricsScraper = defineImage({
  name: "kubernetesui/metrics-scraper",
  tags: ["v1.0.4", "v1.0.6", "v1.0.7", "v1.0.8", "v1.0.9"],
  size: "19Mi",
  pullSeconds: 2,
  entrypoint: ["/metrics-sidecar"],
  user: "nobody",
  base: "none",
  usage: { cpu: "1m", memory: "8Mi" },
  servers: {
    "/metrics-sidecar": () => ({
      ports: { 8000: async (request) => (pathOf(request) === "/" ? textResponse(200, `URL: ${pathOf(request)}`) : goNotFound()) },
    }),
  },
});

/** A registry that holds nothing: its catalogue is empty, and what is pushed to it is kept nowhere. */
export const distributionRegistry = defineImage({
  name: "registry",
  tags: ["2", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.8.3", "3", "3.0", "3.0.0", "latest"],
  size: "25Mi",
  pullSeconds: 2,
  entrypoint: ["/entrypoint.sh"],
  command: ["/etc/docker/registry/config.yml"],
  base: "alpine",
  files: {
    "/entrypoint.sh": '#!/bin/sh\nset -e\nexec registry serve "$@"\n',
    "/etc/docker/registry/config.yml": "version: 0.1\nhttp:\n  addr: :5000\n",
  },
  usage: { cpu: "1m", memory: "10Mi" },
  main: ({ startedAt }) => ({
    errors: `time="${new Date(startedAt).toISOString()}" level=info msg="listening on [::]:5000" go.version=go1.23.7\n`,
    ports: {
      5000: async (request) => {
        const path = pathOf(request);
        if (path === "/" || path === "/v2/")
          return textResponse(200, path === "/" ? "" : "{}", "application/json", { "docker-distribution-api-version": "registry/2.0" });
        if (path === "/v2/_catalog") return textResponse(200, '{"repositories":[]}\n', "application/json");
        return textResponse(404, '{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}\n', "application/json");
      },
    },
  }),
});
