import { bytesOf } from "#base/streams.ts";
import { base64Of } from "#machinery/base64-text.ts";
import { certificatePem, makeCertificate } from "#machinery/x509/certificate.ts";
import { nameOf } from "#machinery/x509/distinguished-name.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  type GeneralName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
} from "#machinery/x509/extensions.ts";
import { generateKey, parsePrivateKey, privateKeyPem, publicKeyOf } from "#machinery/x509/keys.ts";
import { extendedKeyUsages } from "#machinery/x509/oids.ts";
import { string, strings } from "../cli/flags.ts";
import { authorities, certificateAt, managed, year } from "./certificates.ts";
import { type Context, defineCommand, Failure, needRoot, patience } from "./command.ts";

type Usage = keyof typeof extendedKeyUsages;

/** What a certificate of kubeadm's says, by its name. */
interface Wanted {
  subject: string;
  organization?: string;
  usages: readonly Usage[];
  names?: readonly GeneralName[];
}

const dns = (...names: string[]): GeneralName[] => names.map((value) => ({ type: "dns", value }));
const ip = (...addresses: string[]): GeneralName[] =>
  addresses.map((address) => ({ type: "ip", value: Uint8Array.from(address.split("."), Number) }));

function wantedOf(name: string, { node }: Context, further: readonly string[] = []): Wanted {
  const also = further.flatMap((one) => (/^[\d.]+$/.test(one) ? ip(one) : dns(one)));
  const local = [...dns("localhost", node.name), ...ip(node.address, "127.0.0.1")];
  switch (name) {
    case "apiserver":
      return {
        subject: "kube-apiserver",
        usages: ["serverAuth"],
        names: [
          ...dns(node.name, "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"),
          ...ip("10.96.0.1", node.address),
          ...also,
        ],
      };
    case "apiserver-kubelet-client":
      return { subject: "kube-apiserver-kubelet-client", organization: "kubeadm:cluster-admins", usages: ["clientAuth"] };
    case "apiserver-etcd-client":
      return { subject: "kube-apiserver-etcd-client", usages: ["clientAuth"] };
    case "front-proxy-client":
      return { subject: "front-proxy-client", usages: ["clientAuth"] };
    case "etcd-server":
    case "etcd-peer":
      return { subject: node.name, usages: ["serverAuth", "clientAuth"], names: local };
    case "etcd-healthcheck-client":
      return { subject: "kube-etcd-healthcheck-client", usages: ["clientAuth"] };
    case "admin.conf":
      return { subject: "kubernetes-admin", organization: "system:masters", usages: ["clientAuth"] };
    case "super-admin.conf":
      return { subject: "kubernetes-super-admin", organization: "system:masters", usages: ["clientAuth"] };
    case "kubelet.conf":
      return { subject: `system:node:${node.name}`, organization: "system:nodes", usages: ["clientAuth"] };
    default:
      return { subject: `system:kube-${name.replace(".conf", "")}`, usages: ["clientAuth"] };
  }
}

/** A new key and a certificate for it, by an authority that lies on the disk. */
function issued(context: Context, name: string, base: string, further?: readonly string[]): { certificate: string; key: string } {
  const { process, now } = context;
  const { fs, random } = process.machine;
  const issuer = certificateAt(process, `${base}.crt`);
  const signer = fs.stat(`${base}.key`) ? parsePrivateKey(fs.readText(`${base}.key`)) : undefined;
  const authority = base.split("/").at(-1);
  if (!issuer || !signer)
    throw new Failure(
      `couldn't load CA certificate ${authority}: couldn't load ${base}.crt: open ${base}.crt: no such file or directory\n${patience}`,
    );
  const { subject, organization, usages, names = [] } = wantedOf(name, context, further);
  const key = generateKey(random, { type: "rsa" });
  const publicKey = publicKeyOf(key);
  const notBefore = Math.floor(now / 1000) * 1000;
  const bytes = makeCertificate({
    serial: BigInt(`0x${random.hex(16)}`) >> 1n,
    issuer: issuer.subject,
    key: signer,
    subject: organization === undefined ? nameOf(["CN", subject]) : nameOf(["O", organization], ["CN", subject]),
    publicKey,
    notBefore,
    notAfter: notBefore + year,
    extensions: [
      keyUsage(["digitalSignature", "keyEncipherment"]),
      extendedKeyUsage(usages.map((usage) => extendedKeyUsages[usage])),
      basicConstraints(false),
      authorityKeyIdentifier(keyIdentifier(issuer.publicKey)),
      ...(names.length > 0 ? [subjectAltName(names)] : []),
    ],
  });
  return { certificate: certificatePem(bytes), key: privateKeyPem(key) };
}

