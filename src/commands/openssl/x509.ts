import { textOf } from "#base/streams.ts";
import { type Certificate, certificatePem, decodeCertificate, makeCertificate } from "#machinery/x509/certificate.ts";
import { bytesOfNumber } from "#machinery/x509/der.ts";
import { authorityKeyIdentifier, type Extension, keyIdentifier, subjectAltNamesIn, subjectKeyIdentifier } from "#machinery/x509/extensions.ts";
import { belongTogether, type PrivateKey, publicKeyOf, publicKeyPem } from "#machinery/x509/keys.ts";
import { extensionTypes } from "#machinery/x509/oids.ts";
import { isOwnRequest } from "#machinery/x509/request.ts";
import { digestOf } from "#machinery/x509/signature.ts";
import { Arguments, hashOptions, Misuse } from "./arguments.ts";
import { extensionsIn, readConfiguration, subjectOf } from "./configuration.ts";
import { day, newSerial } from "./req.ts";
import type { Scene } from "./scene.ts";
import { certificateText, extensionName, extensionsText, hexPairs, nameText, timeText } from "./text.ts";

const known = [
  "in=",
  "out=",
  "inform=",
  "outform=",
  "req",
  "CA=",
  "CAkey=",
  "CAcreateserial",
  "CAserial=",
  "set_serial=",
  "days=",
  "extfile=",
  "extensions=",
  "copy_extensions=",
  "signkey=",
  "key=",
  "subj=",
  "force_pubkey=",
  "text",
  "noout",
  "subject",
  "issuer",
  "dates",
  "startdate",
  "enddate",
  "serial",
  "fingerprint",
  "ext=",
  "pubkey",
  "modulus",
  "checkend=",
  "checkhost=",
  "checkip=",
  "email",
  "purpose",
  "hash",
  "subject_hash",
  "issuer_hash",
  "nameopt=",
  "certopt=",
  "trustout",
  "passin=",
  "new",
  "ocsp_uri",
  "alias",
  "next_serial",
  "help",
  "CAform=",
  "CAkeyform=",
  "preserve_dates",
  "badsig",
  "clrext",
  "md5",
  ...hashOptions,
];

/** `x509`: a certificate is shown, or made of a request. */
export async function x509(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("x509", args, known);
  for (const name of ["purpose", "ocsp_uri", "alias", "next_serial", "badsig", "hash", "subject_hash", "issuer_hash"])
    if (given.has(name)) throw new Misuse(`Not simulated by Podyard: x509 -${name}`);
  if (given.has("req")) return sign(scene, given);
  const certificate = await scene.certificate(given.get("in"));
  const own = given.get("signkey") ?? given.get("key");
  const shown = given.has("CA") || own !== undefined ? await anew(scene, given, certificate, own) : certificate;
  return show(scene, given, shown);
}

interface Issuer {
  subject: Certificate["subject"];
  key: PrivateKey;
}

async function issuerOf(scene: Scene, given: Arguments): Promise<Issuer> {
  const path = given.get("CA") ?? "";
  const authority = await scene.certificate(path, "CA certificate");
  const key = await scene.key(given.get("CAkey") ?? path, "CA private key");
  if (!belongTogether(key, authority.publicKey)) throw new Misuse("CA certificate and CA private key do not match");
  return { subject: authority.subject, key };
}

/** The next serial number: a file's, one that was said, or chance. */
async function serialOf(scene: Scene, given: Arguments): Promise<bigint> {
  const said = given.get("set_serial");
  if (said !== undefined) return BigInt(said);
  const authority = given.get("CA");
  const file = given.get("CAserial") ?? (authority === undefined ? undefined : `${authority.replace(/\.[^./]*$/, "")}.srl`);
  const { fs } = scene.process.machine;
  if (file === undefined) return newSerial(scene);
  const path = scene.path(file);
  if (!fs.stat(path)) {
    if (!given.has("CAcreateserial")) return newSerial(scene);
    const fresh = newSerial(scene);
    await scene.put(file, `${hexPairs(bytesOfNumber(fresh), "").toUpperCase()}\n`);
    return fresh;
  }
  const next = BigInt(`0x${fs.readText(path).trim()}`) + 1n;
  await scene.put(file, `${hexPairs(bytesOfNumber(next), "").toUpperCase()}\n`);
  return next;
}

async function extensionsFor(scene: Scene, given: Arguments, key: Certificate["publicKey"], issuer: PrivateKey): Promise<Extension[]> {
  const file = given.get("extfile");
  if (file === undefined) return [];
  const config = readConfiguration(textOf(await scene.bytes(file, "config file")));
  const section = given.get("extensions") ?? config.get("default")?.get("extensions") ?? "default";
  const issuerKey = publicKeyOf(issuer);
  const made = extensionsIn(config, section, { key, issuer: issuerKey });
  // What says whose keys these are comes by itself with the first other extension.
  const add = (type: string, extension: Extension) => (made.some((one) => one.type === type) ? [] : [extension]);
  return [
    ...made,
    ...add(extensionTypes.subjectKeyIdentifier, subjectKeyIdentifier(keyIdentifier(key))),
    ...(given.has("CA") ? add(extensionTypes.authorityKeyIdentifier, authorityKeyIdentifier(keyIdentifier(issuerKey))) : []),
  ];
}

