import { textOf } from "#base/streams.ts";
import { certificatePem, makeCertificate } from "#machinery/x509/certificate.ts";
import { attribute, type DistinguishedName } from "#machinery/x509/distinguished-name.ts";
import { authorityKeyIdentifier, basicConstraints, type Extension, keyIdentifier, subjectKeyIdentifier } from "#machinery/x509/extensions.ts";
import { belongTogether, generateKey, type PrivateKey, privateKeyPem, publicKeyOf, publicKeyPem } from "#machinery/x509/keys.ts";
import { attributeTypes, type Curve } from "#machinery/x509/oids.ts";
import { isOwnRequest, makeRequest, requestPem } from "#machinery/x509/request.ts";
import { Arguments, hashOptions, Misuse } from "./arguments.ts";
import { type Configuration, extensionOf, extensionsIn, readConfiguration, settingsIn, subjectIn, subjectOf } from "./configuration.ts";
import { newRsa } from "./keys.ts";
import type { Scene } from "./scene.ts";
import { nameText, requestText } from "./text.ts";

export const day = 86_400_000;

/** A new serial number: 20 octets of chance. */
export const newSerial = ({ process }: Scene): bigint => BigInt(`0x${process.machine.random.hex(40)}`) >> 1n;

/** `req`: requests for certificates, and certificates that sign themselves. */
export async function req(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("req", args, [
    "in=",
    "out=",
    "inform=",
    "outform=",
    "key=",
    "keyform=",
    "keyout=",
    "new",
    "newkey=",
    "nodes",
    "noenc",
    "x509",
    "days=",
    "subj=",
    "config=",
    "section=",
    "addext=",
    "extensions=",
    "reqexts=",
    "text",
    "noout",
    "subject",
    "pubkey",
    "verify",
    "modulus",
    "batch",
    "set_serial=",
    "utf8",
    "nameopt=",
    "verbose",
    "CA=",
    "CAkey=",
    "pkeyopt=",
    "passin=",
    "passout=",
    "multivalue-rdn",
    "copy_extensions=",
    "not_before=",
    "not_after=",
    "help",
    ...hashOptions,
    "md5",
  ]);
  const config = await configurationOf(scene, given);
  const main = settingsIn(config, "req");
  const makes = given.has("new") || given.has("newkey") || given.has("x509");
  if (!makes || (given.has("in") && !given.has("x509"))) return show(scene, given);

  const request = given.has("in") ? await scene.request(given.get("in")) : undefined;
  const key = await keyFor(scene, given, main);
  const subj = given.get("subj");
  const subject = subj !== undefined ? subjectOf(subj) : (request?.subject ?? (await asked(scene, given, config)));
  const shared = publicKeyOf(key);
  const added = given.all("addext").flatMap((text) => {
    const at = text.indexOf("=");
    return extensionOf(text.slice(0, at).trim(), text.slice(at + 1).trim(), config, { key: shared, issuer: shared }) ?? [];
  });
  const hash = given.hash();
  if (!given.has("x509")) {
    const section = given.get("reqexts") ?? given.get("extensions") ?? main?.get("req_extensions");
    const extensions = [...(section ? extensionsIn(config, section, undefined) : []), ...added];
    const bytes = makeRequest({ subject, key, extensions, ...(hash ? { hash } : {}) });
    return written(scene, given, bytes, requestPem(bytes));
  }

  const days = given.number("days", 30);
  const section = given.get("extensions") ?? (given.has("config") ? main?.get("x509_extensions") : undefined);
  const usual: Extension[] =
    given.has("config") && !section
      ? []
      : [subjectKeyIdentifier(keyIdentifier(shared)), authorityKeyIdentifier(keyIdentifier(shared)), basicConstraints(true)];
  const base = section ? extensionsIn(config, section, { key: shared, issuer: shared }) : usual;
  const extensions = [...base.filter(({ type }) => !added.some((one) => one.type === type)), ...added];
  const serial = given.get("set_serial");
  const notBefore = Math.floor(scene.now / 1000) * 1000;
  const bytes = makeCertificate({
    serial: serial === undefined ? newSerial(scene) : BigInt(serial),
    issuer: subject,
    subject,
    key,
    publicKey: shared,
    notBefore,
    notAfter: notBefore + days * day,
    extensions,
    ...(hash ? { hash } : {}),
  });
  return written(scene, given, bytes, certificatePem(bytes));
}

async function written(scene: Scene, given: Arguments, bytes: Uint8Array, text: string): Promise<number> {
  if (given.has("noout")) return 0;
  await scene.put(given.get("out"), given.get("outform")?.toUpperCase() === "DER" ? bytes : text);
  return 0;
}

async function configurationOf(scene: Scene, given: Arguments): Promise<Configuration> {
  const name = given.get("config");
  if (name === undefined) return readConfiguration("");
  return readConfiguration(textOf(await scene.bytes(name, "config file")));
}

