import { Random } from "#base/random.ts";
import { adminCertificate, adminKey, authority, clusterAuthority, clusterAuthorityKey } from "#machinery/certificate-authority.ts";
import { type Certificate, certificatePem, decodeCertificate, makeCertificate } from "#machinery/x509/certificate.ts";
import { nameOf } from "#machinery/x509/distinguished-name.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  type GeneralName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from "#machinery/x509/extensions.ts";
import { encodePkcs1, type PrivateKey, parsePrivateKey, publicKeyOf, publicKeyPem } from "#machinery/x509/keys.ts";
import { extendedKeyUsages } from "#machinery/x509/oids.ts";
import { pem } from "#machinery/x509/pem.ts";
import { etcdAuthorityKey, frontProxyAuthorityKey, memberKey } from "./keys.ts";

const hour = 3_600_000;
const year = 365 * 24 * hour;

/** Who signs. */
export type AuthorityName = "ca" | "etcd-ca" | "front-proxy-ca";

interface Signer {
  certificate: Certificate;
  key: PrivateKey;
  pem: string;
}

/** What a certificate of a node's disk says. */
export interface Wanted {
  signer: AuthorityName;
  name: string;
  organization?: string;
  usages: readonly ("serverAuth" | "clientAuth")[];
  names?: readonly GeneralName[];
}

/** The certificates of a cluster that kubeadm or minikube set up, each made when somebody reads it and the same every time. */
export class Certificates {
  readonly #since: number;
  readonly #signers = new Map<AuthorityName, Signer>();

  /** `since` is when the cluster was set up. */
  constructor(since: number) {
    this.#since = since;
  }

  authority(name: AuthorityName): string {
    return this.#signer(name).pem;
  }

  authorityKey(name: AuthorityName): string {
    return name === "ca" ? pkcs1(clusterAuthorityKey) : name === "etcd-ca" ? etcdAuthorityKey : frontProxyAuthorityKey;
  }

  readonly admin = adminCertificate;

  get adminKey(): string {
    return pkcs1(adminKey);
  }

  /** The key that belongs to all certificates but those of the administrator and the authorities. */
  readonly key = memberKey;

  /** The public half of the key that service account tokens are signed by. */
  get serviceAccounts(): string {
    return publicKeyPem(publicKeyOf(keyOf(memberKey)));
  }

  issue({ signer: name, name: commonName, organization, usages, names = [] }: Wanted): string {
    const { certificate: issuer, key } = this.#signer(name);
    const extensions: Extension[] = [
      keyUsage(["digitalSignature", "keyEncipherment"]),
      extendedKeyUsage(usages.map((usage) => extendedKeyUsages[usage])),
      basicConstraints(false),
      authorityKeyIdentifier(keyIdentifier(issuer.publicKey)),
      ...(names.length > 0 ? [subjectAltName(names)] : []),
    ];
    return certificatePem(
      makeCertificate({
        serial: serialOf(`${name} ${commonName} ${usages.join()}`, this.#since),
        issuer: issuer.subject,
        subject: organization === undefined ? nameOf(["CN", commonName]) : nameOf(["O", organization], ["CN", commonName]),
        publicKey: publicKeyOf(keyOf(memberKey)),
        key,
        notBefore: this.#since,
        notAfter: this.#since + year,
        extensions,
      }),
    );
  }

  #signer(name: AuthorityName): Signer {
    const known = this.#signers.get(name);
    if (known) return known;
    const made = name === "ca" ? { ...authority(), pem: clusterAuthority } : this.#own(name);
    this.#signers.set(name, made);
    return made;
  }

  #own(name: AuthorityName): Signer {
    const key = keyOf(this.authorityKey(name));
    const publicKey = publicKeyOf(key);
    const subject = nameOf(["CN", name]);
    const bytes = makeCertificate({
      serial: serialOf(name, this.#since),
      issuer: subject,
      subject,
      publicKey,
      key,
      notBefore: this.#since,
      notAfter: this.#since + 10 * year,
      extensions: [
        keyUsage(["digitalSignature", "keyEncipherment", "keyCertSign"]),
        basicConstraints(true),
        subjectKeyIdentifier(keyIdentifier(publicKey)),
        subjectAltName([{ type: "dns", value: name }]),
      ],
    });
    return { certificate: decodeCertificate(bytes), key, pem: certificatePem(bytes) };
  }
}

function keyOf(text: string): PrivateKey {
  const key = parsePrivateKey(text);
  if (!key) throw new Error("a key of the cluster cannot be read");
  return key;
}

/** As kubeadm writes keys. */
function pkcs1(text: string): string {
  const key = keyOf(text);
  return key.type === "rsa" ? pem("RSA PRIVATE KEY", encodePkcs1(key)) : text;
}

const serialOf = (text: string, since: number): bigint => {
  const seed = [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, since >>> 0);
  return BigInt(`0x${new Random(seed).hex(16)}`) >> 1n;
};
