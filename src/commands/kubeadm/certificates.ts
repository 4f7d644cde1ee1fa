import { textOf } from "#base/streams.ts";
import { base64Of, bytesOfBase64 } from "#machinery/base64-text.ts";
import { type Certificate, certificatePem, makeCertificate, parseCertificates } from "#machinery/x509/certificate.ts";
import { parsePrivateKey } from "#machinery/x509/keys.ts";
import type { Process } from "#shell/process.ts";
import { string } from "../cli/flags.ts";
import { TabWriter } from "../cli/tab-writer.ts";
import { ask, type Context, defineCommand, Failure, needRoot, patience } from "./command.ts";

export interface Managed {
  name: string;
  /** Where it lies: a certificate, or a kubeconfig that holds one. */
  path: string;
  authority: "ca" | "etcd-ca" | "front-proxy-ca";
  about: string;
}

const pki = "/etc/kubernetes/pki";

/** What kubeadm looks after, in its order. */
export const managed: readonly Managed[] = [
  {
    name: "admin.conf",
    path: "/etc/kubernetes/admin.conf",
    authority: "ca",
    about: "certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself",
  },
  { name: "apiserver", path: `${pki}/apiserver.crt`, authority: "ca", about: "certificate for serving the Kubernetes API" },
  {
    name: "apiserver-etcd-client",
    path: `${pki}/apiserver-etcd-client.crt`,
    authority: "etcd-ca",
    about: "certificate the apiserver uses to access etcd",
  },
  {
    name: "apiserver-kubelet-client",
    path: `${pki}/apiserver-kubelet-client.crt`,
    authority: "ca",
    about: "certificate for the API server to connect to kubelet",
  },
  {
    name: "controller-manager.conf",
    path: "/etc/kubernetes/controller-manager.conf",
    authority: "ca",
    about: "certificate embedded in the kubeconfig file for the controller manager to use",
  },
  {
    name: "etcd-healthcheck-client",
    path: `${pki}/etcd/healthcheck-client.crt`,
    authority: "etcd-ca",
    about: "certificate for liveness probes to healthcheck etcd",
  },
  { name: "etcd-peer", path: `${pki}/etcd/peer.crt`, authority: "etcd-ca", about: "certificate for etcd nodes to communicate with each other" },
  { name: "etcd-server", path: `${pki}/etcd/server.crt`, authority: "etcd-ca", about: "certificate for serving etcd" },
  { name: "front-proxy-client", path: `${pki}/front-proxy-client.crt`, authority: "front-proxy-ca", about: "certificate for the front proxy client" },
  {
    name: "scheduler.conf",
    path: "/etc/kubernetes/scheduler.conf",
    authority: "ca",
    about: "certificate embedded in the kubeconfig file for the scheduler manager to use",
  },
  {
    name: "super-admin.conf",
    path: "/etc/kubernetes/super-admin.conf",
    authority: "ca",
    about: "certificate embedded in the kubeconfig file for the super-admin",
  },
];

export const authorities = { ca: `${pki}/ca`, "etcd-ca": `${pki}/etcd/ca`, "front-proxy-ca": `${pki}/front-proxy-ca` } as const;
const embedded = /client-certificate-data:\s*(\S+)/;

export function certificateAt({ machine }: Process, path: string): Certificate | undefined {
  if (!machine.fs.stat(path)) return undefined;
  const text = machine.fs.readText(path);
  const data = path.endsWith(".conf") ? embedded.exec(text)?.[1] : undefined;
  const pem = path.endsWith(".conf") ? (data === undefined ? "" : textOf(bytesOfBase64(data))) : text;
  return parseCertificates(pem)[0];
}

