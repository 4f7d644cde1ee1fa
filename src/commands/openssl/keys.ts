import { textOf } from "#base/streams.ts";
import { readDer } from "#machinery/x509/der.ts";
import {
  decodePublicKey,
  encodePkcs1,
  encodePrivateKey,
  encodePublicKey,
  encodeSec1,
  generateKey,
  type PrivateKey,
  type PublicKey,
  parsePrivateKey,
  privateKeyPem,
  publicKeyOf,
  publicKeyPem,
} from "#machinery/x509/keys.ts";
import type { Curve } from "#machinery/x509/oids.ts";
import { pem, pemBlocks } from "#machinery/x509/pem.ts";
import { bitLength, inverse } from "#machinery/x509/rsa.ts";
import { Arguments, Misuse, Unreadable } from "./arguments.ts";
import type { Scene } from "./scene.ts";
import { tried } from "./scene.ts";
import { curveNames, numberLines, octetLines, publicKeyText } from "./text.ts";

const common = ["in=", "out=", "inform=", "outform=", "passin=", "passout=", "noout", "text", "help", "verbose", "quiet"];

/** Larger keys take longer than a command may compute. */
const mostBits = 4096;

const curves: Readonly<Record<string, Curve>> = {
  prime256v1: "P-256",
  "P-256": "P-256",
  secp384r1: "P-384",
  "P-384": "P-384",
  secp521r1: "P-521",
  "P-521": "P-521",
};

function curveOf(name: string): Curve {
  const curve = curves[name];
  if (!curve) throw new Misuse(`Not simulated by Podyard: the curve ${name}`);
  return curve;
}

function noCiphers(given: Arguments): void {
  for (const [name] of given.given)
    if (/^(aes|des|camellia|aria)/.test(name)) throw new Misuse(`Not simulated by Podyard: keys that are kept encrypted (-${name})`);
}

const ciphers = ["aes128", "aes192", "aes256", "aes-256-cbc", "aes-128-cbc", "des3", "des"];

/** A new RSA key. */
export function newRsa({ process }: Scene, bits: number): PrivateKey {
  if (bits < 512) throw new Misuse("genrsa: Error generating RSA key\nkey size too small");
  if (bits > mostBits) throw new Misuse(`Not simulated by Podyard: RSA keys of more than ${mostBits} bits`);
  return generateKey(process.machine.random, { type: "rsa", bits });
}

export async function genrsa(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("genrsa", args, [...common, "3", "F4", "f4", "traditional", "primes=", ...ciphers]);
  noCiphers(given);
  const size = given.operands[0] ?? "2048";
  if (!/^\d+$/.test(size)) throw new Misuse(`genrsa: Can't parse "${size}" as a number`);
  const key = newRsa(scene, Number(size));
  if (given.has("verbose")) await scene.say(`Generating RSA private key, ${size} bit long modulus (2 primes)\ne is 65537 (0x010001)\n`);
  await scene.put(given.get("out"), given.has("traditional") ? traditional(key) : privateKeyPem(key), 0o600);
  return 0;
}

export async function genpkey(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("genpkey", args, [...common, "algorithm=", "pkeyopt=", "paramfile=", "genparam", "outpubkey=", ...ciphers]);
  noCiphers(given);
  const algorithm = given.get("algorithm")?.toUpperCase();
  const settings = new Map(given.all("pkeyopt").map((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]));
  const random = scene.process.machine.random;
  let key: PrivateKey;
  if (algorithm === "RSA") key = newRsa(scene, Number(settings.get("rsa_keygen_bits") ?? 2048));
  else if (algorithm === "EC") {
    const curve = settings.get("ec_paramgen_curve") ?? settings.get("group");
    if (curve === undefined) throw new Misuse("genpkey: Error generating EC key\nno parameters set");
    key = generateKey(random, { type: "ec", curve: curveOf(curve) });
  } else if (algorithm === "ED25519") key = generateKey(random, { type: "ed25519" });
  else if (algorithm === undefined) throw new Misuse("genpkey: Error: no algorithm given\ngenpkey: Use -help for summary.");
  else throw new Misuse(`Not simulated by Podyard: genpkey -algorithm ${given.get("algorithm")}`);
  await scene.put(given.get("out"), privateKeyPem(key), 0o600);
  return 0;
}

export async function ecparam(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("ecparam", args, [...common, "name=", "genkey", "list_curves", "param_enc=", "conv_form=", "check"]);
  if (given.has("list_curves")) {
    await scene.print(
      "  secp384r1 : NIST/SECG curve over a 384 bit prime field\n  secp521r1 : NIST/SECG curve over a 521 bit prime field\n  prime256v1: X9.62/SECG curve over a 256 bit prime field\n",
    );
    return 0;
  }
  const name = given.get("name");
  if (name === undefined || !given.has("genkey")) throw new Misuse("Not simulated by Podyard: ecparam but -list_curves and -name with -genkey");
  const key = generateKey(scene.process.machine.random, { type: "ec", curve: curveOf(name) });
  if (key.type !== "ec") throw new Error("not a key of a curve");
  await scene.put(given.get("out"), (given.has("noout") ? "" : parameters(key.curve)) + traditional(key), 0o600);
  return 0;
}

