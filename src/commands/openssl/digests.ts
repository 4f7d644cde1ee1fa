import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { bytesOf, textOf } from "#base/streams.ts";
import { publicKeyOf } from "#machinery/x509/keys.ts";
import type { Hash } from "#machinery/x509/oids.ts";
import { base64Of, bytesOfBase64 } from "#machinery/x509/pem.ts";
import { randomBytes } from "#machinery/x509/rsa.ts";
import { sign, verify } from "#machinery/x509/signature.ts";
import { Arguments, Misuse, Unreadable } from "./arguments.ts";
import { publicKeyIn } from "./keys.ts";
import { passwordHash } from "./password.ts";
import type { Scene } from "./scene.ts";
import { hexPairs } from "./text.ts";

const hashes = { md5, sha1, sha224, sha256, sha384, sha512 };
type Digest = keyof typeof hashes;
const isDigest = (name: string): name is Digest => name in hashes;

/** How a hash is called before what it gives: it depends on how it was asked for. */
const labels: Readonly<Record<Digest, string>> = {
  md5: "MD5",
  sha1: "SHA1",
  sha224: "SHA2-224",
  sha256: "SHA2-256",
  sha384: "SHA2-384",
  sha512: "SHA2-512",
};

/** `dgst`, and the names of hashes as commands of their own. */
export async function dgst(scene: Scene, command: string, args: readonly string[]): Promise<number> {
  const given = new Arguments(command, args, [
    ...Object.keys(hashes),
    "hex",
    "binary",
    "r",
    "c",
    "out=",
    "sign=",
    "verify=",
    "prverify=",
    "signature=",
    "hmac=",
    "macopt=",
    "mac=",
    "list",
    "help",
    "passin=",
    "keyform=",
  ]);
  const named = given.given.findLast(([name]) => isDigest(name))?.[0] ?? (isDigest(command) ? command : undefined);
  const digest = named !== undefined && isDigest(named) ? named : "sha256";
  const label = named === undefined ? "SHA256" : labels[digest];
  const files = given.operands.length > 0 ? given.operands : [undefined];
  let code = 0;
  let text = "";
  for (const file of files) {
    const content = await read(scene, file);
    const signer = given.get("sign");
    if (signer !== undefined) {
      const signature = sign(await scene.key(signer), content, hashFor(digest));
      await scene.put(given.get("out"), given.has("hex") ? `${label}(${file ?? "stdin"})= ${hexPairs(signature, "")}\n` : signature);
      return 0;
    }
    const verifier = given.get("verify") ?? given.get("prverify");
    if (verifier !== undefined) {
      const key = given.has("prverify") ? publicKeyOf(await scene.key(verifier)) : publicKeyIn(textOf(await scene.bytes(verifier, "public key")));
      if (!key) throw new Unreadable(`Could not read public key from ${verifier}`);
      const signature = given.get("signature");
      if (signature === undefined) throw new Misuse("No signature to verify: use the -signature option");
      const isRight = verify(key, content, await scene.bytes(signature, "signature"), hashFor(digest));
      await scene.print(isRight ? "Verified OK\n" : "Verification failure\n");
      return isRight ? 0 : 1;
    }
    const secret = given.get("hmac");
    const sum = secret === undefined ? hashes[digest](content) : hmac(hashes[digest], bytesOf(secret), content);
    if (given.has("binary")) {
      await scene.put(given.get("out"), sum);
      continue;
    }
    const hex = hexPairs(sum, given.has("c") ? ":" : "");
    text += given.has("r")
      ? `${hex} *${file ?? "stdin"}\n`
      : `${secret === undefined || file === undefined ? "" : "HMAC-"}${label}(${file ?? "stdin"})= ${hex}\n`;
  }
  if (text) await scene.put(given.get("out"), text);
  return code;

  async function read(at: Scene, file: string | undefined): Promise<Uint8Array> {
    if (file !== undefined && !at.process.machine.fs.stat(at.path(file)) && !file.startsWith("/dev/")) {
      code = 1;
      throw new Misuse(
        `Can't open "${file}" for reading, No such file or directory\n4007A46C0D7F0000:error:80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(${file}, rb)\n4007A46C0D7F0000:error:10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:`,
      );
    }
    return at.bytes(file, "file");
  }
}

