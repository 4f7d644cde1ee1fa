import { yamlText } from "#machinery/go-yaml.ts";
import { bool, string, strings } from "../cli/flags.ts";
import { TabWriter } from "../cli/tab-writer.ts";
import { structJson } from "../kubectl/print/json.ts";
import { ask, type Context, defineCommand, Failure, needRoot, patience } from "./command.ts";
import { phase } from "./init-phase.ts";

const facts = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.3",
  gitCommit: "ad70f2e3ac4ba42be8cd1e5b4d5f3b0d1d2e6a7b",
  gitTreeState: "clean",
  buildDate: "2026-11-11T13:04:29Z",
  goVersion: "go1.26.3",
  compiler: "gc",
  platform: "linux/amd64",
};

export const version = defineCommand({
  name: "version",
  summary: "Print the version of kubeadm",
  flags: { output: string({ short: "o", help: "Output format; available options are 'yaml', 'json' and 'short'" }) },
  run({ flags, out }) {
    if (flags.output === "short") out.line(facts.gitVersion);
    else if (flags.output === "json") out.line(structJson({ clientVersion: facts }, 2));
    else if (flags.output === "yaml") out.print(yamlText({ clientVersion: facts }));
    else if (flags.output === "")
      out.line(
        `kubeadm version: &version.Info{Major:"${facts.major}", Minor:"${facts.minor}", EmulationMajor:"", EmulationMinor:"", MinCompatibilityMajor:"", MinCompatibilityMinor:"", GitVersion:"${facts.gitVersion}", GitCommit:"${facts.gitCommit}", GitTreeState:"clean", BuildDate:"${facts.buildDate}", GoVersion:"${facts.goVersion}", Compiler:"gc", Platform:"linux/amd64"}`,
      );
    else throw new Failure(`invalid output format: ${flags.output}\n${patience}`);
  },
});

// --- config

const images = [
  "registry.k8s.io/kube-apiserver:v1.36.3",
  "registry.k8s.io/kube-controller-manager:v1.36.3",
  "registry.k8s.io/kube-scheduler:v1.36.3",
  "registry.k8s.io/kube-proxy:v1.36.3",
  "registry.k8s.io/coredns/coredns:v1.14.2",
  "registry.k8s.io/pause:3.10.1",
  "registry.k8s.io/etcd:3.6.8-0",
];

const initDefaults = `apiVersion: kubeadm.k8s.io/v1beta4
bootstrapTokens:
- groups:
  - system:bootstrappers:kubeadm:default-node-token
  token: abcdef.0123456789abcdef
  ttl: 24h0m0s
  usages:
  - signing
  - authentication
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 1.2.3.4
  bindPort: 6443
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
---
apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: 1.36.0
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`;

const joinDefaults = `apiVersion: kubeadm.k8s.io/v1beta4
caCertPath: /etc/kubernetes/pki/ca.crt
discovery:
  bootstrapToken:
    apiServerEndpoint: kube-apiserver:6443
    token: abcdef.0123456789abcdef
    unsafeSkipCAVerification: true
  tlsBootstrapToken: abcdef.0123456789abcdef
kind: JoinConfiguration
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`;

const printed = (name: string, what: string, text: string) =>
  defineCommand({
    name,
    summary: `Print default ${what} configuration, that can be used for 'kubeadm ${what}'`,
    flags: { "component-configs": strings({ help: "A comma-separated list for component config API objects to print the default values for." }) },
    run({ flags, out }) {
      if (flags["component-configs"].length > 0)
        throw new Failure(`Not simulated by Podyard: kubeadm config print ${name} --component-configs\n${patience}`);
      out.print(text);
    },
  });

const imagesList = defineCommand({
  name: "list",
  summary: "Print a list of images kubeadm will use",
  flags: {
    config: string({ help: "Path to a kubeadm configuration file." }),
    "image-repository": string({ default: "registry.k8s.io", help: "Choose a container registry to pull control plane images from" }),
    "kubernetes-version": string({ default: "stable-1", help: "Choose a specific Kubernetes version for the control plane." }),
  },
  run({ flags, out }) {
    for (const image of images) out.line(image.replace(/^registry\.k8s\.io/, flags["image-repository"]));
  },
});

