import { expect, test } from "vitest";
import { bodyText } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { parseYamlDocuments } from "#machinery/yaml.ts";
import type { Program } from "#shell/process.ts";
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

const installs =
  "Downloading https://get.helm.sh/helm-v4.2.3-linux-amd64.tar.gz\nVerifying checksum... Done.\nPreparing to install helm into /tmp\nhelm installed into /tmp/helm\nhelm runs\n";

const program =
  (text: string): Program =>
  async ({ stdout }) => {
    await stdout.write(bytesOf(`${text}\n`));
    return 0;
  };

test.for([
  ["curl -sL https://dl.k8s.io/release/stable.txt", "v1.36.3"],
  [
    'curl -sLO "https://dl.k8s.io/release/$(curl -L -s https://dl.k8s.io/release/stable.txt)/bin/linux/amd64/kubectl"; install -o root -g root -m 0755 kubectl /opt/kubectl; /opt/kubectl',
    "kubectl runs\n",
  ],
  [
    'cd /tmp; curl -sLO https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubectl; curl -sLO https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubectl.sha256; echo "$(cat kubectl.sha256)  kubectl" | sha256sum --check',
    "kubectl: OK\n",
  ],
  ["curl -sLo m https://storage.googleapis.com/minikube/releases/latest/minikube-linux-amd64; chmod +x m; ./m", "minikube runs\n"],
  ["wget -qO- https://get.helm.sh/helm-v4.2.3-linux-amd64.tar.gz | tar -xz; linux-amd64/helm", "helm runs\n"],
  ["curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 | HELM_INSTALL_DIR=/tmp bash; /tmp/helm", installs],
  [
    "curl -fsSL -o get_helm.sh https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-4; chmod 700 get_helm.sh; HELM_INSTALL_DIR=/tmp ./get_helm.sh; /tmp/helm",
    installs,
  ],
] as const)("%s", async ([command, expected]) => {
  const programs = new Map(["kubectl", "minikube", "helm"].map((name) => [name, program(`${name} runs`)]));
  const { out, err } = await played(testMachine({ net: withSites(noNet), programs }), { args: ["/bin/bash", "-c", command], cwd: "/root" });
  expect(err + out).toBe(expected);
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
