import { expect, test } from "vitest";
import { parseReference } from "./reference.ts";

test.for([
  ["nginx", "docker.io/library/nginx:latest"],
  ["nginx:1.27", "docker.io/library/nginx:1.27"],
  ["bitnami/redis", "docker.io/bitnami/redis:latest"],
  ["docker.io/nginx:1", "docker.io/library/nginx:1"],
  ["index.docker.io/library/nginx", "docker.io/library/nginx:latest"],
  ["gcr.io/google-samples/kubernetes-bootcamp:v1", "gcr.io/google-samples/kubernetes-bootcamp:v1"],
  ["localhost/app", "localhost/app:latest"],
  ["10.250.0.1:5999/app:v1", "10.250.0.1:5999/app:v1"],
  [`nginx@sha256:${"0".repeat(64)}`, `docker.io/library/nginx@sha256:${"0".repeat(64)}`],
] as const)("%s is %s in full", ([text, name]) => {
  expect(parseReference(text)).toMatchObject({ name });
});

test.for([
  ["Nginx:latest", "invalid reference format: repository name (library/Nginx) must be lowercase"],
  ["busybox:1.36:bad", "invalid reference format"],
  ["nginx:", "invalid reference format"],
  ["", "invalid reference format"],
  ["a b", "invalid reference format"],
  ["nginx@sha256:123", "invalid reference format"],
  ["-nginx", "invalid reference format"],
] as const)("%s: %s", ([text, problem]) => {
  expect(parseReference(text)).toEqual({ problem });
});
