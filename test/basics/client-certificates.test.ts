import { expect, test } from "vitest";
import { Cluster } from "#cluster/cluster.ts";
import { Learner } from "#host/learner.ts";

const start = Date.UTC(2026, 10, 23, 12);
const day = 86_400_000;

async function learner() {
  const cluster = await Cluster.boot({ profile: "minikube", seed: 1, now: start });
  const machine = new Learner(cluster, start);
  const run = async (command: string) => {
    const { stdout, stderr } = await machine.exec({ command, timeoutSeconds: 60 });
    return stdout + stderr;
  };
  return { cluster, run };
}

/** The way that Kubernetes' documentation shows: https://kubernetes.io/docs/tasks/tls/certificate-issue-client-csr/ */
test("a user whose certificate was approved is who it says, and may do what a role says", async () => {
  const { cluster, run } = await learner();
  await run(
    `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out jane.key && openssl req -new -key jane.key -out jane.csr -subj "/CN=jane/O=dev"`,
  );
  await run(`cat <<EOF | kubectl apply -f -
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: jane
spec:
  request: $(base64 -w0 < jane.csr)
  signerName: kubernetes.io/kube-apiserver-client
  expirationSeconds: 86400
  usages:
  - client auth
EOF`);
  expect(await run("kubectl get csr --no-headers")).toMatch(/^jane +\d+s +kubernetes.io\/kube-apiserver-client +kubernetes-admin +24h +Pending\n$/);
  expect(await run("kubectl certificate approve jane")).toBe("certificatesigningrequest.certificates.k8s.io/jane approved\n");
  await cluster.tasks.idle();
  expect(await run("kubectl get csr --no-headers")).toMatch(/ Approved,Issued\n$/);
  await run("kubectl get csr jane -o jsonpath='{.status.certificate}' | base64 -d > jane.crt");
  expect(await run("openssl x509 -in jane.crt -noout -subject -issuer")).toBe("subject=O = dev, CN = jane\nissuer=CN = kubernetes\n");
  expect(await run("openssl verify -CAfile ~/.minikube/ca.crt jane.crt")).toBe("jane.crt: OK\n");

  await run("kubectl config set-credentials jane --client-key=jane.key --client-certificate=jane.crt --embed-certs=true");
  await run("kubectl config set-context jane --cluster=minikube --user=jane");
  expect(await run("kubectl --context jane auth whoami -o jsonpath='{.status.userInfo.username} {.status.userInfo.groups}'")).toBe(
    'jane ["dev","system:authenticated"]',
  );
  expect(await run("kubectl --context jane get pods")).toBe(
    'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"\n',
  );
  await run("kubectl create role developer --verb=get,list --resource=pods; kubectl create rolebinding developer --role=developer --group=dev");
  expect(await run("kubectl --context jane get pods")).toBe("No resources found in default namespace.\n");

  await cluster.clock.advance(start + 2 * day);
  expect(await run("kubectl --context jane get pods")).toContain("error: You must be logged in to the server");
});

test("a certificate that nobody signed lets nobody in, and one that is not there is missed", async () => {
  const { run } = await learner();
  await run(
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout fake.key -out fake.crt -days 10 -subj "/CN=fake/O=system:masters"`,
  );
  await run("kubectl config set-credentials fake --client-key=fake.key --client-certificate=fake.crt");
  expect(await run("kubectl --user fake get pods")).toContain("error: You must be logged in to the server");
  await run(
    "openssl ecparam -name prime256v1 -genkey -noout -out other.key; kubectl config set-credentials other --client-key=other.key --client-certificate=fake.crt",
  );
  expect(await run("kubectl --user other get pods")).toContain("Unable to connect to the server: tls: private key does not match public key\n");
  await run("kubectl config set-credentials john --client-key=john.key --client-certificate=john.crt");
  expect(await run("kubectl --user john get pods")).toBe(
    "Error in configuration: \n* unable to read client-cert /home/learner/john.crt for john due to open /home/learner/john.crt: no such file or directory\n* unable to read client-key /home/learner/john.key for john due to open /home/learner/john.key: no such file or directory\n",
  );
  expect(await run("kubectl auth whoami -o jsonpath='{.status.userInfo.username} {.status.userInfo.uid}'")).toBe("kubernetes-admin admin");
});

test("curl shows a certificate as kubectl does", async () => {
  const { cluster, run } = await learner();
  const url = `${cluster.machines.server}/api/v1/namespaces/default/pods`;
  const curl = (cert: string, key: string) =>
    run(`cd ~/.minikube && curl -sS --cacert ca.crt --cert ${cert} --key ${key} ${url} | jq -r '.kind, .reason'`);
  const own = "profiles/minikube/client";
  await run("openssl genrsa -out other.key 2048");
  expect(await curl(`${own}.crt`, `${own}.key`)).toBe("PodList\nnull\n");
  expect(await curl(`${own}.crt`, "~/other.key")).toBe("Status\nUnauthorized\n");
  expect(await curl("none.crt", `${own}.key`)).toBe(
    "curl: (58) could not load PEM client certificate from none.crt, OpenSSL error error:80000002:system library::No such file or directory, (no key found, wrong pass phrase, or wrong file format?)\n",
  );
  expect(await run(`curl -sk ${url} | jq -r .reason`)).toBe("Forbidden\n");
});