const imagesPull = defineCommand({
  name: "pull",
  summary: "Pull images used by kubeadm",
  flags: { config: string({ help: "Path to a kubeadm configuration file." }), "cri-socket": string({ help: "Path to the CRI socket to connect." }) },
  async run(context) {
    needRoot(context);
    const runtime = context.node.runtime();
    if (!runtime) throw new Failure(`failed to create new CRI runtime service: validate service connection: connection refused\n${patience}`);
    for (const image of images) {
      await runtime.pull(image);
      context.out.line(`[config/images] Pulled ${image}`);
      await context.out.flush();
    }
  },
});

const view = defineCommand({
  name: "view",
  summary: "Print the configuration that the cluster was made with",
  hidden: true,
  async run(context) {
    const { data } = await ask<{ data: Record<string, string> }>(context, "GET", "/api/v1/namespaces/kube-system/configmaps/kubeadm-config");
    context.out.print(data.ClusterConfiguration ?? "");
  },
});

export const config = defineCommand({
  name: "config",
  summary: "Manage configuration for a kubeadm cluster persisted in a ConfigMap in the cluster",
  commands: [
    defineCommand({ name: "images", summary: "Interact with container images used by kubeadm", commands: [imagesList, imagesPull] }),
    defineCommand({
      name: "print",
      summary: "Print configuration",
      commands: [printed("init-defaults", "init", initDefaults), printed("join-defaults", "join", joinDefaults)],
    }),
    view,
  ],
});

// --- upgrade

const current = "v1.36.3";

interface Nodes {
  items: { metadata: { name: string }; status?: { nodeInfo?: { kubeletVersion?: string } } }[];
}

