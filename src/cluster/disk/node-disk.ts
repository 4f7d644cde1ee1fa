import { bytesOf } from "#base/streams.ts";
import type { MachineSpec } from "#machinery/machines.ts";
import type { GeneralName } from "#machinery/x509/extensions.ts";
import { base64Of } from "#machinery/x509/pem.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import { Certificates, type Wanted } from "./certificates.ts";
import {
  aliases,
  cniConfig,
  containerdConfig,
  containerdUnit,
  crictlConfig,
  kubectlBashrc,
  kubeletConfig,
  kubeletDropIn,
  kubeletUnit,
  rootBashrc,
  rootProfile,
} from "./settings.ts";

/** Who set a cluster up: what lies where on its nodes. */
export type Installer = "kubeadm" | "minikube" | "nobody";

export interface DiskOptions {
  installer: Installer;
  spec: MachineSpec;
  /** All machines of the cluster. */
  machines: readonly MachineSpec[];
  /** Where the API server is: `https://172.30.1.2:6443`. */
  server: string;
  /** When the cluster was set up. */
  since: number;
}

type Files = Record<string, LayerFile>;

/** As whom minikube logs people in. */
export const minikubeUsers = { docker: { uid: 1000, home: "/home/docker", shell: "/bin/bash" } } as const;

/** The files that a node has because it is one, beyond those of its system: what kubeadm or minikube put there. Certificates are made when they are read. */
export function nodeFiles(options: DiskOptions): Files {
  const { installer, spec, machines } = options;
  if (installer === "nobody") return {};
  const certificates = new Certificates(options.since);
  const isControlPlane = spec.role === "control-plane";
  const place = installer === "kubeadm" ? "/etc/kubernetes/pki" : "/var/lib/minikube/certs";
  return {
    ...packages,
    "/etc/hosts": hostsOf(machines),
    "/etc/resolv.conf": `nameserver ${spec.address.replace(/\.\d+$/, ".1")}\n`,
    "/var/lib/kubelet/config.yaml": kubeletConfig(`${place}/ca.crt`),
    "/var/lib/kubelet/kubeadm-flags.env": `KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.10.1"\n`,
    "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=\n",
    ...kubeletIdentity(options, certificates, place),
    ...(isControlPlane ? controlPlane(options, certificates, place) : {}),
    ...(installer === "kubeadm" ? rootHome(options, certificates) : { "/home/docker/.profile": rootProfile, "/home/docker/.bashrc": rootBashrc }),
  };
}

const secret = (content: () => string): LayerFile => ({ content, mode: 0o600 });
const open = (content: () => string): LayerFile => ({ content });

/** What comes with the packages of kubelet, containerd and their tools. */
const packages: Files = {
  "/usr/lib/systemd/system/kubelet.service": kubeletUnit,
  "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": kubeletDropIn,
  "/usr/lib/systemd/system/containerd.service": containerdUnit,
  "/lib": { link: "usr/lib" },
  "/etc/systemd/system/multi-user.target.wants/kubelet.service": { link: "/usr/lib/systemd/system/kubelet.service" },
  "/etc/systemd/system/multi-user.target.wants/containerd.service": { link: "/usr/lib/systemd/system/containerd.service" },
  "/etc/containerd/config.toml": containerdConfig,
  "/etc/crictl.yaml": crictlConfig,
  "/etc/cni/net.d/10-containerd-net.conflist": cniConfig,
  ...Object.fromEntries(
    ["bridge", "host-local", "loopback", "portmap", "ptp"].map((name) => [`/opt/cni/bin/${name}`, { content: "\x7fELF\x02\x01\x01", mode: 0o755 }]),
  ),
  "/usr/bin/kubelet": { content: "\x7fELF\x02\x01\x01", mode: 0o755 },
  "/usr/bin/containerd": { content: "\x7fELF\x02\x01\x01", mode: 0o755 },
};

const hostsOf = (machines: readonly MachineSpec[]) =>
  `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${machines.map(({ address, name }) => `${address} ${name}\n`).join("")}`;

interface Identity {
  cluster: string;
  server: string;
  user: string;
  authority: string;
  certificate: () => string;
  key: () => string;
}

const base64 = (text: string) => base64Of(bytesOf(text));

/** A kubeconfig that holds everything itself. */
const kubeconfig = ({ cluster, server, user, authority, certificate, key }: Identity): string => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(authority)}
    server: ${server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${user}@${cluster}
current-context: ${user}@${cluster}
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${base64(certificate())}
    client-key-data: ${base64(key())}
`;

function clusterNames({ installer, server }: DiskOptions) {
  return installer === "kubeadm"
    ? { cluster: "kubernetes", server }
    : { cluster: "mk", server: `https://control-plane.minikube.internal:${new URL(server).port}` };
}