const place = "/etc/kubernetes";
const pki = `${place}/pki`;

const certificateFlags = {
  "apiserver-advertise-address": string({ help: "The IP address the API Server will advertise it's listening on." }),
  "apiserver-cert-extra-sans": strings({ help: "Optional extra Subject Alternative Names (SANs) to use for the API Server serving certificate." }),
  "cert-dir": string({ default: pki, help: "The path where to save and store the certificates." }),
  config: string({ help: "Path to a kubeadm configuration file." }),
  "control-plane-endpoint": string({ help: "Specify a stable IP address or DNS name for the control plane." }),
  "kubernetes-version": string({ default: "stable-1", help: "Choose a specific Kubernetes version for the control plane." }),
  "service-cidr": string({ default: "10.96.0.0/12", help: "Use alternative range of IP address for service VIPs." }),
  "service-dns-domain": string({ default: "cluster.local", help: "Use alternative domain for services." }),
} as const;

/** What is no certificate of an authority's, but comes before them. */
const roots = { ca: "ca", "front-proxy-ca": "front-proxy-ca", "etcd-ca": "etcd/ca" } as const;

const pairs = managed.filter(({ path }) => path.endsWith(".crt"));
const addressText = (name: GeneralName): string => (name.type === "ip" ? [...name.value].join(".") : "value" in name ? String(name.value) : "");

function certificate(context: Context, name: string, further: readonly string[]): void {
  const { out, process } = context;
  const { fs } = process.machine;
  const one = pairs.find((each) => each.name === name);
  if (!one) return;
  const base = one.path.replace(/\.crt$/, "");
  const label = base.slice(pki.length + 1);
  if (fs.stat(`${base}.crt`) && fs.stat(`${base}.key`)) {
    out.line(`[certs] Using existing ${label} certificate and key on disk`);
    return;
  }
  out.line(`[certs] Generating "${label}" certificate and key`);
  const { names = [] } = wantedOf(name, context, further);
  if (names.length > 0) {
    const of = (isAddress: boolean) => names.filter(({ type }) => (type === "ip") === isAddress).map(addressText);
    out.line(`[certs] ${label} serving cert is signed for DNS names [${of(false).join(" ")}] and IPs [${of(true).join(" ")}]`);
  }
  const made = issued(context, name, authorities[one.authority], further);
  fs.write(`${base}.crt`, made.certificate, { mode: 0o644 });
  fs.write(`${base}.key`, made.key, { mode: 0o600 });
}

/** An authority, or the key of service accounts: what is there stays; a new one would be another cluster. */
function root(context: Context, name: string, path: string, what: string): void {
  const { out, process } = context;
  if (!process.machine.fs.stat(`${pki}/${path}`))
    throw new Failure(`Not simulated by Podyard: a new ${what} (kubeadm init phase certs ${name})\n${patience}`);
  out.line(`[certs] Using existing ${what}`);
}

const certificates = [
  ...Object.entries(roots).map(([name, path]) => ({
    name,
    make: (context: Context) => root(context, name, `${path}.crt`, `${path} certificate authority`),
  })),
  { name: "sa", make: (context: Context) => root(context, "sa", "sa.key", `"sa" key`) },
  ...pairs.map(({ name }) => ({ name, make: (context: Context, further: readonly string[]) => certificate(context, name, further) })),
];