async function keyFor(scene: Scene, given: Arguments, main: ReadonlyMap<string, string> | undefined): Promise<PrivateKey> {
  const name = given.get("key");
  if (name !== undefined) return scene.key(name);
  const wanted = given.get("newkey") ?? `rsa:${main?.get("default_bits") ?? "2048"}`;
  const settings = new Map(given.all("pkeyopt").map((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]));
  const [algorithm = "", size] = wanted.split(":");
  const random = scene.process.machine.random;
  const curves: Readonly<Record<string, Curve>> = {
    prime256v1: "P-256",
    "P-256": "P-256",
    secp384r1: "P-384",
    "P-384": "P-384",
    secp521r1: "P-521",
    "P-521": "P-521",
  };
  let key: PrivateKey;
  if (algorithm.toLowerCase() === "rsa") key = newRsa(scene, Number(size ?? 2048));
  else if (algorithm.toLowerCase() === "ec") {
    const curve = curves[settings.get("ec_paramgen_curve") ?? ""];
    if (!curve) throw new Misuse("Not simulated by Podyard: req -newkey ec without -pkeyopt ec_paramgen_curve:prime256v1 and its like");
    key = generateKey(random, { type: "ec", curve });
  } else if (algorithm.toLowerCase() === "ed25519") key = generateKey(random, { type: "ed25519" });
  else throw new Misuse(`Not simulated by Podyard: req -newkey ${wanted}`);
  const isOpen = given.has("nodes") || given.has("noenc") || main?.get("encrypt_key") === "no";
  if (!isOpen) throw new Misuse("Not simulated by Podyard: keys that are kept encrypted; add -nodes");
  await scene.say("-----\n");
  await scene.put(given.get("keyout") ?? main?.get("default_keyfile") ?? "privkey.pem", privateKeyPem(key), 0o600);
  return key;
}

const questions: readonly (readonly [type: keyof typeof attributeTypes, text: string, usual: string])[] = [
  ["C", "Country Name (2 letter code)", "AU"],
  ["ST", "State or Province Name (full name)", "Some-State"],
  ["L", "Locality Name (eg, city)", ""],
  ["O", "Organization Name (eg, company)", "Internet Widgits Pty Ltd"],
  ["OU", "Organizational Unit Name (eg, section)", ""],
  ["CN", "Common Name (e.g. server FQDN or YOUR name)", ""],
  ["emailAddress", "Email Address", ""],
];

/** The subject out of the configuration, or asked for line by line. */
async function asked(scene: Scene, given: Arguments, config: Configuration): Promise<DistinguishedName> {
  const main = settingsIn(config, "req");
  const section = main.get("distinguished_name");
  if (section !== undefined && (main.get("prompt") === "no" || given.has("batch"))) return subjectIn(config, section);
  if (given.has("batch")) return [];
  await scene.say(
    "You are about to be asked to enter information that will be incorporated\ninto your certificate request.\nWhat you are about to enter is what is called a Distinguished Name or a DN.\nThere are quite a few fields but you can leave some blank\nFor some fields there will be a default value,\nIf you enter '.', the field will be left blank.\n-----\n",
  );
  const read = lineReader(scene);
  const name: ReturnType<typeof attribute>[][] = [];
  for (const [type, text, usual] of questions) {
    await scene.say(`${text} [${usual}]:`);
    const line = await read();
    const value = line === undefined || line === "" ? usual : line;
    if (value !== "" && value !== ".") name.push([attribute(attributeTypes[type], value)]);
  }
  if (!given.has("x509")) {
    await scene.say("\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\n");
    for (const text of ["A challenge password", "An optional company name"]) {
      await scene.say(`${text} []:`);
      await read();
    }
  }
  return name;
}

function lineReader({ process }: Scene): () => Promise<string | undefined> {
  let rest = "";
  let over = false;
  return async () => {
    while (!over && !rest.includes("\n")) {
      const chunk = await process.stdin.read();
      if (chunk) rest += textOf(chunk);
      else over = true;
    }
    if (rest === "") return undefined;
    const at = rest.indexOf("\n");
    const line = at < 0 ? rest : rest.slice(0, at);
    rest = at < 0 ? "" : rest.slice(at + 1);
    return line.replace(/\r$/, "");
  };
}

async function show(scene: Scene, given: Arguments): Promise<number> {
  const request = await scene.request(given.get("in"));
  const { subject, publicKey } = request;
  if (given.has("verify")) {
    const fits = given.has("key") ? belongTogether(await scene.key(given.get("key")), publicKey) : isOwnRequest(request);
    await scene.say(`Certificate request self-signature verify ${fits ? "OK" : "failure"}\n`);
    if (!fits) return 1;
  }
  let text = "";
  if (given.has("pubkey")) text += publicKeyPem(publicKey);
  if (given.has("text")) text += requestText(request);
  if (given.has("subject")) text += `subject=${nameText(subject, given.get("nameopt"))}\n`;
  if (given.has("modulus") && publicKey.type === "rsa") text += `Modulus=${publicKey.modulus.toString(16).toUpperCase()}\n`;
  if (!given.has("noout")) text += requestPem(request.bytes);
  await scene.put(given.get("out"), text);
  return 0;
}
