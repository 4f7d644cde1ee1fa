import { expect, test } from "vitest";
import { requestInfo } from "./request.ts";

test.each([
  ["GET", "/api/v1/pods", "list", "pods", "", "", "", ""],
  ["GET", "/api/v1/namespaces/x/pods?watch=1", "watch", "pods", "x", "", "", ""],
  ["GET", "/api/v1/namespaces/x/pods/p?watch=true", "get", "pods", "x", "p", "", ""],
  ["GET", "/api/v1/watch/namespaces/x/pods/p", "watch", "pods", "x", "p", "", ""],
  ["POST", "/apis/apps/v1/namespaces/x/deployments", "create", "deployments", "x", "", "", ""],
  ["PUT", "/apis/apps/v1/namespaces/x/deployments/d/scale", "update", "deployments", "x", "d", "scale", ""],
  ["DELETE", "/api/v1/nodes", "deletecollection", "nodes", "", "", "", ""],
  ["DELETE", "/api/v1/nodes/n", "delete", "nodes", "", "n", "", ""],
  ["GET", "/api/v1/namespaces/x", "get", "namespaces", "x", "x", "", ""],
  ["PUT", "/api/v1/namespaces/x/finalize", "update", "namespaces", "x", "x", "finalize", ""],
  ["GET", "/api/v1/namespaces/x/services/http:web:80/proxy/a%20b/", "get", "services", "x", "http:web:80", "proxy", "/a%20b/"],
  ["GET", "/api/v1/namespaces/x/roles/a%2Fb", "get", "roles", "x", "a", "b", ""],
])("%s %s", (method, url, verb, plural, namespace, name, subresource, rest) => {
  const { verb: got, resource } = requestInfo({ method, url, headers: {} });
  expect([got, resource]).toEqual([verb, expect.objectContaining({ plural, namespace, name, subresource, rest })]);
});

test.each(["/", "/api", "/api/v1", "/apis/apps/v1/", "/version", "/openapi/v3/apis/apps/v1"])("%s is no resource", (url) => {
  expect(requestInfo({ method: "GET", url, headers: {} }).resource).toBeUndefined();
});