function hashFor(digest: Digest): Hash {
  if (digest === "md5" || digest === "sha224") throw new Misuse(`Not simulated by Podyard: signatures over ${digest}`);
  return digest;
}

/** `enc -base64` and `base64`. Ciphers are not there. */
export async function enc(scene: Scene, command: string, args: readonly string[]): Promise<number> {
  const isCipher = (name: string) => /^-(aes|des|camellia|aria|chacha|rc4|bf|idea|seed)/.test(name);
  const cipher = args.find(isCipher);
  if (cipher !== undefined) throw new Misuse(`Not simulated by Podyard: encryption (openssl enc ${cipher})`);
  const given = new Arguments(command, args, ["base64", "a", "A", "d", "e", "in=", "out=", "n", "help", "none"]);
  const input = await scene.bytes(given.get("in"), "input");
  if (!given.has("base64", "a") && command !== "base64") {
    await scene.put(given.get("out"), input);
    return 0;
  }
  if (given.has("d")) {
    await scene.put(given.get("out"), bytesOfBase64(encodedIn(textOf(input))) ?? new Uint8Array(0));
    return 0;
  }
  const text = base64Of(input);
  await scene.put(given.get("out"), given.has("A") ? text : text.replace(/.{1,64}/g, "$&\n"));
  return 0;
}

/** The lines that are base64: what is before the first is passed over, and what is not ends them. */
function encodedIn(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const isEncoded = (line: string) => /^[A-Za-z0-9+/]+={0,2}$/.test(line);
  const first = lines.findIndex(isEncoded);
  const end = lines.findIndex((line, i) => i > first && line !== "" && !isEncoded(line));
  return first < 0 ? "" : lines.slice(first, end < 0 ? undefined : end).join("");
}

export async function rand(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("rand", args, ["out=", "base64", "hex", "help", "writerand=", "rand="]);
  const [count] = given.operands;
  if (count === undefined) throw new Misuse("rand: Use -help for summary.");
  if (!/^\d+$/.test(count)) throw new Misuse(`rand: Can't parse "${count}" as a number\nrand: Use -help for summary.`);
  const bytes = randomBytes(scene.process.machine.random, Number(count));
  if (given.has("hex")) await scene.put(given.get("out"), `${hexPairs(bytes, "")}\n`);
  else await scene.put(given.get("out"), given.has("base64") ? base64Of(bytes).replace(/.{1,64}/g, "$&\n") : bytes);
  return 0;
}

export async function passwd(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("passwd", args, [
    "1",
    "apr1",
    "5",
    "6",
    "aixmd5",
    "salt=",
    "stdin",
    "in=",
    "noverify",
    "quiet",
    "table",
    "reverse",
    "help",
  ]);
  const sort = given.given.findLast(([name]) => /^(1|apr1|5|6)$/.test(name))?.[0] ?? "1";
  if (given.has("aixmd5")) throw new Misuse("Not simulated by Podyard: passwd -aixmd5");
  const words =
    given.has("stdin") || given.operands.length === 0
      ? textOf(await scene.bytes(given.get("in"), "password"))
          .split("\n")
          .filter(Boolean)
      : given.operands;
  const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const { random } = scene.process.machine;
  for (const word of words) {
    const salt =
      given.get("salt") ?? Array.from({ length: sort === "1" || sort === "apr1" ? 8 : 16 }, () => alphabet[random.between(0, 63)] ?? ".").join("");
    await scene.print(`${passwordHash(sort as "1" | "apr1" | "5" | "6", word, salt)}\n`);
  }
  return 0;
}