async function preface(context: Context): Promise<void> {
  const { out } = context;
  out.line("[preflight] Running pre-flight checks.");
  out.line('[upgrade/config] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
  out.line("[upgrade/config] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.");
  await out.flush();
  await ask(context, "GET", "/api/v1/namespaces/kube-system/configmaps/kubeadm-config");
}

const plan = defineCommand({
  name: "plan",
  usage: "[version]",
  summary: "Check which versions are available to upgrade to and validate whether your current cluster is upgradeable.",
  flags: {
    "allow-experimental-upgrades": bool({ help: "Show unstable versions of Kubernetes as an upgrade alternative." }),
    "print-config": bool({ help: "Specifies whether the configuration file that will be used in the upgrade should be printed or not." }),
  },
  async run(context) {
    const { out, args } = context;
    needRoot(context);
    await preface(context);
    if (args[0] !== undefined && args[0].replace(/^v/, "") !== current.slice(1))
      throw new Failure(`Not simulated by Podyard: Kubernetes ${args[0]}; it is ${current} here\n${patience}`);
    const { items } = await ask<Nodes>(context, "GET", "/api/v1/nodes");
    out.line("[upgrade] Running cluster health checks");
    out.line("[upgrade] Fetching available versions to upgrade to");
    out.line(`[upgrade/versions] Cluster version: ${current.slice(1)}`);
    out.line(`[upgrade/versions] kubeadm version: ${current}`);
    out.line(`[upgrade/versions] Target version: ${current}`);
    out.line(`[upgrade/versions] Latest version in the v1.36 series: ${current}`);
    out.line();
    const behind = items.filter(({ status }) => status?.nodeInfo?.kubeletVersion !== current);
    if (behind.length > 0) {
      const writer = new TabWriter({ least: 10, padding: 3 });
      writer.write("COMPONENT\tNODE\tCURRENT\tTARGET\n");
      for (const { metadata, status } of behind) writer.write(`kubelet\t${metadata.name}\t${status?.nodeInfo?.kubeletVersion ?? ""}\t${current}\n`);
      out.print(writer.take());
    } else out.line("Awesome, you're up-to-date! Enjoy!");
  },
});

const upgradeFlags = {
  "certificate-renewal": bool({ default: true, help: "Perform the renewal of certificates used by component changed during upgrades." }),
  config: string({ help: "Path to a kubeadm configuration file." }),
  "dry-run": bool({ help: "Do not change any state, just output what actions would be performed." }),
  "etcd-upgrade": bool({ default: true, help: "Perform the upgrade of etcd." }),
  force: bool({ short: "f", help: "Force upgrading although some requirements might not be met." }),
  "ignore-preflight-errors": strings({ help: "A list of checks whose errors will be shown as warnings." }),
  yes: bool({ short: "y", help: "Perform the upgrade and do not prompt for confirmation (non-interactive mode)." }),
} as const;

const apply = defineCommand({
  name: "apply",
  usage: "[version]",
  summary: "Upgrade your Kubernetes cluster to the specified version",
  flags: upgradeFlags,
  async run(context) {
    const { args, flags, out, process } = context;
    needRoot(context);
    const [wanted] = args;
    if (wanted === undefined) throw new Failure(`missing one or more required arguments. Required arguments: [version]\n${patience}`);
    const target = `v${wanted.replace(/^v/, "")}`;
    if (!/^v\d+\.\d+\.\d+/.test(target)) throw new Failure(`couldn't parse version "${wanted}"\n${patience}`);
    await preface(context);
    out.line("[upgrade] Running cluster health checks");
    out.line(`[upgrade/version] You have chosen to upgrade the cluster version to "${target}"`);
    out.line(`[upgrade/versions] Cluster version: ${current}`);
    out.line(`[upgrade/versions] kubeadm version: ${current}`);
    if (target !== current) {
      const [, minor = "0", patch = "0"] = /^v1\.(\d+)\.(\d+)/.exec(target) ?? [];
      const newer = Number(minor) > 36 || (minor === "36" && Number(patch) > 3);
      if (newer)
        throw new Failure(
          `[upgrade/version] FATAL: the --version argument is invalid due to these errors:\n\n\t- Specified version to upgrade to "${target}" is higher than the kubeadm version "${current}". Upgrade kubeadm first using the tool you used to install kubeadm\n\nCan be bypassed if you pass the --force flag\n${patience}`,
        );
      throw new Failure(`Not simulated by Podyard: Kubernetes ${target}; it is ${current} here\n${patience}`);
    }
    if (!flags.yes && !flags.force && !flags["dry-run"]) {
      out.print("[upgrade] Are you sure you want to proceed? [y/N]: ");
      await out.flush();
      const answer = await process.stdin.read();
      if (!/^y/i.test(answer ? new TextDecoder().decode(answer) : ""))
        throw new Failure(`won't proceed; the user didn't answer (Y|y) in order to continue\n${patience}`);
    }
    out.line("[upgrade/prepull] Pulling images required for setting up a Kubernetes cluster");
    out.line("[upgrade/prepull] This might take a minute or two, depending on the speed of your internet connection");
    out.line("[upgrade/prepull] You can also perform this action beforehand using 'kubeadm config images pull'");
    await out.flush();
    await process.sleep(2000);
    out.line(`[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "${target}" (timeout: 5m0s)...`);
    for (const part of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]) {
      out.line(`[upgrade/staticpods] Preparing for "${part}" upgrade`);
      out.line(`[upgrade/staticpods] Current and new manifests of ${part} are equal, skipping upgrade`);
      await out.flush();
    }
    out.line("[upgrade/control-plane] The control plane instance for this node was successfully upgraded!");
    out.line('[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace');
    out.line('[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster');
    out.line("[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!");
    out.line("[addons] Applied essential addon: CoreDNS");
    out.line("[addons] Applied essential addon: kube-proxy");
    out.line();
    out.line(`[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "${target}".`);
    out.line();
    out.line("[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.");
  },
});

const nodeUpgrade = defineCommand({
  name: "node",
  summary: "Upgrade commands for a node in the cluster",
  flags: upgradeFlags,
  async run(context) {
    const { out, node, host } = context;
    needRoot(context);
    out.line('[upgrade] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...');
    out.line("[upgrade] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.");
    await out.flush();
    await host.admin.fetch({
      method: "GET",
      url: "/api/v1/namespaces/kube-system/configmaps/kubeadm-config",
      headers: { accept: "application/json" },
    });
    out.line("[preflight] Running pre-flight checks");
    if (node.role === "worker") {
      out.line("[upgrade/preflight] Skipping prepull. Not a control plane node.");
      out.line("[upgrade/control-plane] Skipping phase. Not a control plane node.");
      out.line("[upgrade/kubeconfig] Skipping phase. Not a control plane node.");
    } else out.line("[upgrade/control-plane] The control plane instance for this node was successfully upgraded!");
    out.line("[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!");
    out.line("[upgrade/addon] Skipping the addon/coredns phase. Not a control plane node.");
    out.line("[upgrade/addon] Skipping the addon/kube-proxy phase. Not a control plane node.");
  },
});

