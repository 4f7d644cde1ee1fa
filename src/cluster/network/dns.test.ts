import { expect, test } from "vitest";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { Pod, Service } from "#machinery/types.ts";
import { playground } from "../../../test/kit/cluster.ts";
import { query } from "./dns.ts";
import { Services } from "./service.ts";

const service = (name: string, spec: Service["spec"]): Draft<Service> => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop" },
  spec,
});
const pod = (name: string): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: "db" } },
  spec: { hostname: name, subdomain: "db", containers: [{ name: "main", image: "busybox:1.36", command: ["sleep", "1000000"] }] },
});
const objects: readonly Draft<KubeObject>[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  service("web", { clusterIP: "10.96.7.7", selector: { app: "web" }, ports: [{ name: "http", port: 80, protocol: "TCP" }] }),
  service("db", { clusterIP: "None", selector: { app: "db" }, ports: [{ port: 6379 }] }),
  service("empty", { clusterIP: "None", selector: { app: "nobody" }, ports: [{ port: 1 }] }),
  service("alias", { type: "ExternalName", externalName: "web.shop.svc.cluster.local" }),
  service("circle", { type: "ExternalName", externalName: "circle.shop.svc.cluster.local" }),
  service("outside", { type: "ExternalName", externalName: "example.com" }),
  pod("db-0"),
  pod("db-1"),
];

const { api, make, rest } = await playground({ nodes: [{ name: "node-1", images: ["busybox:1.36"] }] });
for (const object of objects) await make(object);
await rest(5000);
const services = new Services(api);

const web = "web.shop.svc.cluster.local";
const db = "db.shop.svc.cluster.local";

test.for([
  [web, "A", ["10.96.7.7"]],
  [`${web}.`, "A", ["10.96.7.7"]],
  [web, "AAAA", []],
  [web, "SRV", [`0 100 80 ${web}`]],
  [`_http._tcp.${web}`, "SRV", [`0 100 80 ${web}`]],
  [db, "SRV", [`0 50 6379 db-0.${db}`, `0 50 6379 db-1.${db}`]],
  ["7.7.96.10.in-addr.arpa", "PTR", [web]],
  ["10-1-2-3.shop.pod.cluster.local", "A", ["10.1.2.3"]],
  ["alias.shop.svc.cluster.local", "A", [web, "10.96.7.7"]],
  ["outside.shop.svc.cluster.local", "A", ["example.com"]],
] as const)("%s %s", ([name, type, data]) => {
  expect(query(services, name, type)).toMatchObject({ code: "NOERROR", records: data.map((one) => ({ data: one })) });
});

test("a headless service has the addresses of its pods, and each pod its own name", () => {
  const addressOf = (name: string) => query(services, name, "A").records.map(({ data }) => data);
  const [first, second] = [addressOf(`db-0.${db}`), addressOf(`db-1.${db}`)];
  expect([first.length, second.length]).toEqual([1, 1]);
  expect(addressOf(db).toSorted()).toEqual([...first, ...second].toSorted());
});

test.for([
  ["nope.shop.svc.cluster.local", "NXDOMAIN"],
  ["web.elsewhere.svc.cluster.local", "NXDOMAIN"],
  ["empty.shop.svc.cluster.local", "NXDOMAIN"],
  [`db-7.${db}`, "NXDOMAIN"],
  [`_https._tcp.${web}`, "NXDOMAIN"],
  ["web.shop", "NXDOMAIN"],
  ["example.com", "SERVFAIL"],
  ["circle.shop.svc.cluster.local", "NOERROR"],
] as const)("%s is answered with %s", ([name, code]) => {
  expect(query(services, name, "A").code).toBe(code);
});
