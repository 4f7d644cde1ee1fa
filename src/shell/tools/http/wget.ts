import { bodySource, type HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { NetError } from "../../process.ts";
import { strftime } from "../../strftime.ts";
import { defineTool, type ToolCall } from "../tool.ts";
import { Deadline, headerName, headersOf, phraseOf, portOf, send, TookTooLong } from "./exchange.ts";

const mostRedirects = 20;

const options = [
  "q,quiet",
  "v,verbose",
  "nv,no-verbose",
  "O,output-document=",
  "o,output-file=",
  "a,append-output=",
  "c,continue",
  "S,server-response",
  "spider",
  "T,timeout=",
  "connect-timeout=",
  "read-timeout=",
  "dns-timeout=",
  "t,tries=",
  "w,wait=",
  "header=",
  "U,user-agent=",
  "post-data=",
  "post-file=",
  "method=",
  "body-data=",
  "user=",
  "password=",
  "no-check-certificate",
  "ca-certificate=",
  "P,directory-prefix=",
  "n",
  "nc,no-clobber",
  "N,timestamping",
  "Y,proxy=",
  "no-proxy",
  "no-cache",
  "show-progress",
  "progress=",
  "content-on-error",
  "max-redirect=",
  "4,inet4-only",
  "6,inet6-only",
  "r,recursive",
  "retry-connrefused",
  "x,force-directories",
];

/** wget as GNU's or busybox' tells of what it does. */
export const wget = defineTool({
  name: "wget",
  usage: "[OPTION]... [URL]...",
  summary: "Retrieve files via HTTP.",
  options,

  async run(call) {
    const { options: given, err, process } = call;
    if (given.operands.length === 0) {
      await err.line(
        process.machine.system === "debian"
          ? "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options."
          : "BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[-P DIR] [-U AGENT] [-T SEC] URL...",
      );
      return 1;
    }
    if (given.has("recursive")) return call.fail("--recursive is not simulated by Podyard");
    let code = 0;
    for (const text of given.operands) {
      const url = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
      if (!/^https?:/i.test(url) || !URL.canParse(url)) {
        code = await call.fail(process.machine.system === "debian" ? `${text}: Unsupported scheme.` : `bad address '${text}'`);
        continue;
      }
      code = Math.max(code, await (process.machine.system === "debian" ? new Gnu(call, new URL(url)) : new Busybox(call, new URL(url))).run());
    }
    return code;
  },
});

abstract class Retrieval {
  protected readonly call: ToolCall;
  protected url: URL;
  protected sizeBytes = 0;

  constructor(call: ToolCall, url: URL) {
    this.call = call;
    this.url = url;
  }

  abstract run(): Promise<number>;

  protected get quiet(): boolean {
    return this.call.options.has("quiet");
  }

  protected async say(text: string): Promise<void> {
    if (!this.quiet) await this.call.process.stderr.write(bytesOf(text));
  }

  protected get headers(): Record<string, string> {
    const { options: given } = this.call;
    const headers: Record<string, string> = { host: this.url.host, "user-agent": given.get("user-agent") ?? this.agent, accept: "*/*" };
    const user = given.get("user");
    if (user !== undefined) headers["authorization"] = `Basic ${btoa(`${user}:${given.get("password") ?? ""}`)}`;
    for (const text of given.all("header")) {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(text) ?? [];
      if (name !== undefined) headers[name.toLowerCase()] = value ?? "";
    }
    return headers;
  }

  protected abstract get agent(): string;

  protected async answer(deadline: Deadline): Promise<HttpResponse> {
    const { options: given, process } = this.call;
    const file = given.get("post-file");
    const data =
      file !== undefined
        ? await process.read(file)
        : given.has("post-data") || given.has("body-data")
          ? bytesOf(given.get("post-data") ?? given.get("body-data") ?? "")
          : undefined;
    const method = given.get("method") ?? (given.has("spider") && !data ? "HEAD" : data ? "POST" : "GET");
    const headers = data
      ? { "content-type": "application/x-www-form-urlencoded", "content-length": String(data.length), ...this.headers }
      : this.headers;
    return deadline.within(() =>
      send(process, { method, url: this.url.href, headers, ...(data && { body: data }), signal: deadline.signal }, undefined),
    );
  }

  protected get seconds(): number {
    const { options: given } = this.call;
    return Number(given.get("timeout") ?? given.get("connect-timeout") ?? 0);
  }

  protected get fileName(): string {
    return this.url.pathname.split("/").at(-1) || "index.html";
  }

  protected path(): string {
    const directory = this.call.options.get("directory-prefix");
    return directory ? `${directory}/${this.fileName}` : this.fileName;
  }

  /** Writes the body to where it is to go. */
  protected async save(response: HttpResponse, target: string | undefined): Promise<void> {
    const { process } = this.call;
    const file = target === undefined ? undefined : process.open(target, "write");
    const source = bodySource(response);
    try {
      for (let bytes = await source.read(process.signal); bytes; bytes = await source.read(process.signal)) {
        this.sizeBytes += bytes.length;
        if (file) await process.writeTo(file, bytes);
        else await process.stdout.write(bytes);
      }
    } finally {
      source.cancel();
      file?.release();
    }
  }
}

class Gnu extends Retrieval {
  protected get agent(): string {
    return "Wget/1.21.3";
  }

  async run(): Promise<number> {
    const { options: given, process } = this.call;
    const { clock } = process.machine;
    const brief = given.has("no-verbose");
    const tell = (text: string) => (brief ? Promise.resolve() : this.say(text));
    const tries = Number(given.get("tries") ?? 20) || 20;
    for (let redirects = 0, attempt = 1; ; ) {
      const deadline = new Deadline(process, (this.seconds || 900) * 1000);
      const stamp = () => strftime("%F %T", clock.now());
      const { hostname } = this.url;
      await tell(`--${stamp()}--  ${this.url.href}\n`);
      const addresses = process.machine.net.resolve(hostname);
      const numeric = /^[\d.]+$/.test(hostname);
      if (!numeric) await tell(`Resolving ${hostname} (${hostname})... ${addresses.length > 0 ? `${addresses.join(", ")}\n` : ""}`);
      try {
        if (addresses.length > 0 || numeric)
          await tell(`Connecting to ${hostname}${numeric ? "" : ` (${hostname})|${addresses[0]}|`}:${portOf(this.url)}... `);
        const response = await this.answer(deadline);
        const isVouched = process.machine.net.vouched?.(hostname) ?? false;
        if (this.url.protocol === "https:" && !isVouched && !given.has("no-check-certificate") && !given.has("ca-certificate")) {
          await this.say(
            `connected.\nERROR: The certificate of ‘${hostname}’ is not trusted.\nERROR: The certificate of ‘${hostname}’ doesn't have a known issuer.\n`,
          );
          return 5;
        }
        await tell("connected.\nHTTP request sent, awaiting response... ");
        await tell(`${response.status} ${phraseOf(response.status)}\n`);
        if (given.has("server-response"))
          await this.say(
            `  HTTP/1.1 ${response.status} ${phraseOf(response.status)}\n${[...headersOf(response)].map(([name, value]) => `  ${headerName(name)}: ${value}\n`).join("")}`,
          );
        const location = response.headers["location"];
        if (typeof location === "string" && response.status >= 300 && response.status < 400) {
          if (++redirects > Number(given.get("max-redirect") ?? mostRedirects)) {
            await this.say(`${mostRedirects} redirections exceeded.\n`);
            return 8;
          }
          this.url = new URL(location, this.url.href);
          await tell(`Location: ${location} [following]\n`);
          continue;
        }
        if (response.status >= 400 && !given.has("content-on-error")) {
          await this.say(
            brief
              ? `${this.url.href}:\n${stamp()} ERROR ${response.status}: ${phraseOf(response.status)}.\n`
              : `${stamp()} ERROR ${response.status}: ${phraseOf(response.status)}.\n\n`,
          );
          return 8;
        }
        return await this.#retrieved(response, tell, brief, stamp);
      } catch (error) {
        if (error instanceof TookTooLong || (error instanceof NetError && error.code === "ETIMEDOUT")) {
          await tell("failed: Connection timed out.\n");
          if (attempt++ >= tries) {
            await tell("Giving up.\n\n");
            return 4;
          }
          await tell("Retrying.\n\n");
          await process.sleep(Math.min(attempt - 1, 10) * 1000);
          continue;
        }
        if (!(error instanceof NetError)) throw error;
        if (error.code === "ENOTFOUND" || error.code === "NOINTERNET") {
          await tell("failed: Name or service not known.\n");
          await this.say(
            `wget: unable to resolve host address ‘${hostname}’\n${error.code === "NOINTERNET" ? "wget: there is no internet in this sandbox\n" : ""}`,
          );
        } else
          await this.say(
            `${brief ? `Connecting to ${hostname}:${portOf(this.url)}... ` : ""}failed: ${error.code === "EHOSTUNREACH" ? "No route to host" : error.code === "ECONNRESET" ? "Connection reset by peer" : "Connection refused"}.\n`,
          );
        return 4;
      } finally {
        deadline.close();
      }
    }
  }

  async #retrieved(response: HttpResponse, tell: (text: string) => Promise<void>, brief: boolean, stamp: () => string): Promise<number> {
    const { options: given, process } = this.call;
    const type = response.headers["content-type"];
    const length = response.body instanceof Uint8Array ? response.body.length : undefined;
    const kind = typeof type === "string" ? ` [${type.split(";")[0]}]` : "";
    await tell(`Length: ${length === undefined ? "unspecified" : `${length}${length >= 1024 ? ` (${(length / 1024).toFixed(1)}K)` : ""}`}${kind}\n`);
    if (given.has("spider")) {
      await tell("Remote file exists.\n\n");
      return 0;
    }
    const named = given.get("output-document");
    let path = named ?? this.path();
    if (named === undefined)
      for (let i = 1; process.machine.fs.stat(process.machine.fs.resolve(process.cwd, path)); i++) path = `${this.path()}.${i}`;
    const target = named === "-" ? undefined : path;
    await tell(`Saving to: ‘${target ?? "STDOUT"}’\n\n`);
    await this.save(response, target);
    await tell(
      `\r${(target ?? "-").split("/").at(-1)?.slice(0, 19).padEnd(20)}100%[===================>] ${String(this.sizeBytes).padStart(7)}  --.-KB/s    in 0s      \n\n`,
    );
    const done = `${stamp()} ${brief ? `URL:${this.url.href} [${this.sizeBytes}/${this.sizeBytes}] -> "${target ?? "-"}" [1]` : `(${(this.sizeBytes / 1024).toFixed(1)} KB/s) - ${target ? `‘${target}’ saved` : "written to stdout"} [${this.sizeBytes}${length === undefined ? "" : `/${length}`}]\n`}\n`;
    await this.say(done);
    return 0;
  }
}

