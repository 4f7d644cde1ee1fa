import { bytesOf, textOf } from "#base/streams.ts";
import { type Certificate, decodeCertificate, parseCertificates } from "#machinery/x509/certificate.ts";
import { type PrivateKey, parsePrivateKey } from "#machinery/x509/keys.ts";
import { pemBlocks } from "#machinery/x509/pem.ts";
import { type CertificateRequest, decodeRequest, parseRequest } from "#machinery/x509/request.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { allOf } from "#shell/tools/tool.ts";
import { Unreadable } from "./arguments.ts";

const thread = "4007A46C0D7F0000";
const notThere = (path: string) =>
  `${thread}:error:16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file
${thread}:error:80000002:system library:file_open:No such file or directory:../providers/implementations/storemgmt/file_store.c:267:calling stat(${path})`;

/** What a command of openssl works with. */
export class Scene {
  readonly process: Process;

  constructor(process: Process) {
    this.process = process;
  }

  get now(): number {
    return this.process.machine.clock.now();
  }

  async print(text: string | Uint8Array): Promise<void> {
    await this.process.stdout.write(typeof text === "string" ? bytesOf(text) : text);
  }

  async say(text: string): Promise<void> {
    await this.process.stderr.write(bytesOf(text));
  }

  path(name: string): string {
    return this.process.machine.fs.resolve(this.process.cwd, name);
  }

  /** What was named, or the standard input. */
  async bytes(name: string | undefined, what: string): Promise<Uint8Array> {
    if (name === undefined || name === "-" || name === "/dev/stdin") return allOf(this.process.stdin);
    try {
      return name.startsWith("/dev/fd/") ? await this.process.read(name) : this.process.machine.fs.read(this.path(name));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Unreadable(`Could not open file or uri for loading ${what} from ${name}\n${notThere(name)}\nUnable to load ${what}`);
    }
  }

  /** Puts something where `-out` says, or prints it. */
  async put(name: string | undefined, content: string | Uint8Array, mode = 0o644): Promise<void> {
    if (name === undefined || name === "-") {
      await this.print(content);
      return;
    }
    try {
      const { fs } = this.process.machine;
      const path = this.path(name);
      const isNew = !fs.stat(path);
      fs.write(path, content);
      if (isNew && mode !== 0o644) fs.chmod(path, mode);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Unreadable(
        `Can't open "${name}" for writing, ${error.reason}\n${thread}:error:80000002:system library:BIO_new_file:${error.reason}:../crypto/bio/bss_file.c:67:calling fopen(${name}, w)\n${thread}:error:10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:`,
      );
    }
  }

  async key(name: string | undefined, what = "private key"): Promise<PrivateKey> {
    const bytes = await this.bytes(name, what);
    const key = tried(() => parsePrivateKey(textOf(bytes)));
    if (!key) throw unreadable(what, name);
    return key;
  }

  async certificate(name: string | undefined, what = "certificate"): Promise<Certificate> {
    const [certificate] = await this.certificates(name, what);
    if (!certificate) throw unreadable(what, name);
    return certificate;
  }

  async certificates(name: string | undefined, what = "certificate"): Promise<Certificate[]> {
    const bytes = await this.bytes(name, what);
    const found = bytes[0] === 0x30 ? tried(() => [decodeCertificate(bytes)]) : tried(() => parseCertificates(onlyCertificates(textOf(bytes))));
    if (!found || found.length === 0) throw unreadable(what, name);
    return found;
  }

  async request(name: string | undefined): Promise<CertificateRequest> {
    const bytes = await this.bytes(name, "X509_REQ");
    const found = bytes[0] === 0x30 ? tried(() => decodeRequest(bytes)) : tried(() => parseRequest(textOf(bytes)));
    if (!found)
      throw new Unreadable(
        `Unable to load X509 request\n${thread}:error:0909006C:PEM routines:get_name:no start line:../crypto/pem/pem_lib.c:763:Expecting: CERTIFICATE REQUEST`,
      );
    return found;
  }
}

const onlyCertificates = (text: string) =>
  pemBlocks(text).some(({ label }) => label === "CERTIFICATE" || label === "TRUSTED CERTIFICATE") ? text : "";

export function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // Whatever is wrong with it: it is not what was wanted.
    return undefined;
  }
}

const unreadable = (what: string, name: string | undefined) =>
  new Unreadable(`Could not read ${what} from ${name ?? "<stdin>"}\nUnable to load ${what}`);