/** Which curve a key is on, as a block of its own. */
function parameters(curve: Curve): string {
  const ids = { "P-256": "06082a8648ce3d030107", "P-384": "06052b81040022", "P-521": "06052b81040023" };
  const bytes = Uint8Array.from(ids[curve].match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return pem("EC PARAMETERS", bytes);
}

const traditional = (key: PrivateKey): string =>
  key.type === "rsa" ? pem("RSA PRIVATE KEY", encodePkcs1(key)) : key.type === "ec" ? pem("EC PRIVATE KEY", encodeSec1(key)) : privateKeyPem(key);

/** A public key of a PEM text. */
export function publicKeyIn(text: string): PublicKey | undefined {
  const block = pemBlocks(text).find(({ label }) => label === "PUBLIC KEY");
  return block && tried(() => decodePublicKey(readDer(block.bytes)));
}

/** `rsa`, `ec` and `pkey`: one key, shown or written in another form. */
export async function pkey(scene: Scene, command: "rsa" | "ec" | "pkey", args: readonly string[]): Promise<number> {
  const given = new Arguments(command, args, [
    ...common,
    "pubin",
    "pubout",
    "check",
    "modulus",
    "traditional",
    "text_pub",
    "pubcheck",
    "param_out",
    ...ciphers,
  ]);
  noCiphers(given);
  const bytes = await scene.bytes(given.get("in"), given.has("pubin") ? "Public Key" : "private key");
  const text = textOf(bytes);
  const secret = given.has("pubin") ? undefined : tried(() => parsePrivateKey(text));
  const shared = secret ? publicKeyOf(secret) : publicKeyIn(text);
  if (!shared || (!secret && !given.has("pubin")))
    throw new Unreadable(`Could not read ${given.has("pubin") ? "Public Key" : "private key"} from ${given.get("in") ?? "<stdin>"}`);
  if (command !== "pkey" && shared.type !== command) throw new Misuse(`Not an ${command.toUpperCase()} key`);
  if (command === "ec") await scene.say("read EC key\n");
  if (given.has("text")) await scene.print(secret ? secretText(secret) : publicKeyText(shared, ""));
  if (given.has("modulus") && shared.type === "rsa") await scene.print(`Modulus=${shared.modulus.toString(16).toUpperCase()}\n`);
  if (given.has("check")) await scene.print(command === "rsa" ? "RSA key ok\n" : "Key is valid\n");
  if (given.has("noout")) return 0;
  if (command !== "pkey") await scene.say(command === "rsa" ? "writing RSA key\n" : "writing EC key\n");
  const isPublic = given.has("pubout") || !secret;
  if (given.get("outform")?.toUpperCase() === "DER")
    await scene.put(given.get("out"), isPublic ? encodePublicKey(shared) : encodePrivateKey(secret as PrivateKey), 0o600);
  else if (isPublic) await scene.put(given.get("out"), publicKeyPem(shared));
  else if (secret)
    await scene.put(given.get("out"), given.has("traditional") || command === "ec" ? traditional(secret) : privateKeyPem(secret), 0o600);
  return 0;
}

function secretText(key: PrivateKey): string {
  if (key.type === "rsa") {
    const { modulus, exponent, secret, primes } = key;
    const [p, q] = primes;
    const part = (name: string, value: bigint) => `${name}:\n${numberLines(value, "    ")}`;
    return `Private-Key: (${bitLength(modulus)} bit, 2 primes)\n${part("modulus", modulus)}publicExponent: ${exponent} (0x${exponent.toString(16)})\n${part("privateExponent", secret)}${part("prime1", p)}${part("prime2", q)}${part("exponent1", secret % (p - 1n))}${part("exponent2", secret % (q - 1n))}${part("coefficient", inverse(q, p))}`;
  }
  if (key.type === "ec")
    return `Private-Key: (${{ "P-256": 256, "P-384": 384, "P-521": 521 }[key.curve]} bit)\npriv:\n${octetLines(key.scalar, "    ")}pub:\n${octetLines(key.point, "    ")}ASN1 OID: ${curveNames[key.curve]}\nNIST CURVE: ${key.curve}\n`;
  return `ED25519 Private-Key:\npriv:\n${octetLines(key.seed, "    ")}pub:\n${octetLines(key.point, "    ")}`;
}
