import type { Certificate } from "#machinery/x509/certificate.ts";
import { bytesOfNumber } from "#machinery/x509/der.ts";
import type { Attribute, DistinguishedName } from "#machinery/x509/distinguished-name.ts";
import {
  authorityKeyIdentifierIn,
  basicConstraintsIn,
  type Extension,
  extendedKeyUsagesIn,
  type GeneralName,
  keyUsagesIn,
  subjectAltNamesIn,
  subjectKeyIdentifierIn,
} from "#machinery/x509/extensions.ts";
import type { PublicKey } from "#machinery/x509/keys.ts";
import { attributeTypes, extendedKeyUsages, extensionTypes, nameIn } from "#machinery/x509/oids.ts";
import type { CertificateRequest } from "#machinery/x509/request.ts";
import { bitLength } from "#machinery/x509/rsa.ts";
import { signatureAlgorithms } from "#machinery/x509/signature.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Nov 23 19:08:57 2026 GMT` */
export function timeText(at: number): string {
  const date = new Date(at);
  const clock = date.toISOString().slice(11, 19);
  return `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()} GMT`;
}

export const hexPairs = (bytes: Uint8Array, separator = ":"): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
const upperPairs = (bytes: Uint8Array) => hexPairs(bytes).toUpperCase();

/** Octets in lines of so many, as openssl prints numbers and signatures. */
function lines(bytes: Uint8Array, width: number, indent: string): string {
  const all = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  let text = "";
  for (let i = 0; i < all.length; i += width) text += `${indent}${all.slice(i, i + width).join(":")}${i + width < all.length ? ":" : ""}\n`;
  return text;
}

const shortName = ({ type }: Attribute) => nameIn(attributeTypes, type) ?? type;

