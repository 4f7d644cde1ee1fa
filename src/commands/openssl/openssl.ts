import { bytesOf } from "#base/streams.ts";
import { problemOf } from "#machinery/x509/certificate.ts";
import type { Program } from "#shell/process.ts";
import { Arguments, Misuse, Unreadable } from "./arguments.ts";
import { dgst, enc, passwd, rand } from "./digests.ts";
import { ecparam, genpkey, genrsa, pkey } from "./keys.ts";
import { req } from "./req.ts";
import { Scene } from "./scene.ts";
import { nameText } from "./text.ts";
import { x509 } from "./x509.ts";

type Run = (scene: Scene, args: readonly string[]) => Promise<number>;

const digests = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

const commands: Readonly<Record<string, Run>> = {
  base64: (scene, args) => enc(scene, "base64", args),
  dgst: (scene, args) => dgst(scene, "dgst", args),
  ec: (scene, args) => pkey(scene, "ec", args),
  ecparam,
  enc: (scene, args) => enc(scene, "enc", args),
  genpkey,
  genrsa,
  passwd,
  pkey: (scene, args) => pkey(scene, "pkey", args),
  rand,
  req,
  rsa: (scene, args) => pkey(scene, "rsa", args),
  s_client: connect,
  verify,
  version,
  x509,
  ...Object.fromEntries(digests.map((name): [string, Run] => [name, (scene, args) => dgst(scene, name, args)])),
};

/** Commands of the real one that are not here. */
const absent = [
  "asn1parse",
  "ca",
  "ciphers",
  "cms",
  "crl",
  "crl2pkcs7",
  "dhparam",
  "dsa",
  "dsaparam",
  "engine",
  "errstr",
  "gendsa",
  "info",
  "kdf",
  "list",
  "mac",
  "nseq",
  "ocsp",
  "pkcs12",
  "pkcs7",
  "pkcs8",
  "pkeyparam",
  "pkeyutl",
  "prime",
  "rehash",
  "rsautl",
  "s_server",
  "s_time",
  "sess_id",
  "smime",
  "speed",
  "spkac",
  "srp",
  "storeutl",
  "ts",
  "cmp",
  "fipsinstall",
];

/** `openssl`: keys, requests and certificates that are what they say. */
export const openssl: Program = async (process) => {
  const scene = new Scene(process);
  const [, name = "help", ...args] = process.args;
  const run = commands[name];
  if (!run) {
    if (name === "help" || name === "--help" || name === "-help") {
      await scene.say(
        `help:\n\nStandard commands\n${table(Object.keys(commands).filter((one) => !digests.includes(one)))}\nMessage Digest commands (see the \`dgst' command for more details)\n${table(digests)}\n`,
      );
      return 0;
    }
    await scene.say(absent.includes(name) ? `Not simulated by Podyard: openssl ${name}\n` : `Invalid command '${name}'; type "help" for a list.\n`);
    return 1;
  }
  try {
    return await run(scene, args);
  } catch (error) {
    if (!(error instanceof Misuse || error instanceof Unreadable)) throw error;
    await process.stderr.write(bytesOf(`${error.message}\n`));
    return 1;
  }
};

function table(names: readonly string[]): string {
  const sorted = [...names].sort();
  let text = "";
  for (let i = 0; i < sorted.length; i += 4)
    text += `${sorted
      .slice(i, i + 4)
      .map((name) => name.padEnd(18))
      .join("")
      .trimEnd()}\n`;
  return text;
}

async function version(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("version", args, ["a", "b", "v", "d", "e", "f", "o", "p", "help"]);
  await scene.print("OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)\n");
  if (given.has("a", "d")) await scene.print('platform: debian-amd64\nOPENSSLDIR: "/usr/lib/ssl"\n');
  return 0;
}

/** `verify`: whether a chain leads from certificates to authorities that are trusted. */
async function verify(scene: Scene, args: readonly string[]): Promise<number> {
  const given = new Arguments("verify", args, [
    "CAfile=",
    "CApath=",
    "untrusted=",
    "trusted=",
    "verbose",
    "show_chain",
    "partial_chain",
    "purpose=",
    "no-CAfile",
    "no-CApath",
    "x509_strict",
    "verify_hostname=",
    "help",
    "crl_check",
    "attime=",
  ]);
  const trusted = [];
  for (const file of [...given.all("CAfile"), ...given.all("trusted")]) trusted.push(...(await scene.certificates(file, "certificates")));
  const between = [];
  for (const file of given.all("untrusted")) between.push(...(await scene.certificates(file, "certificates")));
  let code = 0;
  for (const file of given.operands.length > 0 ? given.operands : [undefined]) {
    const certificate = await scene.certificate(file, "certificate file");
    const isKnown = trusted.some(({ bytes }) => bytes.length === certificate.bytes.length && bytes.every((byte, i) => byte === certificate.bytes[i]));
    const isSelfSigned = nameText(certificate.subject) === nameText(certificate.issuer);
    const problem = isKnown && isSelfSigned ? undefined : problemOf(certificate, { trusted, between, now: scene.now });
    if (!problem) {
      await scene.print(`${file ?? "stdin"}: OK\n`);
      continue;
    }
    const [number, text] = /expired/.test(problem)
      ? scene.now < certificate.notBefore
        ? [9, "certificate is not yet valid"]
        : [10, "certificate has expired"]
      : isSelfSigned
        ? [18, "self-signed certificate"]
        : [20, "unable to get local issuer certificate"];
    await scene.say(`${nameText(certificate.subject)}\nerror ${number} at 0 depth lookup: ${text}\nerror ${file ?? "stdin"}: verification failed\n`);
    code = 2;
  }
  return code;
}

/** No TLS is spoken inside the simulation: only whether somebody answers can be told. */
async function connect(_scene: Scene, args: readonly string[]): Promise<number> {
  const at = args.indexOf("-connect");
  const target = at < 0 ? "localhost:4433" : (args[at + 1] ?? "");
  throw new Misuse(`Not simulated by Podyard: TLS (openssl s_client -connect ${target}); curl -v https://… tells whether the server answers`);
}
