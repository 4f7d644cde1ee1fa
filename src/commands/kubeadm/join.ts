import { bodyText } from "#base/http.ts";
import { base64Of } from "#machinery/base64-text.ts";
import { clusterAuthority, issueCertificate } from "#machinery/certificate-authority.ts";
import { parseCertificates } from "#machinery/x509/certificate.ts";
import { nameOf } from "#machinery/x509/distinguished-name.ts";
import { encodePublicKey, generateKey, privateKeyPem, publicKeyOf } from "#machinery/x509/keys.ts";
import { digestOf } from "#machinery/x509/signature.ts";
import { NetError } from "#shell/process.ts";
import { bool, string, strings } from "../cli/flags.ts";
import { type Context, defineCommand, Failure, needRoot, patience } from "./command.ts";
import { isToken, secrets } from "./token.ts";

const stopped = (errors: readonly string[]) =>
  new Failure(
    `[preflight] Some fatal errors occurred:\n${errors.map((error) => `\t[ERROR ${error}\n`).join("")}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\n${patience}`,
  );

/** The files whose presence says that a machine is part of a cluster already. */
const kubeletConfig = "/etc/kubernetes/kubelet.conf";
const authorityFile = "/etc/kubernetes/pki/ca.crt";
const identityFile = "/var/lib/kubelet/pki/kubelet-client-current.pem";
const year = 365 * 86_400_000;

export const join = defineCommand({
  name: "join",
  usage: "[api-server-endpoint]",
  summary: "Run this on any machine you wish to join an existing cluster",
  flags: {
    "apiserver-advertise-address": string({
      help: "If the node should host a new control plane instance, the IP address the API Server will advertise it's listening on.",
    }),
    "certificate-key": string({ help: "Use this key to decrypt the certificate secrets uploaded by init." }),
    config: string({ help: "Path to a kubeadm configuration file." }),
    "control-plane": bool({ help: "Create a new control plane instance on this node" }),
    "cri-socket": string({ help: "Path to the CRI socket to connect." }),
    "discovery-file": string({ help: "For file-based discovery, a file or URL from which to load cluster information." }),
    "discovery-token": string({ help: "For token-based discovery, the token used to validate cluster information fetched from the API server." }),
    "discovery-token-ca-cert-hash": strings({ help: "For token-based discovery, validate that the root CA public key matches this hash." }),
    "discovery-token-unsafe-skip-ca-verification": bool({
      help: "For token-based discovery, allow joining without --discovery-token-ca-cert-hash pinning.",
    }),
    "ignore-preflight-errors": strings({ help: "A list of checks whose errors will be shown as warnings." }),
    "node-name": string({ help: "Specify the node name." }),
    "tls-bootstrap-token": string({
      help: "Specify the token used to temporarily authenticate with the Kubernetes Control Plane while joining the node.",
    }),
    token: string({ help: "Use this token for both discovery-token and tls-bootstrap-token when those values are not provided." }),
  },
  async run(context) {
    const { args, flags, out, process, node, host } = context;
    if (flags["control-plane"]) throw new Failure(`Not simulated by Podyard: further control planes (kubeadm join --control-plane)\n${patience}`);
    needRoot(context);
    const [endpoint] = args;
    const token = flags.token || flags["discovery-token"];
    if (token === "" && flags["discovery-file"] === "")
      throw new Failure(`discovery: Invalid value: "": bootstrapToken or file must be set\n${patience}`);
    if (endpoint === undefined) throw new Failure(`discovery.bootstrapToken: Invalid value: "": 'apiServerEndpoint' must be set\n${patience}`);
    if (!isToken(token)) throw new Failure(`discovery.bootstrapToken.token: Invalid value: "${token}": the bootstrap token is invalid\n${patience}`);
    const hashes = flags["discovery-token-ca-cert-hash"];
    if (hashes.length === 0 && !flags["discovery-token-unsafe-skip-ca-verification"])
      throw new Failure(
        `discovery.bootstrapToken: Invalid value: "": using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue\n${patience}`,
      );

    out.line("[preflight] Running pre-flight checks");
    await out.flush();
    const ignored = flags["ignore-preflight-errors"].map((name) => name.toLowerCase());
    const errors = preflight(context).filter(
      (error) => !ignored.includes("all") && !ignored.includes(error.slice(0, error.indexOf("]")).toLowerCase()),
    );
    if (errors.length > 0) throw stopped(errors);

    await discover(context, endpoint, token, hashes);
    out.line('[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
    out.line("[preflight] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.");
    out.line('[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"');
    out.line('[kubelet-start] Writing kubelet environment file with flags to file "/var/lib/kubelet/kubeadm-flags.env"');
    out.line("[kubelet-start] Starting the kubelet");
    out.line("[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s");
    await out.flush();
    await configure(context);
    node.enableService("kubelet", true);
    process.machine.tasks.detach(() => node.startService("kubelet"));
    await process.sleep(1000);
    out.line("[kubelet-check] The kubelet is healthy after 1.000967211s");
    out.line("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap");
    await out.flush();
    await process.sleep(1500);
    out.print(`
This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.

`);
    return host.machines.nodes().length > 0 ? 0 : 1;
  },
});

function preflight({ process, node }: Context): string[] {
  const { fs } = process.machine;
  const errors: string[] = [];
  if (fs.stat(kubeletConfig)) errors.push(`FileAvailable--etc-kubernetes-kubelet.conf]: ${kubeletConfig} already exists`);
  if (node.service("kubelet").active) errors.push("Port-10250]: Port 10250 is in use");
  if (fs.stat(authorityFile)) errors.push(`FileAvailable--etc-kubernetes-pki-ca.crt]: ${authorityFile} already exists`);
  if (!node.runtime())
    errors.push(
      "CRI]: could not connect to the container runtime: failed to create new CRI runtime service: validate service connection: connection refused",
    );
  return errors;
}

/** The cluster behind the endpoint must know the token, and be the one that is meant. */
async function discover({ host, process, now }: Context, endpoint: string, token: string, hashes: readonly string[]): Promise<void> {
  const [id = "", secret = ""] = token.split(".");
  const couldNot = (why: string) =>
    new Failure(`error execution phase preflight: couldn't validate the identity of the API Server: ${why}\n${patience}`);
  if (`https://${endpoint}` !== host.machines.server && endpoint !== `${host.machines.nodes()[0]?.name}:${new URL(host.machines.server).port}`) {
    await process.sleep(10_000);
    throw couldNot(
      `failed to request the cluster-info ConfigMap: Get "https://${endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": dial tcp ${endpoint}: connect: connection refused`,
    );
  }
  let found: { data?: Record<string, string> };
  try {
    const answer = await host.admin.fetch({ method: "GET", url: `${secrets}/bootstrap-token-${id}`, headers: { accept: "application/json" } });
    found = answer.status === 200 ? (JSON.parse(await bodyText(answer)) as typeof found) : {};
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw couldNot(
      `failed to request the cluster-info ConfigMap: Get "https://${endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": dial tcp ${endpoint}: connect: connection refused`,
    );
  }
  const value = (key: string) => (found.data?.[key] === undefined ? "" : atob(found.data[key] ?? ""));
  const expired = value("expiration") !== "" && Date.parse(value("expiration")) < now;
  if (value("token-secret") !== secret || expired)
    throw couldNot(`could not find a JWS signature in the cluster-info ConfigMap for token ID "${id}"`);
  const shell = host.shellOf(host.machines.nodes()[0]?.name ?? "");
  const [authority] = shell?.fs.stat("/etc/kubernetes/pki/ca.crt") ? parseCertificates(shell.fs.readText("/etc/kubernetes/pki/ca.crt")) : [];
  if (!authority || hashes.length === 0) return;
  const hash = `sha256:${Array.from(digestOf("sha256", encodePublicKey(authority.publicKey)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  if (!hashes.includes(hash)) throw couldNot(`cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${hash}" are pinned`);
}

/** Writes what the kubelet needs: its settings as the cluster has them, the authority, and what it is known to the API server by. */
async function configure(context: Context): Promise<void> {
  const { process, node, now, host } = context;
  const { fs, random } = process.machine;
  const answer = await host.admin.fetch({
    method: "GET",
    url: "/api/v1/namespaces/kube-system/configmaps/kubelet-config",
    headers: { accept: "application/json" },
  });
  const settings = answer.status === 200 ? ((JSON.parse(await bodyText(answer)) as { data?: Record<string, string> }).data?.kubelet ?? "") : "";
  const write = (path: string, content: string, mode: number) => {
    fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    fs.write(path, content, { mode });
  };
  const key = generateKey(random, { type: "ec" });
  const user = `system:node:${node.name}`;
  const certificate = issueCertificate({
    subject: nameOf(["O", "system:nodes"], ["CN", user]),
    publicKey: publicKeyOf(key),
    random,
    notBefore: now,
    notAfter: now + year,
    usages: ["digitalSignature"],
    extendedUsages: ["clientAuth"],
  });
  write("/var/lib/kubelet/config.yaml", settings, 0o644);
  write(
    "/var/lib/kubelet/kubeadm-flags.env",
    'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.10.1"\n',
    0o644,
  );
  write(authorityFile, clusterAuthority, 0o644);
  write(identityFile, certificate + privateKeyPem(key), 0o600);
  write(
    kubeletConfig,
    `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64Of(clusterAuthority)}
    server: ${host.machines.server}
  name: default-cluster
contexts:
- context:
    cluster: default-cluster
    namespace: default
    user: default-auth
  name: default-context
current-context: default-context
kind: Config
users:
- name: default-auth
  user:
    client-certificate: ${identityFile}
    client-key: ${identityFile}
`,
    0o600,
  );
}

export const reset = defineCommand({
  name: "reset",
  summary: "Performs a best effort revert of changes made to this host by 'kubeadm init' or 'kubeadm join'",
  flags: {
    "cert-dir": string({ default: "/etc/kubernetes/pki", help: "The path to the directory where the certificates are stored." }),
    "cleanup-tmp-dir": bool({ help: 'Cleanup the "/etc/kubernetes/tmp" directory' }),
    config: string({ help: "Path to a kubeadm configuration file." }),
    "cri-socket": string({ help: "Path to the CRI socket to connect." }),
    force: bool({ short: "f", help: "Reset the node without prompting for confirmation." }),
    "ignore-preflight-errors": strings({ help: "A list of checks whose errors will be shown as warnings." }),
  },
  async run(context) {
    const { flags, out, node, process } = context;
    needRoot(context);
    if (node.role === "control-plane") throw new Failure(`Not simulated by Podyard: a cluster whose control plane was reset\n${patience}`);
    if (!flags.force) {
      out.line("[reset] WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted.");
      out.print("[reset] Are you sure you want to proceed? [y/N]: ");
      await out.flush();
      const answer = await process.stdin.read();
      if (!/^y/i.test(answer ? new TextDecoder().decode(answer) : "")) throw new Failure(`aborted reset operation\n${patience}`);
    }
    out.line("[preflight] Running pre-flight checks");
    out.line("[reset] No etcd config found. Assuming external etcd");
    out.line("[reset] Please, manually reset etcd to prevent further issues");
    out.line("[reset] Stopping the kubelet service");
    await out.flush();
    await node.stopService("kubelet");
    out.line('[reset] Unmounting mounted directories in "/var/lib/kubelet"');
    for (const { id } of node.runtime()?.sandboxes() ?? []) node.runtime()?.stopSandbox(id);
    const { fs } = process.machine;
    out.line("[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]");
    for (const directory of ["/etc/kubernetes/manifests", "/etc/kubernetes/pki"])
      if (fs.stat(directory)) for (const name of fs.list(directory)) fs.remove(`${directory}/${name}`, { recursive: true });
    for (const name of ["config.yaml", "kubeadm-flags.env"]) if (fs.stat(`/var/lib/kubelet/${name}`)) fs.remove(`/var/lib/kubelet/${name}`);
    out.line(
      "[reset] Deleting files: [/etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf]",
    );
    for (const name of ["admin.conf", "super-admin.conf", "kubelet.conf", "controller-manager.conf", "scheduler.conf"])
      if (fs.stat(`/etc/kubernetes/${name}`)) fs.remove(`/etc/kubernetes/${name}`);
    out.print(`
The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/

`);
  },
});