class Busybox extends Retrieval {
  protected get agent(): string {
    return "Wget";
  }

  async run(): Promise<number> {
    const { options: given, process, fail } = this.call;
    for (let redirects = 0; ; ) {
      const deadline = new Deadline(process, (this.seconds || 900) * 1000);
      const { hostname } = this.url;
      try {
        const addresses = process.machine.net.resolve(hostname);
        if (addresses.length > 0) await this.say(`Connecting to ${this.url.host} (${addresses[0]}:${portOf(this.url)})\n`);
        const response = await this.answer(deadline);
        if (this.url.protocol === "https:" && !given.has("no-check-certificate"))
          await this.say("wget: note: TLS certificate validation not implemented\n");
        if (given.has("server-response"))
          await this.say(
            `  HTTP/1.1 ${response.status} ${phraseOf(response.status)}\n${[...headersOf(response)].map(([name, value]) => `  ${headerName(name)}: ${value}\n`).join("")}  \n`,
          );
        const location = response.headers["location"];
        if (typeof location === "string" && response.status >= 300 && response.status < 400 && ++redirects <= 5) {
          this.url = new URL(location, this.url.href);
          continue;
        }
        if (response.status >= 400) return await fail(`server returned error: HTTP/1.1 ${response.status} ${phraseOf(response.status)}`);
        return await this.#retrieved(response);
      } catch (error) {
        if (error instanceof TookTooLong) return await fail("download timed out");
        if (!(error instanceof NetError)) throw error;
        if (error.code === "ENOTFOUND" || error.code === "NOINTERNET") return await fail(`bad address '${this.url.host}'`);
        const address = process.machine.net.resolve(hostname)[0] ?? hostname;
        const reasons: Partial<Record<NetError["code"], string>> = {
          ETIMEDOUT: "Operation timed out",
          EHOSTUNREACH: "No route to host",
          ECONNRESET: "Connection reset by peer",
        };
        return await fail(`can't connect to remote host (${address}): ${reasons[error.code] ?? "Connection refused"}`);
      } finally {
        deadline.close();
      }
    }
  }

  async #retrieved(response: HttpResponse): Promise<number> {
    const { options: given, process, fail } = this.call;
    if (given.has("spider")) {
      await this.say("remote file exists\n");
      return 0;
    }
    const named = given.get("output-document");
    const target = named === "-" ? undefined : (named ?? this.path());
    if (named === undefined && target !== undefined && process.machine.fs.stat(process.machine.fs.resolve(process.cwd, target)))
      return fail(`can't open '${target}': File exists`);
    await this.say(target === undefined ? "writing to stdout\n" : `saving to '${target}'\n`);
    await this.save(response, target);
    const name = target === undefined ? "-" : (target.split("/").at(-1) ?? target);
    await this.say(
      `${name.slice(0, 20).padEnd(20)} 100% |********************************| ${String(this.sizeBytes).padStart(5)}  0:00:00 ETA\n${target === undefined ? "written to stdout" : `'${target}' saved`}\n`,
    );
    return 0;
  }
}
