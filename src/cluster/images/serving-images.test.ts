import { beforeAll, expect, test } from "vitest";
import { bodyText } from "#base/http.ts";
import type { Container, Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

/** By the name of their pods: what runs in them, what they are asked, and how they answer. */
const cases: Readonly<Record<string, [container: Partial<Container>, asked: string, status: number, says: string]>> = {
  python: [
    { image: "python:3.11-slim", command: ["python3", "-m", "http.server", "8080"], workingDir: "/srv" },
    ":8080/",
    200,
    "Directory listing for /",
  ],
  "python-missing": [{ image: "python:3", args: ["python", "-m", "http.server"] }, ":8000/nope", 404, "Message: File not found."],
  mirror: [{ image: "public.ecr.aws/docker/library/httpd:2.4" }, ":80/", 200, "It works!"],
  "nginx-mirror": [{ image: "public.ecr.aws/nginx/nginx:1.27" }, ":80/", 200, "Welcome to nginx!"],
  katacoda: [{ image: "katacoda/docker-http-server:latest" }, ":80/", 200, "This request was processed by host: katacoda"],
  colour: [{ image: "piotrzan/nginx-demo:green" }, ":80/", 200, "<h1>green</h1>"],
  httpbin: [{ image: "kennethreitz/httpbin" }, ":80/status/418", 418, ""],
  kuard: [{ image: "gcr.io/kuar-demo/kuard-amd64:blue" }, ":8080/healthy", 200, "ok"],
  prometheus: [{ image: "prom/prometheus:v2.53.0" }, ":9090/-/ready", 200, "Prometheus Server is Ready.\n"],
  exporter: [{ image: "quay.io/prometheus/node-exporter:latest" }, ":9100/metrics", 200, "node_exporter_build_info"],
  grafana: [{ image: "grafana/grafana" }, ":3000/api/health", 200, '"database": "ok"'],
  wordpress: [{ image: "wordpress:6.2.1-apache" }, ":80/", 500, "Error establishing a database connection"],
};

let play: Playground;

beforeAll(async () => {
  play = await playground({ nodes: [{ name: "node-1", cpu: "16", memory: "64Gi" }] });
  await play.make(
    ...Object.entries(cases).map(([name, [container]]) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "default" },
      spec: { containers: [{ name: "main", ...container }] } as Pod["spec"],
    })),
  );
  await play.rest(120_000);
});

test.for(Object.entries(cases))("%s answers as it does elsewhere", async ([name, [, asked, status, says]]) => {
  const address = play.api.get<Pod>("pods", name, "default")?.status.podIP;
  const response = await play.cluster.tasks.run(async () => {
    const answer = await play.cluster.hostNet.fetch({ method: "GET", url: `http://${address}${asked}`, headers: {} });
    return { status: answer.status, text: await bodyText(answer) };
  });
  expect(response.status).toBe(status);
  expect(response.text).toContain(says);
});
