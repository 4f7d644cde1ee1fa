import { expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import type { Reference } from "./reference.ts";
import { parseReference } from "./reference.ts";
import { registry } from "./registry.ts";

const images = registry(catalogue);
const reference = (text: string) => parseReference(text) as Reference;

test.for([
  ["nginx", "nginx"],
  ["docker.io/library/nginx:1.14.2", "nginx"],
  ["jocatalin/kubernetes-bootcamp:v2", "gcr.io/google-samples/kubernetes-bootcamp"],
  ["k8s.gcr.io/echoserver:1.4", "registry.k8s.io/echoserver"],
  ["registry.k8s.io/coredns/coredns:v1.14.2", "registry.k8s.io/coredns/coredns"],
] as const)("%s leads to %s", ([name, image]) => {
  expect(images.find(reference(name))?.image.name).toBe(image);
});

test("the same content has the same digest, and is found by it", () => {
  const found = images.find(reference("busybox:1.36"));
  expect(found?.id).toMatch(/^docker\.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
  expect(images.find(reference(found?.id ?? ""))?.tag).toBe("1.36");
});

const denied = "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";

test.for([
  [
    "gcr.io/google-samples/kubernetes-bootcamp:v10",
    'rpc error: code = NotFound desc = failed to pull and unpack image "gcr.io/google-samples/kubernetes-bootcamp:v10": failed to resolve image: gcr.io/google-samples/kubernetes-bootcamp:v10: not found',
  ],
  [
    "nginx:1.161",
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve image: docker.io/library/nginx:1.161: not found',
  ],
  ["nosuchrepo-xyz", `failed to pull and unpack image "docker.io/library/nosuchrepo-xyz:latest": failed to resolve image: ${denied}`],
  [
    "ghcr.io/nosuch/nosuch:1",
    'failed to pull and unpack image "ghcr.io/nosuch/nosuch:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Anosuch%2Fnosuch%3Apull&service=ghcr.io: 403 Forbidden',
  ],
  [
    "quay.io/nosuch/nosuch:1",
    'failed to pull and unpack image "quay.io/nosuch/nosuch:1": failed to resolve image: unexpected status from HEAD request to https://quay.io/v2/nosuch/nosuch/manifests/1: 401 Unauthorized',
  ],
  [
    "registry.example.com/team/app:v1",
    'failed to pull and unpack image "registry.example.com/team/app:v1": failed to resolve image: failed to do request: Head "https://registry.example.com/v2/team/app/manifests/v1": dial tcp: lookup registry.example.com on 10.250.0.1:53: no such host',
  ],
  [
    "10.250.0.1:5999/app:v1",
    'failed to pull and unpack image "10.250.0.1:5999/app:v1": failed to resolve image: failed to do request: Head "https://10.250.0.1:5999/v2/app/manifests/v1": dial tcp 10.250.0.1:5999: connect: connection refused',
  ],
] as const)("%s is refused in its registry's words", ([name, text]) => {
  expect(images.find(reference(name))).toBeUndefined();
  expect(images.refusal(reference(name), "10.250.0.1")).toBe(text);
});