const diff = defineCommand({
  name: "diff",
  usage: "[version]",
  summary: "Show what differences would be applied to existing static pod manifests. See also: kubeadm upgrade apply --dry-run",
  run() {
    throw new Failure(`Not simulated by Podyard: kubeadm upgrade diff\n${patience}`);
  },
});

export const upgrade = defineCommand({
  name: "upgrade",
  summary: "Upgrade your cluster smoothly to a newer version with this command",
  commands: [plan, apply, diff, nodeUpgrade],
});

/** A control plane is here already. */
export const init = defineCommand({
  name: "init",
  summary: "Run this command in order to set up the Kubernetes control plane",
  flags: {
    "apiserver-advertise-address": string({ help: "The IP address the API Server will advertise it's listening on." }),
    "apiserver-bind-port": string({ default: "6443", help: "Port for the API Server to bind to." }),
    "apiserver-cert-extra-sans": strings({ help: "Optional extra Subject Alternative Names (SANs) to use for the API Server serving certificate." }),
    "cert-dir": string({ default: "/etc/kubernetes/pki", help: "The path where to save and store the certificates." }),
    "certificate-key": string({ help: "Key used to encrypt the control-plane certificates in the kubeadm-certs Secret." }),
    config: string({ help: "Path to a kubeadm configuration file." }),
    "control-plane-endpoint": string({ help: "Specify a stable IP address or DNS name for the control plane." }),
    "cri-socket": string({ help: "Path to the CRI socket to connect." }),
    "dry-run": bool({ help: "Don't apply any changes; just output what would be done." }),
    "feature-gates": string({ help: "A set of key=value pairs that describe feature gates for various features." }),
    "ignore-preflight-errors": strings({ help: "A list of checks whose errors will be shown as warnings." }),
    "image-repository": string({ default: "registry.k8s.io", help: "Choose a container registry to pull control plane images from." }),
    "kubernetes-version": string({ default: "stable-1", help: "Choose a specific Kubernetes version for the control plane." }),
    "node-name": string({ help: "Specify the node name." }),
    patches: string({ help: "Path to a directory that contains patches." }),
    "pod-network-cidr": string({ help: "Specify range of IP addresses for the pod network." }),
    "service-cidr": string({ default: "10.96.0.0/12", help: "Use alternative range of IP address for service VIPs." }),
    "service-dns-domain": string({ default: "cluster.local", help: "Use alternative domain for services." }),
    "skip-certificate-key-print": bool({ help: "Don't print the key used to encrypt the control-plane certificates." }),
    "skip-phases": strings({ help: "List of phases to be skipped." }),
    "skip-token-print": bool({ help: "Skip printing of the default bootstrap token generated by 'kubeadm init'." }),
    token: string({ help: "The token to use for establishing bidirectional trust between nodes and control-plane nodes." }),
    "token-ttl": string({ default: "24h0m0s", help: "The duration before the token is automatically deleted." }),
    "upload-certs": bool({ help: "Upload control-plane certificates to the kubeadm-certs Secret." }),
  },
  commands: [phase],
  async run(context) {
    const { out, node, process } = context;
    needRoot(context);
    const { fs } = process.machine;
    out.line(`[init] Using Kubernetes version: ${current}`);
    out.line("[preflight] Running pre-flight checks");
    await out.flush();
    const errors = [6443, 10259, 10257].map((port) => `Port-${port}]: Port ${port} is in use`);
    for (const name of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"])
      if (fs.stat(`/etc/kubernetes/manifests/${name}.yaml`))
        errors.push(`FileAvailable--etc-kubernetes-manifests-${name}.yaml]: /etc/kubernetes/manifests/${name}.yaml already exists`);
    errors.push("Port-10250]: Port 10250 is in use");
    if (node.role === "worker")
      throw new Failure(`Not simulated by Podyard: a second cluster beside the one that there is (kubeadm init on ${node.name})\n${patience}`);
    errors.push("Port-2379]: Port 2379 is in use", "Port-2380]: Port 2380 is in use", "DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty");
    throw new Failure(
      `[preflight] Some fatal errors occurred:\n${errors.map((error) => `\t[ERROR ${error}\n`).join("")}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`\n${patience}`,
    );
  },
});
