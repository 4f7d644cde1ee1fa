import { bodySource, type HttpResponse, type Identity } from "#base/http.ts";
import { BrokenPipe, bytesOf, textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import type { OpenFile } from "../../open-file.ts";
import { NetError, type Process } from "../../process.ts";
import type { Options } from "../options.ts";
import { parseOptions, UsageError } from "../options.ts";
import { defineTool } from "../tool.ts";
import { bodyOf, CurlError, contentOf } from "./curl-body.ts";
import { curlOptions, refused, version, versionText } from "./curl-options.ts";
import { cookiesIn, problemOf, type Transfer, tooLate, written } from "./curl-report.ts";
import { Deadline, headerName, headersOf, phraseOf, portOf, send, TookTooLong } from "./exchange.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { expandedUrls, remoteName, urlOf } from "./urls.ts";

/** What is agreed upon with servers of today, by the version of TLS. */
const suites: Readonly<Record<number, string>> = { 12: "TLSv1.2 / ECDHE-RSA-AES256-GCM-SHA384", 13: "TLSv1.3 / TLS_AES_256_GCM_SHA384" };
const usualConnectTimeout = 300_000;
const mostRedirects = 50;
const transient = new Set([408, 429, 500, 502, 503, 504]);

export const curl = defineTool({
  name: "curl",
  usage: "[options...] <url>",
  summary: "Transfer a URL. Flags: see `curl --help all` of the real one; what a sandbox cannot do is refused by name.",
  plain: true,

  async run(call) {
    const { args, process, out, err } = call;
    let options: Options;
    try {
      options = parseOptions(args, curlOptions);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const text = error.message
        .replace(
          /^(?:invalid option -- '(.)'|unrecognized option '(.*)')$/,
          (_, short?: string, long?: string) => `option ${long ?? `-${short}`}: is unknown`,
        )
        .replace(
          /^option (?:'(.*)' requires an argument|requires an argument -- '(.)')$/,
          (_, long?: string, short?: string) => `option ${long ?? `-${short}`}: requires parameter`,
        );
      await err.line(`curl: ${text}\ncurl: try 'curl --help' or 'curl --manual' for more information`);
      return 2;
    }
    if (options.has("version")) {
      await out.text(versionText);
      return 0;
    }
    if (options.has("help") || options.has("manual")) {
      await out.line(`Usage: curl ${curl.usage}`);
      return 0;
    }
    const unable = refused.find((name) => options.has(name));
    if (unable) {
      await err.line(`curl: (1) --${unable} is not simulated by Podyard`);
      return 1;
    }
    const urls = [...options.all("url"), ...options.operands].flatMap((text) => (options.has("globoff") ? [text] : expandedUrls(text)));
    if (urls.length === 0) {
      await err.line(
        args.length === 0
          ? "curl: try 'curl --help' or 'curl --manual' for more information"
          : "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information",
      );
      return 2;
    }
    let code = 0;
    for (const [i, url] of urls.entries()) {
      code = await new Curl(process, options, url, i).run();
      if (code !== 0 && options.has("fail-early")) return code;
    }
    return code;
  },
});

/** One URL's transfer, with its retries. */
class Curl {
  readonly #process: Process;
  readonly #options: Options;
  readonly #url: string;
  readonly #number: number;
  #output: OpenFile | undefined;
  #meter: ProgressMeter;

  constructor(process: Process, options: Options, url: string, number: number) {
    this.#process = process;
    this.#options = options;
    this.#url = url;
    this.#number = number;
    this.#meter = new ProgressMeter(process, this.#showsProgress ? (options.has("progress-bar") ? "bar" : "table") : "none");
  }

  get #target(): string | undefined {
    const outputs = this.#options.all("output");
    const own = outputs[this.#number];
    const name = own ?? (this.#options.has("remote-name") || this.#options.has("remote-name-all") ? remoteName(this.#url) : undefined);
    const directory = this.#options.get("output-dir");
    return name === undefined || name === "-" ? undefined : directory ? `${directory}/${name}` : name;
  }

  get #showsProgress(): boolean {
    const options = this.#options;
    if (options.has("silent") || options.has("no-progress-meter")) return false;
    return this.#target !== undefined || !this.#process.isTerminal(1);
  }

  async run(): Promise<number> {
    const options = this.#options;
    const process = this.#process;
    if ((options.has("remote-name") || options.has("remote-name-all")) && this.#target === "")
      return this.#fail(new CurlError(23, "Remote file name has no length!"));
    await this.#meter.begin();
    const retries = Number(options.get("retry") ?? 0);
    let result: Transfer;
    for (let attempt = 0; ; attempt++) {
      result = await this.#transfer();
      const again = result.error
        ? options.has("retry-all-errors") ||
          result.error.code === 28 ||
          (result.error.code === 7 && options.has("retry-connrefused")) ||
          (result.error.code === 22 && transient.has(result.status))
        : transient.has(result.status);
      if (!again || attempt >= retries) break;
      const delay = Number(options.get("retry-delay") ?? 0) || Math.min(2 ** attempt, 600);
      if (!options.has("silent") || options.has("show-error")) {
        const why = result.error ? (result.error.code === 28 ? "timeout" : "connection refused") : "HTTP error";
        await process.stderr.write(bytesOf(`Warning: Problem: ${why}. Will retry in ${delay} seconds. ${retries - attempt} retries left.\n`));
      }
      await process.sleep(delay * 1000);
    }
    await this.#meter.end(result.bodyBytes, result.milliseconds);
    this.#output?.release();
    const code = result.error ? await this.#fail(result.error) : 0;
    const format = options.get("write-out");
    if (format !== undefined)
      await process.stdout.write(bytesOf(written(format.startsWith("@") ? textOf(await contentOf(process, format.slice(1), 26)) : format, result)));
    return code;
  }

  async #fail(error: CurlError): Promise<number> {
    const options = this.#options;
    const quiet = options.has("silent") && !options.has("show-error");
    if (!quiet && error.message) await this.#process.stderr.write(bytesOf(`curl: (${error.code}) ${error.message}\n`));
    return error.code;
  }

  async #verbose(text: string): Promise<void> {
    if (this.#options.has("verbose")) await this.#process.stderr.write(bytesOf(text));
  }

  /** Sends the request, follows where it is sent on, and writes what comes. */
  async #transfer(): Promise<Transfer> {
    const options = this.#options;
    const process = this.#process;
    const { clock } = process.machine;
    const startedAt = clock.now();
    const most = options.get("max-time");
    const deadline = new Deadline(process, most === undefined ? undefined : Number(most) * 1000);
    const transfer: Transfer = {
      url: this.#url,
      effective: new URL("http://unknown/"),
      method: "GET",
      status: 0,
      type: "",
      headerBytes: 0,
      bodyBytes: 0,
      sentBytes: 0,
      redirects: 0,
      redirectUrl: "",
      milliseconds: 0,
      address: "",
      file: this.#target ?? "",
      error: undefined,
    };
    try {
      transfer.effective = urlOf(this.#url, options.get("proto-default"));
      await this.#exchange(transfer, deadline);
    } catch (error) {
      if (error instanceof BrokenPipe) transfer.error = new CurlError(23, "Failure writing output to destination");
      else if (error instanceof FileError) transfer.error = new CurlError(23, `Failure writing output to destination`);
      else if (error instanceof CurlError) transfer.error = error;
      else if (error instanceof TookTooLong) transfer.error = tooLate(error, transfer, clock.now() - startedAt);
      else if (error instanceof NetError) transfer.error = problemOf(error, transfer.effective, clock.now() - startedAt);
      else throw error;
    } finally {
      deadline.close();
      transfer.milliseconds = clock.now() - startedAt;
    }
    return transfer;
  }

  async #exchange(transfer: Transfer, deadline: Deadline): Promise<void> {
    const options = this.#options;
    let body = await bodyOf(this.#process, options);
    let url = transfer.effective;
    if (options.has("get") && body) {
      url.search = (url.search ? `${url.search}&` : "?") + textOf(body.bytes);
      body = undefined;
    }
    let method = options.get("request") ?? (options.has("head") ? "HEAD" : options.has("upload-file") ? "PUT" : body ? "POST" : "GET");
    for (;;) {
      transfer.effective = url;
      transfer.method = method;
      const headers = await this.#headers(url, body?.type, transfer.redirects > 0);
      const response = await this.#answer(url, method, headers, body?.bytes, deadline, transfer);
      const location = response.headers["location"];
      const next = typeof location === "string" && response.status >= 300 && response.status < 400 ? new URL(location, url.href) : undefined;
      transfer.status = response.status;
      transfer.redirectUrl = next && !options.has("location") ? next.href : "";
      const type = response.headers["content-type"];
      transfer.type = typeof type === "string" ? type : "";
      await this.#head(response, url, transfer);
      if (next && (options.has("location") || options.has("location-trusted"))) {
        if (++transfer.redirects > Number(options.get("max-redirs") ?? mostRedirects))
          throw new CurlError(47, `Maximum (${options.get("max-redirs") ?? mostRedirects}) redirects followed`);
        if (response.status === 303 || ((response.status === 301 || response.status === 302) && method === "POST" && !options.has("request"))) {
          method = method === "HEAD" ? "HEAD" : "GET";
          body = undefined;
        }
        await this.#verbose(`* Issue another request to this URL: '${next.href}'\n`);
        url = next;
        continue;
      }
      const failing = response.status >= 400 && (options.has("fail") || options.has("fail-with-body"));
      if (method !== "HEAD" && !(failing && options.has("fail"))) await this.#body(response, transfer, deadline);
      await this.#verbose(`* Connection #0 to host ${url.hostname} left intact\n`);
      if (failing) throw new CurlError(22, `The requested URL returned error: ${response.status}`);
      return;
    }
  }

  async #headers(url: URL, type: string | undefined, redirected: boolean): Promise<Record<string, string>> {
    const options = this.#options;
    const headers: Record<string, string> = { host: url.host, "user-agent": options.get("user-agent") ?? `curl/${version}`, accept: "*/*" };
    const user = options.get("user") ?? (url.username ? `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` : undefined);
    if (user !== undefined && !redirected) headers["authorization"] = `Basic ${btoa(user.includes(":") ? user : `${user}:`)}`;
    const bearer = options.get("oauth2-bearer");
    if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    const referer = options.get("referer");
    if (referer !== undefined) headers["referer"] = referer;
    const range = options.get("range");
    if (range !== undefined) headers["range"] = `bytes=${range}`;
    if (options.has("compressed")) headers["accept-encoding"] = "deflate, gzip, br, zstd";
    const cookies = [];
    for (const text of options.all("cookie")) cookies.push(text.includes("=") ? text : cookiesIn(textOf(await contentOf(this.#process, text, 26))));
    if (cookies.length > 0) headers["cookie"] = cookies.filter(Boolean).join("; ");
    if (options.has("json")) Object.assign(headers, { accept: "application/json" });
    if (type !== undefined) headers["content-type"] = type;
    const given = [];
    for (const text of options.all("header"))
      given.push(...(text.startsWith("@") ? textOf(await contentOf(this.#process, text.slice(1), 26)).split(/\r?\n/) : [text]));
    for (const text of given) {
      const [, name, mark, value = ""] = /^([^:;]+)([:;])\s*(.*)$/s.exec(text) ?? [];
      if (name === undefined) continue;
      const key = name.trim().toLowerCase();
      if (value.trim() === "" && mark === ":") delete headers[key];
      else headers[key] = value.trim();
    }
    return headers;
  }

  async #answer(
    url: URL,
    method: string,
    headers: Record<string, string>,
    body: Uint8Array | undefined,
    deadline: Deadline,
    transfer: Transfer,
  ): Promise<HttpResponse> {
    const options = this.#options;
    const process = this.#process;
    const place = this.#place(url);
    const host = place?.replace(/:\d+$/, "") ?? url.hostname;
    const address = process.machine.net.resolve(host)[0] ?? host;
    transfer.address = address;
    if (address !== "" && process.machine.net.resolve(host).length > 0) await this.#verbose(`*   Trying ${address}:${portOf(url)}...\n`);
    const connected = deadline.limit(Number(options.get("connect-timeout") ?? usualConnectTimeout / 1000) * 1000, "connect");
    const tls = url.protocol === "https:" ? this.#tls() : undefined;
    if (url.protocol === "https:" && !process.machine.net.vouched?.(url.hostname) && !(await this.#trusts())) {
      // The handshake fails before anything is asked.
      await deadline.within(() =>
        send(process, { method: "HEAD", url: url.origin, headers: {}, signal: deadline.signal, ...(tls && { tls }) }, place),
      );
      throw new CurlError(
        60,
        `SSL certificate problem: unable to get local issuer certificate\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.`,
      );
    }
    const identity = url.protocol === "https:" ? await this.#identity() : undefined;
    const carried = body ? { ...headers, "content-length": String(body.length) } : headers;
    const response = await deadline.within(() =>
      send(
        process,
        {
          method,
          url: url.href,
          headers: carried,
          ...(body && { body }),
          ...(identity && { identity }),
          ...(tls && { tls }),
          signal: deadline.signal,
        },
        place,
      ),
    );
    connected();
    transfer.sentBytes += body?.length ?? 0;
    const { hash: _hash, pathname, search } = url;
    const http = url.protocol === "https:" ? "HTTP/2" : "HTTP/1.1";
    await this.#verbose(`* Connected to ${url.hostname} (${address}) port ${portOf(url)} (#0)\n`);
    if (url.protocol === "https:") await this.#verbose(`* SSL connection using ${suites[response.tls ?? tls?.newest ?? 13] ?? suites[13]}\n`);
    const lines = Object.entries(carried).map(([name, value]) => `> ${http === "HTTP/2" ? name : headerName(name)}: ${value}\n`);
    await this.#verbose(`> ${method} ${pathname}${search} ${http}\n${lines.join("")}> \n`);
    return response;
  }

  /** The versions of TLS that the flags leave: `--tlsv1.2` is the oldest, `--tls-max` the newest. */
  #tls(): { oldest: number; newest: number } | undefined {
    const options = this.#options;
    const oldest = [13, 12, 11, 10].find((one) => options.has(`tlsv1.${one % 10}`));
    const newest = options.get("tls-max");
    if (newest !== undefined && !/^(?:default|1\.[0-3])$/.test(newest)) throw new CurlError(2, "option --tls-max: is badly used here");
    if (oldest === undefined && newest === undefined) return undefined;
    return { oldest: oldest ?? 12, newest: newest === undefined || newest === "default" ? 13 : Number(newest) * 10 };
  }

  /** Where `--resolve` and `--connect-to` send a request. */
  #place(url: URL): string | undefined {
    const port = portOf(url);
    for (const text of this.#options.all("resolve")) {
      const [, host, from, address] = /^[+-]?(\*|[^:]+):(\d+):(.+)$/.exec(text) ?? [];
      if (address !== undefined && (host === "*" || host === url.hostname) && Number(from) === port) return `${address.split(",")[0]}:${port}`;
    }
    for (const text of this.#options.all("connect-to")) {
      const [host = "", from = "", toHost = "", toPort = ""] = text.split(":");
      if ((host === "" || host === url.hostname) && (from === "" || Number(from) === port)) return `${toHost || url.hostname}:${toPort || port}`;
    }
    return undefined;
  }

  /** Whether the server's certificate counts: what is served here is signed by authorities of clusters. */
  async #trusts(): Promise<boolean> {
    const options = this.#options;
    if (options.has("insecure")) return true;
    const file = options.get("cacert") ?? this.#process.env.get("CURL_CA_BUNDLE");
    if (file === undefined) return false;
    try {
      const text = textOf(await this.#process.read(file));
      if (text.includes("-----BEGIN CERTIFICATE-----")) return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
    throw new CurlError(77, `error setting certificate file: ${file}`);
  }

  /** The certificate that `--cert` names; its key may be in the same file. */
  async #identity(): Promise<Identity | undefined> {
    const options = this.#options;
    const file = options.get("cert")?.replace(/(?<=.):[^/]*$/, "");
    if (file === undefined) return undefined;
    const certificate = await this.#read(file);
    if (!certificate?.includes("-----BEGIN CERTIFICATE-----")) {
      const why = certificate === undefined ? "80000002:system library::No such file or directory" : "0480006C:PEM routines::no start line";
      throw new CurlError(
        58,
        `could not load PEM client certificate from ${file}, OpenSSL error error:${why}, (no key found, wrong pass phrase, or wrong file format?)`,
      );
    }
    const keyFile = options.get("key") ?? file;
    const key = await this.#read(keyFile);
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key ?? "")) throw new CurlError(58, `unable to set private key file: '${keyFile}' type PEM`);
    return { certificate, key: key ?? "" };
  }

  async #read(file: string): Promise<string | undefined> {
    try {
      return textOf(await this.#process.read(file));
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  async #head(response: HttpResponse, url: URL, transfer: Transfer): Promise<void> {
    const options = this.#options;
    const second = url.protocol === "https:";
    const phrase = phraseOf(response.status);
    const lines = [second ? `HTTP/2 ${response.status} ` : `HTTP/1.1 ${response.status}${phrase ? ` ${phrase}` : ""}`];
    for (const [name, value] of headersOf(response)) lines.push(`${second ? name : headerName(name)}: ${value}`);
    const text = `${lines.join("\r\n")}\r\n\r\n`;
    transfer.headerBytes += text.length;
    await this.#verbose(`${lines.map((line) => `< ${line}\n`).join("")}< \n`);
    if (options.has("head") || options.has("show-headers")) await this.#write(bytesOf(text));
    const file = options.get("dump-header");
    if (file !== undefined) {
      const target = file === "-" ? undefined : this.#process.open(file, transfer.redirects > 0 ? "append" : "write");
      if (target) {
        await this.#process.writeTo(target, bytesOf(text));
        target.release();
      } else await this.#process.stdout.write(bytesOf(text));
    }
    const jar = options.get("cookie-jar");
    if (jar !== undefined) await this.#keepCookies(jar, response, url);
  }

  async #keepCookies(jar: string, response: HttpResponse, url: URL): Promise<void> {
    const lines = [
      "# Netscape HTTP Cookie File",
      "# https://curl.se/docs/http-cookies.html",
      "# This file was generated by libcurl! Edit at your own risk.",
      "",
    ];
    for (const [name, value] of headersOf(response)) {
      const [, key, text] = name === "set-cookie" ? (/^([^=]+)=([^;]*)/.exec(value) ?? []) : [];
      if (key !== undefined) lines.push(`${url.hostname}\tFALSE\t${/;\s*path=([^;]*)/i.exec(value)?.[1] ?? "/"}\tFALSE\t0\t${key}\t${text ?? ""}`);
    }
    const target = jar === "-" ? undefined : this.#process.open(jar, "write");
    if (!target) return this.#process.stdout.write(bytesOf(`${lines.join("\n")}\n`));
    await this.#process.writeTo(target, bytesOf(`${lines.join("\n")}\n`));
    target.release();
  }

  async #body(response: HttpResponse, transfer: Transfer, deadline: Deadline): Promise<void> {
    const source = bodySource(response);
    try {
      for (;;) {
        const bytes = response.body instanceof Uint8Array ? await source.read() : await deadline.within(() => source.read(deadline.signal));
        if (!bytes) break;
        transfer.bodyBytes += bytes.length;
        await this.#write(bytes);
      }
    } finally {
      source.cancel();
    }
    // An empty answer still makes the file.
    if (this.#target !== undefined) this.#opened(this.#target);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const target = this.#target;
    if (target === undefined) return this.#process.stdout.write(bytes);
    await this.#process.writeTo(this.#opened(target), bytes);
  }

  #opened(target: string): OpenFile {
    if (!this.#output && this.#options.has("create-dirs") && target.includes("/")) {
      const { fs } = this.#process.machine;
      fs.mkdir(fs.resolve(this.#process.cwd, target.replace(/\/[^/]*$/, "")), { recursive: true });
    }
    this.#output ??= this.#process.open(target, "write");
    return this.#output;
  }
}
