import { textResponse } from "#base/http.ts";
import { defineImage } from "./image.ts";
import { klogHead, slashTime } from "./serving.ts";

const ends = { TERM: { code: 0 }, INT: { code: 0 } } as const;
const releases = ["v1.36.3", "v1.36.2", "v1.36.1", "v1.36.0", "v1.35.3", "v1.35.0", "v1.34.3", "v1.34.0", "v1.33.0"];

/** The line with which a part of Kubernetes says its version. */
const version = (at: number, where: string) => `${klogHead(at, where)}"Version info" version="v1.36.3"\n`;

export const kubeProxy = defineImage({
  name: "registry.k8s.io/kube-proxy",
  aliases: ["k8s.gcr.io/kube-proxy"],
  tags: releases,
  size: "25Mi",
  pullSeconds: 3,
  base: "none",
  usage: { cpu: "1m", memory: "17Mi" },
  servers: {
    "/usr/local/bin/kube-proxy": ({ startedAt }) => ({
      errors: `${klogHead(startedAt, "server_linux.go:53")}"Using iptables proxy"\n${version(startedAt, "server.go:529")}${klogHead(startedAt, "config.go:200")}"Starting service config controller"\n${klogHead(startedAt, "config.go:106")}"Starting endpoint slice config controller"\n${klogHead(startedAt, "shared_informer.go:349")}"Waiting for caches to sync" controller="service config"\n`,
      ports: {
        10249: (request) => (new URL(request.url).pathname === "/proxyMode" ? textResponse(200, "iptables") : textResponse(200, "ok")),
        10256: () => textResponse(200, "{}"),
      },
      signals: ends,
    }),
  },
});

export const coredns = defineImage({
  name: "registry.k8s.io/coredns/coredns",
  aliases: ["k8s.gcr.io/coredns/coredns", "coredns/coredns", "registry.k8s.io/coredns"],
  tags: ["v1.14.2", "v1.14.0", "v1.13.1", "v1.12.4", "v1.12.1", "v1.12.0", "v1.11.3", "v1.11.1", "v1.10.1", "1.11.1", "1.12.0", "latest"],
  size: "22Mi",
  pullSeconds: 2.5,
  entrypoint: ["/coredns"],
  base: "none",
  user: "nonroot:nonroot",
  users: { nonroot: 65532 },
  usage: { cpu: "3m", memory: "14Mi" },
  servers: {
    "/coredns": () => ({
      prints:
        ".:53\n[INFO] plugin/reload: Running configuration SHA512 = 680cec097987c24242735352e9de77b2ba657caea131666c4002607b6f81fb6322fe6fa5c2d434be3fcd1251845cd6b7641e3a08a7d3b88486730de31a010646\nCoreDNS-1.14.2\nlinux/amd64, go1.26.0, 5c7ba7f\n",
      ports: {
        8080: () => textResponse(200, "OK"),
        8181: () => textResponse(200, "OK"),
        9153: () => textResponse(200, "# HELP coredns_build_info A metric with a constant '1' value.\n# TYPE coredns_build_info gauge\n"),
      },
      tcp: [53],
      listensAfterMs: 200,
      signals: {
        TERM: {
          code: 0,
          afterMs: 5000,
          prints: "[INFO] SIGTERM: Shutting down servers then terminating\n[INFO] plugin/health: Going into lameduck mode for 5s\n",
        },
        INT: { code: 0 },
      },
    }),
  },
});

export const kindnetd = defineImage({
  name: "kindest/kindnetd",
  tags: ["v20251212-v0.29.0-alpha-105-g20ccfc88", "v20250512-df8de77b", "v20250214-acbabc1a", "v20241212-9f82dd49"],
  size: "37Mi",
  pullSeconds: 4,
  command: ["/bin/kindnetd"],
  base: "none",
  usage: { cpu: "1m", memory: "12Mi" },
  servers: {
    "/bin/kindnetd": ({ startedAt, env }) => ({
      errors: `${klogHead(startedAt, "main.go:109")}connected to apiserver: https://10.96.0.1:443\n${klogHead(startedAt, "main.go:139")}hostIP = ${env.get("HOST_IP") ?? ""}\npodIP = ${env.get("POD_IP") ?? ""}\n${klogHead(startedAt, "main.go:148")}setting mtu 1500 for CNI \n${klogHead(startedAt, "main.go:178")}kindnetd IP family: "ipv4"\n`,
      signals: ends,
    }),
  },
});

export const storageProvisioner = defineImage({
  name: "gcr.io/k8s-minikube/storage-provisioner",
  tags: ["v5"],
  size: "8.7Mi",
  pullSeconds: 1.5,
  entrypoint: ["/storage-provisioner"],
  base: "none",
  usage: { cpu: "2m", memory: "9Mi" },
  servers: {
    "/storage-provisioner": ({ startedAt }) => ({
      errors: `${klogHead(startedAt, "storage_provisioner.go:116")}Initializing the minikube storage provisioner...\n${klogHead(startedAt, "storage_provisioner.go:141")}Storage provisioner initialized, now starting service!\n${klogHead(startedAt, "leaderelection.go:243")}attempting to acquire leader lease kube-system/k8s.io-minikube-hostpath...\n${klogHead(startedAt, "leaderelection.go:253")}successfully acquired lease kube-system/k8s.io-minikube-hostpath\n`,
      signals: ends,
    }),
  },
});

export const localPathProvisioner = defineImage({
  name: "rancher/local-path-provisioner",
  tags: ["v0.0.32", "v0.0.31", "v0.0.30", "v0.0.24"],
  size: "19Mi",
  pullSeconds: 2.2,
  base: "alpine",
  usage: { cpu: "1m", memory: "8Mi" },
  servers: {
    "/usr/bin/local-path-provisioner": ({ startedAt }) => ({
      errors: `time="${slashTime(startedAt)}" level=info msg="Provisioner started"\n`,
      signals: ends,
    }),
  },
});