async function sign(scene: Scene, given: Arguments): Promise<number> {
  const request = await scene.request(given.get("in"));
  const own = given.get("signkey") ?? given.get("key");
  if (!given.has("CA") && own === undefined) throw new Misuse("x509: We need a private key to sign with, use -key or -CA or -CAkey with private key");
  if (!isOwnRequest(request)) throw new Misuse("Certificate request self-signature did not match the contents");
  const issuer: Issuer = given.has("CA") ? await issuerOf(scene, given) : { subject: request.subject, key: await scene.key(own) };
  const subj = given.get("subj");
  const subject = subj === undefined ? request.subject : subjectOf(subj);
  await scene.say(`Certificate request self-signature ok\nsubject=${nameText(request.subject, given.get("nameopt"))}\n`);
  const copied = /^copy/.test(given.get("copy_extensions") ?? "") ? request.extensions : [];
  const made = await extensionsFor(scene, given, request.publicKey, issuer.key);
  const notBefore = Math.floor(scene.now / 1000) * 1000;
  const hash = given.hash();
  const bytes = makeCertificate({
    serial: await serialOf(scene, given),
    issuer: given.has("CA") ? issuer.subject : subject,
    subject,
    key: issuer.key,
    publicKey: request.publicKey,
    notBefore,
    notAfter: notBefore + given.number("days", 30) * day,
    extensions: [...copied.filter(({ type }) => !made.some((one) => one.type === type)), ...made],
    ...(hash ? { hash } : {}),
  });
  if (given.get("outform")?.toUpperCase() === "DER") await scene.put(given.get("out"), bytes);
  else if (!given.has("noout")) await scene.put(given.get("out"), certificatePem(bytes));
  return 0;
}

/** A certificate issued once more, by another or by itself. */
async function anew(scene: Scene, given: Arguments, old: Certificate, own: string | undefined): Promise<Certificate> {
  const issuer: Issuer = given.has("CA") ? await issuerOf(scene, given) : { subject: old.subject, key: await scene.key(own) };
  const notBefore = Math.floor(scene.now / 1000) * 1000;
  const bytes = makeCertificate({
    serial: given.has("CA") ? await serialOf(scene, given) : old.serial,
    issuer: issuer.subject,
    subject: old.subject,
    key: issuer.key,
    publicKey: old.publicKey,
    notBefore,
    notAfter: notBefore + given.number("days", 30) * day,
    extensions: old.extensions,
  });
  return decodeCertificate(bytes);
}

async function show(scene: Scene, given: Arguments, certificate: Certificate): Promise<number> {
  const { subject, issuer, notBefore, notAfter, serial, publicKey, extensions, bytes } = certificate;
  const format = given.get("nameopt");
  let text = "";
  let code = 0;
  for (const [name, value] of given.given) {
    if (name === "subject") text += `subject=${nameText(subject, format)}\n`;
    else if (name === "issuer") text += `issuer=${nameText(issuer, format)}\n`;
    else if (name === "dates") text += `notBefore=${timeText(notBefore)}\nnotAfter=${timeText(notAfter)}\n`;
    else if (name === "startdate") text += `notBefore=${timeText(notBefore)}\n`;
    else if (name === "enddate") text += `notAfter=${timeText(notAfter)}\n`;
    else if (name === "serial") text += `serial=${hexPairs(bytesOfNumber(serial), "").toUpperCase()}\n`;
    else if (name === "fingerprint") {
      const hash = given.hash() ?? "sha1";
      text += `${hash === "sha1" ? "SHA1" : hash} Fingerprint=${hexPairs(digestOf(hash, bytes)).toUpperCase()}\n`;
    } else if (name === "pubkey") text += publicKeyPem(publicKey);
    else if (name === "modulus" && publicKey.type === "rsa") text += `Modulus=${publicKey.modulus.toString(16).toUpperCase()}\n`;
    else if (name === "email")
      text += (subjectAltNamesIn(extensions) ?? []).flatMap((one) => (one.type === "email" ? `${one.value}\n` : [])).join("");
    else if (name === "text") text += certificateText(certificate, format);
    else if (name === "ext") text += await chosen(scene, extensions, value.split(","));
    else if (name === "checkend") {
      const expires = notAfter < scene.now + Number(value) * 1000;
      text += `Certificate will ${expires ? "" : "not "}expire\n`;
      if (expires) code = 1;
    } else if (name === "checkhost" || name === "checkip") {
      const fits = (subjectAltNamesIn(extensions) ?? []).some((one) =>
        one.type === "dns"
          ? name === "checkhost" && matches(one.value, value)
          : one.type === "ip" && name === "checkip" && one.value.join(".") === value,
      );
      text += `${name === "checkhost" ? "Hostname" : "IP"} ${value} does ${fits ? "" : "NOT "}match certificate\n`;
    }
  }
  if (!given.has("noout")) {
    if (given.get("outform")?.toUpperCase() === "DER") {
      await scene.put(given.get("out"), bytes);
      return code;
    }
    text += certificatePem(bytes);
  }
  await scene.put(given.get("out"), text);
  return code;
}

const matches = (pattern: string, name: string) =>
  pattern === name || (pattern.startsWith("*.") && name.slice(name.indexOf(".")) === pattern.slice(1));

async function chosen(scene: Scene, extensions: readonly Extension[], names: readonly string[]): Promise<string> {
  const found = extensions.filter((extension) => names.includes(extensionName(extension)));
  if (found.length > 0) return extensionsText(found, "");
  await scene.say("No extensions in certificate\n");
  return "";
}
