import { beforeAll, expect, test } from "vitest";
import { bodyText } from "#base/http.ts";
import type { ConfigMap, Pod } from "#machinery/types.ts";
import { NetError } from "#shell/process.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const server = (port: number, protocols: string) =>
  `server { listen ${port} ssl; ${protocols} ssl_certificate /tls/tls.crt; location / { return 200 "over TLS\\n"; } }\n`;
const config = `server { listen 80; location / { return 200 "plain\\n"; } }
${server(443, "")}${server(8443, "ssl_protocols TLSv1.3;")}${server(9443, "ssl_protocols TLSv1.1 TLSv1.2;")}`;

let play: Playground;

beforeAll(async () => {
  play = await playground();
  await play.cluster.tasks.run(async () => {
    await play.api.create("configmaps", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "conf", namespace: "default" },
      data: { "default.conf": config },
    } as ConfigMap);
    await play.api.create("pods", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", namespace: "default" },
      spec: {
        containers: [{ name: "nginx", image: "nginx:1.27", volumeMounts: [{ name: "conf", mountPath: "/etc/nginx/conf.d" }] }],
        volumes: [{ name: "conf", configMap: { name: "conf" } }],
      },
    } as Pod);
  });
  await play.rest(60_000);
});

const versionMismatch = "error:0A00042E:SSL routines::tlsv1 alert protocol version";
const today = { oldest: 12, newest: 13 };

test.for([
  ["plain HTTP", "http", 80, undefined, "plain"],
  ["plain HTTP to a port of TLS", "http", 443, undefined, "The plain HTTP request was sent to HTTPS port"],
  ["TLS to a plain port", "https", 80, undefined, "error:0A00010B:SSL routines::wrong version number"],
  ["TLS as it is usual", "https", 443, undefined, "over TLS"],
  ["at most 1.2", "https", 443, { ...today, newest: 12 }, "over TLS"],
  ["at most 1.2 where 1.3 is wanted", "https", 8443, { ...today, newest: 12 }, versionMismatch],
  ["1.3 where it is wanted", "https", 8443, { oldest: 13, newest: 13 }, "over TLS"],
  ["1.3 where there is none", "https", 9443, { oldest: 13, newest: 13 }, versionMismatch],
  ["what both have", "https", 9443, today, "over TLS"],
] as const)("%s", async ([, scheme, port, tls, says]) => {
  const address = play.api.get<Pod>("pods", "web", "default")?.status.podIP;
  const told = await play.cluster.tasks.run(async () => {
    try {
      return await bodyText(await play.cluster.hostNet.fetch({ method: "GET", url: `${scheme}://${address}:${port}/`, headers: {}, tls }));
    } catch (error) {
      if (error instanceof NetError) return error.message;
      throw error;
    }
  });
  expect(told).toContain(says);
});