/** `Nov 23, 2027 12:00 UTC` */
function expiryText(at: number): string {
  const date = new Date(at);
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, "0")}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 16)} UTC`;
}

/** How long it lasts yet, in the largest unit. */
function residual(milliseconds: number): string {
  if (milliseconds <= 0) return "<invalid>";
  const hours = Math.floor(milliseconds / 3_600_000);
  const days = Math.floor(hours / 24);
  if (days >= 365) return `${Math.floor(days / 365)}y`;
  return days > 0 ? `${days}d` : hours > 0 ? `${hours}h` : `${Math.floor(milliseconds / 60_000)}m`;
}

async function readConfiguration(context: Context, what: string): Promise<void> {
  context.out.line(`[${what}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...`);
  context.out.line(`[${what}] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.`);
  await context.out.flush();
  try {
    await ask(context, "GET", "/api/v1/namespaces/kube-system/configmaps/kubeadm-config");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    context.out.line(`[${what}] Error reading configuration from the Cluster. Falling back to default configuration`);
  }
  context.out.line();
}

const checkExpiration = defineCommand({
  name: "check-expiration",
  summary: "Check certificates expiration for a Kubernetes cluster",
  flags: {
    "cert-dir": string({ default: pki, help: "The path where to save the certificates." }),
    config: string({ help: "Path to a kubeadm configuration file." }),
    output: string({ short: "o", default: "text", help: "Output format." }),
  },
  async run(context) {
    const { out, now, process } = context;
    await readConfiguration(context, "check-expiration");
    const first = new TabWriter({ least: 10, padding: 3 });
    first.write("CERTIFICATE\tEXPIRES\tRESIDUAL TIME\tCERTIFICATE AUTHORITY\tEXTERNALLY MANAGED\n");
    for (const { name, path, authority } of managed) {
      const certificate = certificateAt(process, path);
      if (certificate) first.write(`${name}\t${expiryText(certificate.notAfter)}\t${residual(certificate.notAfter - now)}\t${authority}\tno\t\n`);
      else first.write(`!MISSING! ${name}\t\t\t\t\t\n`);
    }
    out.print(first.take());
    out.line();
    const second = new TabWriter({ least: 10, padding: 3 });
    second.write("CERTIFICATE AUTHORITY\tEXPIRES\tRESIDUAL TIME\tEXTERNALLY MANAGED\n");
    for (const [name, path] of Object.entries(authorities)) {
      const certificate = certificateAt(process, `${path}.crt`);
      if (certificate) second.write(`${name}\t${expiryText(certificate.notAfter)}\t${residual(certificate.notAfter - now)}\tno\t\n`);
      else second.write(`!MISSING! ${name}\t\t\t\t\n`);
    }
    out.print(second.take());
  },
});

export const year = 365 * 86_400_000;

/** Signs a certificate once more, for a year from now, by the authority that lies on the disk. */
function renewed(context: Context, { name, path, authority }: Managed): void {
  const { process, now } = context;
  const { fs, random } = process.machine;
  const old = certificateAt(process, path);
  if (!old) throw new Failure(`failed to renew certificate ${name}: unable to read certificate file\n${patience}`);
  const base = authorities[authority];
  const issuer = certificateAt(process, `${base}.crt`);
  const key = fs.stat(`${base}.key`) ? parsePrivateKey(fs.readText(`${base}.key`)) : undefined;
  if (!issuer || !key) throw new Failure(`failed to renew certificate ${name}: couldn't load CA certificate ${authority}\n${patience}`);
  const notBefore = Math.floor(now / 1000) * 1000;
  const made = certificatePem(
    makeCertificate({
      serial: BigInt(`0x${random.hex(16)}`) >> 1n,
      issuer: issuer.subject,
      key,
      subject: old.subject,
      publicKey: old.publicKey,
      notBefore,
      notAfter: notBefore + year,
      extensions: old.extensions,
    }),
  );
  if (path.endsWith(".conf"))
    fs.write(
      path,
      fs.readText(path).replace(embedded, () => `client-certificate-data: ${base64Of(made)}`),
    );
  else fs.write(path, made);
}

const renewFlags = {
  "cert-dir": string({ default: pki, help: "The path where to save the certificates." }),
  config: string({ help: "Path to a kubeadm configuration file." }),
} as const;

const renewOne = (one: Managed) =>
  defineCommand({
    name: one.name,
    summary: `Renew the ${one.about}`,
    flags: renewFlags,
    async run(context) {
      needRoot(context);
      await readConfiguration(context, "renew");
      renewed(context, one);
      context.out.line(`${one.about} renewed`);
    },
  });

const renewAll = defineCommand({
  name: "all",
  summary: "Renew all available certificates",
  flags: renewFlags,
  async run(context) {
    needRoot(context);
    await readConfiguration(context, "renew");
    for (const one of managed) {
      renewed(context, one);
      context.out.line(`${one.about} renewed`);
    }
    context.out.line(
      "\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.",
    );
  },
});

const renew = defineCommand({
  name: "renew",
  summary: "Renew certificates for a Kubernetes cluster",
  commands: [renewAll, ...managed.map(renewOne)],
  run: ({ out }) => out.line("This command is not meant to be run on its own. See list of available subcommands."),
});

const certificateKey = defineCommand({
  name: "certificate-key",
  summary: "Generate certificate keys",
  run: ({ out, process }) => out.line(process.machine.random.hex(64)),
});

export const certs = defineCommand({
  name: "certs",
  summary: "Commands related to handling Kubernetes certificates",
  commands: [certificateKey, checkExpiration, renew],
});
