import { expect, test } from "vitest";
import { bodyText } from "#base/http.ts";
import { parseYamlDocuments } from "#machinery/yaml.ts";
import { noNet, played, testMachine } from "../../../test/kit/shell.ts";
import { examplePathsOf, siteAnswer, withSites } from "./sites.ts";

test.for(examplePathsOf())("%s is a manifest", async (path) => {
  const answer = siteAnswer({ method: "GET", url: `https://kubernetes.io/examples/${path}` });
  const documents = parseYamlDocuments(await bodyText(answer ?? { status: 0, headers: {}, body: new Uint8Array(0) }));
  for (const { value } of documents)
    expect(value).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String), metadata: { name: expect.any(String) } });
  expect(documents.length).toBeGreaterThan(0);
});

test.for([
  ["k8s.io sends on", "https://k8s.io/examples/pods/simple-pod.yaml", 307],
  ["kubernetes.io answers", "https://kubernetes.io/examples/pods/simple-pod.yaml", 200],
  [
    "so do the documentation's sources",
    "https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples/application/deployment.yaml",
    200,
  ],
  ["what is not there is not there", "https://kubernetes.io/examples/pods/none.yaml", 404],
  ["other places are not answered", "https://kubernetes.io/docs/home/", undefined],
  ["and other hosts are not either", "https://example.com/", undefined],
] as const)("%s", ([, url, status]) => {
  expect(siteAnswer({ method: "GET", url })?.status).toBe(status);
});

test.for([
  ["curl -sL https://k8s.io/examples/application/deployment.yaml | grep -c 'replicas: 2'", "1\n"],
  ["curl -sLO https://k8s.io/examples/application/deployment.yaml; head -2 deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n"],
  ["wget -q https://k8s.io/examples/admin/namespace-dev.json -O - | jq -r .metadata.name", "development\n"],
  ["curl -s -o /dev/null -w '%{http_code}\\n' https://kubernetes.io/examples/none.yaml", "404\n"],
] as const)("%s", async ([command, expected]) => {
  const { out } = await played(testMachine({ net: withSites(noNet) }), { args: ["/bin/bash", "-c", command], cwd: "/root" });
  expect(out).toBe(expected);
});