/** A name as openssl 3.0 shows it: `C = US, CN = jane`; in other forms where `-nameopt` asks for them. */
export function nameText(name: DistinguishedName, format = ""): string {
  if (/rfc2253/i.test(format))
    return name
      .toReversed()
      .map((part) => part.map((one) => `${shortName(one)}=${one.value.replace(/[,+"\\<>;]/g, "\\$&")}`).join("+"))
      .join(",");
  if (/compat/i.test(format)) return name.map((part) => part.map((one) => `/${shortName(one)}=${one.value}`).join("")).join("");
  if (/multiline/i.test(format))
    return `\n${name.map((part) => part.map((one) => `    ${shortName(one).padEnd(25)} = ${one.value}`).join("\n")).join("\n")}`;
  const shown = ({ value }: Attribute) => (/[,+"\\<>;]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value);
  return name.map((part) => part.map((one) => `${shortName(one)} = ${shown(one)}`).join(" + ")).join(", ");
}

export const algorithmName = (id: string): string => signatureAlgorithms.find((each) => each.id === id)?.name ?? id;

export const curveNames = { "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1" } as const;
const keySizes = { "P-256": 256, "P-384": 384, "P-521": 521 } as const;

/** A number with a zero before it where it would look negative. */
export const unsignedBytes = (value: bigint): Uint8Array => {
  const bytes = bytesOfNumber(value);
  return (bytes[0] ?? 0) & 0x80 ? new Uint8Array([0, ...bytes]) : bytes;
};

export const numberLines = (value: bigint, indent: string): string => lines(unsignedBytes(value), 15, indent);
export const octetLines = (bytes: Uint8Array, indent: string): string => lines(bytes, 15, indent);

/** The details of a public key, from its size on. */
export function publicKeyText(key: PublicKey, indent: string): string {
  if (key.type === "rsa")
    return `${indent}Public-Key: (${bitLength(key.modulus)} bit)\n${indent}Modulus:\n${numberLines(key.modulus, `${indent}    `)}${indent}Exponent: ${key.exponent} (0x${key.exponent.toString(16)})\n`;
  if (key.type === "ec")
    return `${indent}Public-Key: (${keySizes[key.curve]} bit)\n${indent}pub:\n${octetLines(key.point, `${indent}    `)}${indent}ASN1 OID: ${curveNames[key.curve]}\n${indent}NIST CURVE: ${key.curve}\n`;
  return `${indent}ED25519 Public-Key:\n${indent}pub:\n${octetLines(key.point, `${indent}    `)}`;
}

const keyAlgorithms = { rsa: "rsaEncryption", ec: "id-ecPublicKey", ed25519: "ED25519" } as const;

const usageNames: Readonly<Record<string, string>> = {
  digitalSignature: "Digital Signature",
  nonRepudiation: "Non Repudiation",
  keyEncipherment: "Key Encipherment",
  dataEncipherment: "Data Encipherment",
  keyAgreement: "Key Agreement",
  keyCertSign: "Certificate Sign",
  cRLSign: "CRL Sign",
  encipherOnly: "Encipher Only",
  decipherOnly: "Decipher Only",
};

const extendedNames: Readonly<Record<string, string>> = {
  any: "Any Extended Key Usage",
  serverAuth: "TLS Web Server Authentication",
  clientAuth: "TLS Web Client Authentication",
  codeSigning: "Code Signing",
  emailProtection: "E-mail Protection",
  timeStamping: "Time Stamping",
  OCSPSigning: "OCSP Signing",
};

const titles: Readonly<Record<string, string>> = {
  subjectKeyIdentifier: "X509v3 Subject Key Identifier",
  keyUsage: "X509v3 Key Usage",
  subjectAltName: "X509v3 Subject Alternative Name",
  basicConstraints: "X509v3 Basic Constraints",
  authorityKeyIdentifier: "X509v3 Authority Key Identifier",
  extendedKeyUsage: "X509v3 Extended Key Usage",
};

function generalName(name: GeneralName): string {
  switch (name.type) {
    case "email":
      return `email:${name.value}`;
    case "dns":
      return `DNS:${name.value}`;
    case "uri":
      return `URI:${name.value}`;
    case "ip":
      return `IP Address:${name.value.length === 4 ? name.value.join(".") : ipv6(name.value)}`;
    case "directory":
      return `DirName:${nameText(name.value)}`;
    case "registered":
      return `Registered ID:${name.value}`;
    case "other":
      return "othername: <unsupported>";
  }
}

const ipv6 = (bytes: Uint8Array): string =>
  Array.from({ length: bytes.length / 2 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16).toUpperCase()).join(":");

/** What one extension says. */
function extensionValue(extension: Extension): string {
  const only = [extension];
  switch (nameIn(extensionTypes, extension.type)) {
    case "basicConstraints": {
      const { isAuthority = false, pathLength } = basicConstraintsIn(only) ?? {};
      return `CA:${isAuthority ? "TRUE" : "FALSE"}${pathLength === undefined ? "" : `, pathlen:${pathLength}`}`;
    }
    case "keyUsage":
      return (keyUsagesIn(only) ?? []).map((usage) => usageNames[usage] ?? usage).join(", ");
    case "extendedKeyUsage":
      return (extendedKeyUsagesIn(only) ?? [])
        .map((id) => {
          const short = nameIn(extendedKeyUsages, id);
          return short === undefined ? id : (extendedNames[short] ?? short);
        })
        .join(", ");
    case "subjectAltName":
      return (subjectAltNamesIn(only) ?? []).map(generalName).join(", ");
    case "subjectKeyIdentifier":
      return upperPairs(subjectKeyIdentifierIn(only) ?? new Uint8Array(0));
    case "authorityKeyIdentifier":
      return upperPairs(authorityKeyIdentifierIn(only) ?? new Uint8Array(0));
    default:
      return hexPairs(extension.value);
  }
}

/** Extensions, each under its title. */
export function extensionsText(extensions: readonly Extension[], indent: string): string {
  return extensions
    .map((extension) => {
      const short = nameIn(extensionTypes, extension.type);
      const title = short === undefined ? extension.type : (titles[short] ?? short);
      return `${indent}${title}: ${extension.critical ? "critical" : ""}\n${indent}    ${extensionValue(extension)}\n`;
    })
    .join("");
}

function serialText(serial: bigint): string {
  if (serial < 1n << 63n) return ` ${serial} (0x${serial.toString(16)})\n`;
  return `\n            ${hexPairs(bytesOfNumber(serial))}\n`;
}

const signatureText = (algorithm: string, signature: Uint8Array) =>
  `    Signature Algorithm: ${algorithmName(algorithm)}\n    Signature Value:\n${lines(signature, 18, "        ")}`;

const keyInfoText = (key: PublicKey) =>
  `        Subject Public Key Info:\n            Public Key Algorithm: ${keyAlgorithms[key.type]}\n${publicKeyText(key, "                ")}`;

/** What `-text` prints of a certificate. */
export function certificateText(certificate: Certificate, nameFormat = ""): string {
  const { version, serial, signatureAlgorithm, issuer, notBefore, notAfter, subject, publicKey, extensions, signature } = certificate;
  const shown = versionNumber(version);
  return `Certificate:
    Data:
        Version: ${shown} (0x${(shown - 1).toString(16)})
        Serial Number:${serialText(serial)}        Signature Algorithm: ${algorithmName(signatureAlgorithm)}
        Issuer: ${nameText(issuer, nameFormat)}
        Validity
            Not Before: ${timeText(notBefore)}
            Not After : ${timeText(notAfter)}
        Subject: ${nameText(subject, nameFormat)}
${keyInfoText(publicKey)}${extensions.length > 0 ? `        X509v3 extensions:\n${extensionsText(extensions, "            ")}` : ""}${signatureText(signatureAlgorithm, signature)}`;
}

/** The version as people count it. */
const versionNumber = (version: number) => (version === 2 || version === 3 ? 3 : 1);

/** What `-text` prints of a request. */
export function requestText({ subject, publicKey, extensions, signatureAlgorithm, signature }: CertificateRequest): string {
  const attributes =
    extensions.length > 0
      ? `        Attributes:\n            Requested Extensions:\n${extensionsText(extensions, "                ")}`
      : "        Attributes:\n            (none)\n            Requested Extensions:\n";
  return `Certificate Request:
    Data:
        Version: 1 (0x0)
        Subject: ${nameText(subject)}
${keyInfoText(publicKey)}${attributes}${signatureText(signatureAlgorithm, signature)}`;
}

/** How an extension's sort is called in a configuration, by its oid. */
export const extensionName = ({ type }: Extension): string => nameIn(extensionTypes, type) ?? type;
