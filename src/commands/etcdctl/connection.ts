import { type Certificate, isIssuedBy, parseCertificates } from "#machinery/x509/certificate.ts";
import { belongTogether, parsePrivateKey } from "#machinery/x509/keys.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import type { CommandHost } from "../host.ts";

/** How etcd is to be reached. */
export interface Reach {
  endpoints: readonly string[];
  cacert: string;
  cert: string;
  key: string;
  insecure: boolean;
  dialTimeoutMs: number;
  commandTimeoutMs: number;
}

export interface Member {
  endpoint: string;
  name: string;
  peer: string;
  client: string;
}

/** Why nothing was answered. `warning` is the log line that the client writes before its error. */
export class Unreachable extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super("context deadline exceeded");
    this.reason = reason;
  }
}

/** What is wrong with the files that were named. */
export class BadCredentials extends Error {}

/** The member behind an endpoint, if it answers. Waits as long as the client does where it does not. */
export async function reached(host: CommandHost, process: Process, reach: Reach, endpoint: string): Promise<Member> {
  const credentials = read(process, reach);
  const problem = problemOf(host, process, reach, endpoint, credentials);
  if (!problem) return memberOf(host, endpoint);
  await process.sleep(reach.commandTimeoutMs);
  throw new Unreachable(problem);
}

interface Credentials {
  authority: Certificate[];
  own: Certificate | undefined;
}

function read(process: Process, { cacert, cert, key }: Reach): Credentials {
  const text = (path: string) => {
    try {
      return process.machine.fs.readText(process.machine.fs.resolve(process.cwd, path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new BadCredentials(`open ${path}: ${error.reason.toLowerCase()}`);
    }
  };
  const authority = cacert ? certificatesIn(text(cacert)) : [];
  if (cert === "" && key === "") return { authority, own: undefined };
  if (cert === "" || key === "") throw new BadCredentials(`KeyFile and CertFile must both be present[key: ${key}, cert: ${cert}]`);
  const [own] = certificatesIn(text(cert));
  const secret = parsePrivateKey(text(key));
  if (!own) throw new BadCredentials("tls: failed to find any PEM data in certificate input");
  if (!secret) throw new BadCredentials("tls: failed to find any PEM data in key input");
  if (!belongTogether(secret, own.publicKey)) throw new BadCredentials("tls: private key does not match public key");
  return { authority, own };
}

function certificatesIn(text: string): Certificate[] {
  try {
    return parseCertificates(text);
  } catch {
    return [];
  }
}

function controlPlane({ machines }: CommandHost) {
  return machines.nodes().find(({ role }) => role === "control-plane");
}

function memberOf(host: CommandHost, endpoint: string): Member {
  const node = controlPlane(host);
  const { name = "", address = "" } = node ?? {};
  return { endpoint, name, peer: `https://${address}:2380`, client: `https://${address}:2379` };
}

function problemOf(host: CommandHost, process: Process, reach: Reach, endpoint: string, { authority, own }: Credentials): string | undefined {
  const node = controlPlane(host);
  const secure = endpoint.startsWith("https://") || reach.cacert !== "" || own !== undefined;
  const [, target = "", port = "2379"] = /^(?:https?:\/\/)?\[?([^\]:/]+)\]?(?::(\d+))?/.exec(endpoint) ?? [];
  const isLocal = /^(127\.|localhost$|::1$)/.test(target);
  const refused = `connection error: desc = "transport: Error while dialing: dial tcp ${target === "localhost" ? "127.0.0.1" : target}:${port}: connect: connection refused"`;
  const isThere = node && (isLocal ? process.machine.hostname === node.name : target === node.address || target === node.name);
  if (!isThere || port !== "2379" || !runs(node)) return refused;
  if (!secure || (!own && !reach.insecure && reach.cacert === "")) return 'connection error: desc = "error reading server preface: EOF"';
  const trusted = certificatesIn(trustedAuthority(host, node.name));
  const server = trusted[0];
  if (
    !reach.insecure &&
    server &&
    !authority.some((one) => one.bytes.length === server.bytes.length && one.bytes.every((byte, i) => byte === server.bytes[i]))
  )
    return 'connection error: desc = "transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority"';
  if (!own) return 'connection error: desc = "error reading server preface: remote error: tls: certificate required"';
  if (server && !isIssuedBy(own, server)) return 'connection error: desc = "error reading server preface: remote error: tls: bad certificate"';
  if (own.notAfter < process.machine.clock.now())
    return 'connection error: desc = "error reading server preface: remote error: tls: expired certificate"';
  return undefined;
}

type Node = NonNullable<ReturnType<typeof controlPlane>>;

/** Whether etcd's container runs. Without a runtime to ask it goes on as it was. */
function runs(node: Node): boolean {
  const runtime = node.runtime();
  if (!runtime) return true;
  const containers = runtime.containers().filter(({ name }) => name === "etcd");
  return containers.length === 0 || containers.some(({ state }) => state === "running");
}

/** The authority that etcd trusts, as its manifest says. */
function trustedAuthority({ shellOf }: CommandHost, name: string): string {
  const fs = shellOf(name)?.fs;
  const manifest = "/etc/kubernetes/manifests/etcd.yaml";
  const named = fs?.stat(manifest) ? /--trusted-ca-file=(\S+)/.exec(fs.readText(manifest))?.[1] : undefined;
  const path = named ?? "/etc/kubernetes/pki/etcd/ca.crt";
  return fs?.stat(path) ? fs.readText(path) : "";
}
