import type { Random } from "#base/random.ts";
import { certificatePem, decodeCertificate, makeCertificate } from "#machinery/x509/certificate.ts";
import { DerError } from "#machinery/x509/der.ts";
import { type DistinguishedName, nameOf } from "#machinery/x509/distinguished-name.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  type GeneralName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from "#machinery/x509/extensions.ts";
import { encodePkcs1, encodeSec1, generateKey, type PrivateKey, parsePrivateKey, privateKeyPem, publicKeyOf } from "#machinery/x509/keys.ts";
import { extendedKeyUsages } from "#machinery/x509/oids.ts";
import { bytesOfBase64, pem, pemBlocks } from "#machinery/x509/pem.ts";
import { valueText } from "../../go-template/format.ts";
import { typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { GoObject, isList, isNil, type TemplateFunction, type Value } from "../../go-template/values.ts";

/** A certificate and its key, as templates see them: `.Cert` and `.Key`. */
class CertificatePair extends GoObject {
  readonly type = "sprig.certificate";
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  field(name: string): Value {
    return name === "Cert" ? this.cert : name === "Key" ? this.key : undefined;
  }

  toGoString(): string {
    return `{${this.cert} ${this.key}}`;
  }
}

const keyText = (key: PrivateKey): string =>
  key.type === "rsa" ? pem("RSA PRIVATE KEY", encodePkcs1(key)) : key.type === "ec" ? pem("EC PRIVATE KEY", encodeSec1(key)) : privateKeyPem(key);

function keyOf(text: string, before = "parsing private key: "): PrivateKey {
  const [block] = pemBlocks(text);
  if (!block) throw new TemplateProblem(`${before}no PEM data in input`);
  try {
    const key = parsePrivateKey(text);
    if (key) return key;
  } catch (problem) {
    if (!(problem instanceof DerError)) throw problem;
  }
  throw new TemplateProblem(`${before}invalid private key type ${block.label.replace(/ ?PRIVATE KEY$/, "")}`);
}

/** The octets of an address; undefined where it is none. */
function addressBytes(text: string): Uint8Array | undefined {
  const four = text.split(".").map(Number);
  if (/^\d+(\.\d+){3}$/.test(text)) return four.every((part) => part < 256) ? Uint8Array.from(four) : undefined;
  if (!/^[0-9a-fA-F:]+$/.test(text) || !text.includes(":") || text.split("::").length > 2) return undefined;
  const [head = "", tail] = text.split("::");
  const words = (part: string) => (part === "" ? [] : part.split(":"));
  const [front, back] = [words(head), words(tail ?? "")];
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...front, ...Array<string>(missing).fill("0"), ...back].map((word) => Number.parseInt(word, 16));
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

function otherNames(ips: Value, names: Value): GeneralName[] {
  const texts = (list: Value, wrong: (item: Value) => string): string[] =>
    isList(list)
      ? list.map((item) => {
          if (typeof item !== "string") throw new TemplateProblem(wrong(item));
          return item;
        })
      : [];
  const dns = texts(names, (item) => `error processing alternate dns name: ${valueText(item)} is not a string`);
  const addresses = texts(ips, (item) => `error parsing ip: ${valueText(item)} is not a string`).map((text) => {
    const value = addressBytes(text);
    if (!value) throw new TemplateProblem(`error parsing ip: ${text}`);
    return { type: "ip", value } as const;
  });
  return [...dns.map((value) => ({ type: "dns", value }) as const), ...addresses];
}

interface Wanted {
  name: string;
  ips?: Value;
  names?: Value;
  days: Value;
  key: PrivateKey;
  authority?: boolean;
  signer?: { subject: DistinguishedName; key: PrivateKey };
}

/** Functions that make keys and certificates. */
export function certificates(random: Random, now: () => number): Readonly<Record<string, TemplateFunction>> {
  const rsa = () => generateKey(random, { type: "rsa" });

  function made({ name, ips, names, days, key, authority = false, signer }: Wanted): CertificatePair {
    const subject = nameOf(["CN", name]);
    const others = otherNames(ips, names);
    const at = Math.floor(now() / 1000) * 1000;
    const publicKey = publicKeyOf(key);
    const certificate = makeCertificate({
      serial: BigInt(`0x${random.hex(32)}`) >> 1n,
      issuer: signer?.subject ?? subject,
      key: signer?.key ?? key,
      notBefore: at,
      notAfter: at + Number(days) * 86_400_000,
      subject,
      publicKey,
      extensions: [
        keyUsage(authority ? ["digitalSignature", "keyEncipherment", "keyCertSign"] : ["digitalSignature", "keyEncipherment"]),
        extendedKeyUsage([extendedKeyUsages.serverAuth, extendedKeyUsages.clientAuth]),
        basicConstraints(authority),
        ...(authority ? [subjectKeyIdentifier(keyIdentifier(publicKey))] : []),
        ...(signer ? [authorityKeyIdentifier(keyIdentifier(publicKeyOf(signer.key)))] : []),
        ...(others.length > 0 ? [subjectAltName(others)] : []),
      ],
    });
    return new CertificatePair(certificatePem(certificate), keyText(key));
  }

  function signerOf(value: Value): { subject: DistinguishedName; key: PrivateKey } {
    const pair = value as CertificatePair;
    const [block] = pemBlocks(pair.cert);
    if (!block) throw new TemplateProblem("unable to decode certificate");
    return { subject: decodeCertificate(block.bytes).subject, key: keyOf(pair.key, "error parsing private key: ") };
  }

  const authority = (value: Value): CertificatePair => {
    if (value instanceof CertificatePair) return value;
    throw new TemplateProblem(`wrong type for value; expected sprig.certificate; got ${isNil(value) ? "interface {}" : typeof value}`);
  };

  const custom = (cert: Value, key: Value): CertificatePair => {
    const [certBytes, keyBytes] = [bytesOfBase64(cert as string), bytesOfBase64(key as string)];
    if (!certBytes) throw new TemplateProblem("unable to decode base64 certificate");
    if (!keyBytes) throw new TemplateProblem("unable to decode base64 private key");
    const [certText, secret] = [new TextDecoder().decode(certBytes), new TextDecoder().decode(keyBytes)];
    const [block] = pemBlocks(certText);
    if (!block) throw new TemplateProblem("unable to decode certificate");
    try {
      decodeCertificate(block.bytes);
    } catch (problem) {
      if (problem instanceof DerError) throw new TemplateProblem(`error parsing certificate: decodedCert.Bytes: ${problem.message}`);
      throw problem;
    }
    keyOf(secret, "error parsing private key: ");
    return new CertificatePair(certText, secret);
  };

  const [text, int, list, any] = ["string", "int", "[]interface {}", "interface {}"] as const;
  return {
    genPrivateKey: typed([text], (type) => {
      if (type === "" || type === "rsa") return keyText(generateKey(random, { type: "rsa", bits: 4096 }));
      if (type === "ecdsa") return keyText(generateKey(random, { type: "ec" }));
      if (type === "ed25519") return keyText(generateKey(random, { type: "ed25519" }));
      if (type === "dsa") throw new TemplateProblem("Not simulated by Podyard: genPrivateKey of type dsa");
      return `Unknown type ${type}`;
    }),
    buildCustomCert: typed([text, text], custom),
    genCA: typed([text, int], (name, days) => made({ name: name as string, days, key: rsa(), authority: true })),
    genCAWithKey: typed([text, int, text], (name, days, key) => made({ name: name as string, days, key: keyOf(key as string), authority: true })),
    genSelfSignedCert: typed([text, list, list, int], (name, ips, names, days) => made({ name: name as string, ips, names, days, key: rsa() })),
    genSelfSignedCertWithKey: typed([text, list, list, int, text], (name, ips, names, days, key) =>
      made({ name: name as string, ips, names, days, key: keyOf(key as string) }),
    ),
    genSignedCert: typed([text, list, list, int, any], (name, ips, names, days, ca) =>
      made({ name: name as string, ips, names, days, key: rsa(), signer: signerOf(authority(ca)) }),
    ),
    genSignedCertWithKey: typed([text, list, list, int, any, text], (name, ips, names, days, ca, key) =>
      made({ name: name as string, ips, names, days, key: keyOf(key as string), signer: signerOf(authority(ca)) }),
    ),
  };
}