/** By what the kubelet is known to the API server. */
function kubeletIdentity(options: DiskOptions, certificates: Certificates, place: string): Files {
  const { spec } = options;
  const { cluster, server } = clusterNames(options);
  const user = `system:node:${spec.name}`;
  const identity: Wanted = { signer: "ca", name: user, organization: "system:nodes", usages: ["clientAuth"] };
  const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  return {
    "/etc/kubernetes/kubelet.conf": secret(
      () => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(certificates.authority("ca"))}
    server: ${server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${user}@${cluster}
current-context: ${user}@${cluster}
kind: Config
users:
- name: ${user}
  user:
    client-certificate: ${current}
    client-key: ${current}
`,
    ),
    [`${place}/ca.crt`]: open(() => certificates.authority("ca")),
    [current]: secret(() => certificates.issue(identity) + certificates.key),
    "/var/lib/kubelet/pki/kubelet.crt": open(() =>
      certificates.issue({
        signer: "ca",
        name: `${spec.name}@${Math.floor(options.since / 1000)}`,
        usages: ["serverAuth"],
        names: [{ type: "dns", value: spec.name }],
      }),
    ),
    "/var/lib/kubelet/pki/kubelet.key": secret(() => certificates.key),
  };
}

const ipName = (address: string): GeneralName => ({ type: "ip", value: new Uint8Array(address.split(".").map(Number)) });
const dnsNames = (...names: string[]): GeneralName[] => names.map((value) => ({ type: "dns", value }));

/** Certificates, keys and kubeconfigs of the parts of a control plane. */
function controlPlane(options: DiskOptions, certificates: Certificates, place: string): Files {
  const { installer, spec } = options;
  const names = clusterNames(options);
  const files: Files = {};
  const pair = (path: string, wanted: Wanted) => {
    files[`${place}/${path}.crt`] = open(() => certificates.issue(wanted));
    files[`${place}/${path}.key`] = secret(() => certificates.key);
  };
  const authority = (path: string, name: "ca" | "etcd-ca" | "front-proxy-ca") => {
    files[`${place}/${path}.crt`] = open(() => certificates.authority(name));
    files[`${place}/${path}.key`] = secret(() => certificates.authorityKey(name));
  };
  const local: GeneralName[] = [...dnsNames("localhost", spec.name), ipName(spec.address), ipName("127.0.0.1")];
  authority("ca", "ca");
  authority(installer === "kubeadm" ? "front-proxy-ca" : "proxy-client-ca", "front-proxy-ca");
  authority("etcd/ca", "etcd-ca");
  pair("apiserver", {
    signer: "ca",
    name: "kube-apiserver",
    usages: ["serverAuth"],
    names: [
      ...dnsNames(
        spec.name,
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        ...(installer === "minikube" ? ["control-plane.minikube.internal", "localhost"] : []),
      ),
      ipName("10.96.0.1"),
      ipName(spec.address),
    ],
  });
  pair("apiserver-kubelet-client", {
    signer: "ca",
    name: "kube-apiserver-kubelet-client",
    organization: "kubeadm:cluster-admins",
    usages: ["clientAuth"],
  });
  pair("apiserver-etcd-client", { signer: "etcd-ca", name: "kube-apiserver-etcd-client", usages: ["clientAuth"] });
  pair("front-proxy-client", { signer: "front-proxy-ca", name: "front-proxy-client", usages: ["clientAuth"] });
  pair("etcd/server", { signer: "etcd-ca", name: spec.name, usages: ["serverAuth", "clientAuth"], names: local });
  pair("etcd/peer", { signer: "etcd-ca", name: spec.name, usages: ["serverAuth", "clientAuth"], names: local });
  pair("etcd/healthcheck-client", { signer: "etcd-ca", name: "kube-etcd-healthcheck-client", usages: ["clientAuth"] });
  files[`${place}/sa.pub`] = open(() => certificates.serviceAccounts);
  files[`${place}/sa.key`] = secret(() => certificates.key);

  const admin = {
    ...names,
    user: "kubernetes-admin",
    authority: certificates.authority("ca"),
    certificate: () => certificates.admin,
    key: () => certificates.adminKey,
  };
  const own = (user: string, organization?: string): Identity => ({
    ...names,
    user,
    authority: certificates.authority("ca"),
    certificate: () => certificates.issue({ signer: "ca", name: user, ...(organization ? { organization } : {}), usages: ["clientAuth"] }),
    key: () => certificates.key,
  });
  files["/etc/kubernetes/admin.conf"] = secret(() => kubeconfig(admin));
  files["/etc/kubernetes/super-admin.conf"] = secret(() => kubeconfig(own("kubernetes-super-admin", "system:masters")));
  files["/etc/kubernetes/controller-manager.conf"] = secret(() => kubeconfig(own("system:kube-controller-manager")));
  files["/etc/kubernetes/scheduler.conf"] = secret(() => kubeconfig(own("system:kube-scheduler")));
  const data = installer === "kubeadm" ? "/var/lib/etcd" : "/var/lib/minikube/etcd";
  files[`${data}/member/snap`] = { directory: true, mode: 0o700 };
  files[`${data}/member/wal`] = { directory: true, mode: 0o700 };
  return files;
}

/** The home of whoever works at the node. */
function rootHome(options: DiskOptions, certificates: Certificates): Files {
  const isControlPlane = options.spec.role === "control-plane";
  const names = clusterNames(options);
  const admin = {
    ...names,
    user: "kubernetes-admin",
    authority: certificates.authority("ca"),
    certificate: () => certificates.admin,
    key: () => certificates.adminKey,
  };
  return {
    "/root/.profile": rootProfile + aliases,
    "/root/.bashrc": rootBashrc + kubectlBashrc,
    ...(isControlPlane ? { "/root/.kube/config": secret(() => kubeconfig(admin)) } : {}),
  };
}