const certs = defineCommand({
  name: "certs",
  summary: "Certificate generation",
  commands: [
    ...certificates.map(({ name, make }) =>
      defineCommand({
        name,
        summary: `Generate the certificates of ${name}`,
        flags: certificateFlags,
        run(context) {
          needRoot(context);
          make(context, context.flags["apiserver-cert-extra-sans"]);
        },
      }),
    ),
    defineCommand({
      name: "all",
      summary: "Generate all certificates",
      flags: certificateFlags,
      run(context) {
        needRoot(context);
        context.out.line(`[certs] Using certificateDir folder "${pki}"`);
        for (const { make } of certificates) make(context, context.flags["apiserver-cert-extra-sans"]);
      },
    }),
  ],
  run: ({ out }) => out.line("This command is not meant to be run on its own. See list of available subcommands."),
});

const users: Readonly<Record<string, string>> = {
  admin: "kubernetes-admin",
  "super-admin": "kubernetes-super-admin",
  kubelet: "system:node:",
  "controller-manager": "system:kube-controller-manager",
  scheduler: "system:kube-scheduler",
};

function writeKubeconfig(context: Context, name: string): void {
  const { out, process, node } = context;
  const { fs } = process.machine;
  const path = `${place}/${name}.conf`;
  if (fs.stat(path)) {
    out.line(`[kubeconfig] Using existing kubeconfig file: "${path}"`);
    return;
  }
  out.line(`[kubeconfig] Writing "${name}.conf" kubeconfig file`);
  const made = issued(context, `${name}.conf`, authorities.ca);
  const base64 = (text: string) => base64Of(bytesOf(text));
  const user = name === "kubelet" ? `${users[name]}${node.name}` : users[name];
  fs.write(
    path,
    `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(fs.readText(`${authorities.ca}.crt`))}
    server: https://${node.address}:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${base64(made.certificate)}
    client-key-data: ${base64(made.key)}
`,
    { mode: 0o600 },
  );
}

const kubeconfigFlags = {
  ...certificateFlags,
  "apiserver-bind-port": string({ default: "6443", help: "Port for the API Server to bind to." }),
  "kubeconfig-dir": string({ default: place, help: "The path where to save the kubeconfig file." }),
  "node-name": string({ help: "Specify the node name." }),
} as const;

const kubeconfig = defineCommand({
  name: "kubeconfig",
  summary: "Generate all kubeconfig files necessary to establish the control plane and the admin kubeconfig file",
  commands: ["all", ...Object.keys(users)].map((name) =>
    defineCommand({
      name,
      summary: name === "all" ? "Generate all kubeconfig files" : `Generate the kubeconfig file of the ${name}`,
      flags: kubeconfigFlags,
      run(context) {
        needRoot(context);
        if (name === "all") context.out.line(`[kubeconfig] Using kubeconfig folder "${place}"`);
        for (const each of name === "all" ? Object.keys(users) : [name]) writeKubeconfig(context, each);
      },
    }),
  ),
  run: ({ out }) => out.line("This command is not meant to be run on its own. See list of available subcommands."),
});

const later = (name: string, summary: string) =>
  defineCommand({
    name,
    summary,
    passFlags: true,
    run() {
      throw new Failure(`Not simulated by Podyard: kubeadm init phase ${name}\n${patience}`);
    },
  });

/** `kubeadm init phase`: what of a control plane's files can be made anew. */
export const phase = defineCommand({
  name: "phase",
  summary: 'Use this command to invoke single phase of the "init" workflow',
  commands: [
    later("preflight", "Run pre-flight checks"),
    certs,
    kubeconfig,
    later("etcd", "Generate static Pod manifest file for local etcd"),
    later("control-plane", "Generate all static Pod manifest files necessary to establish the control plane"),
    later("kubelet-start", "Write kubelet settings and (re)start the kubelet"),
    later("upload-config", "Upload the kubeadm and kubelet configuration to a ConfigMap"),
    later("upload-certs", "Upload certificates to kubeadm-certs"),
    later("mark-control-plane", "Mark a node as a control-plane"),
    later("bootstrap-token", "Generates bootstrap tokens used to join a node to a cluster"),
    later("kubelet-finalize", "Updates settings relevant to the kubelet after TLS bootstrap"),
    later("addon", "Install required addons for passing conformance tests"),
  ],
  run: ({ out }) => out.line("This command is not meant to be run on its own. See list of available subcommands."),
});
