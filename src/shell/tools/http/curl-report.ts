import type { NetError } from "../../process.ts";
import { CurlError } from "./curl-body.ts";
import { portOf, type TookTooLong } from "./exchange.ts";

/** What is known of a transfer when it is done, for `-w`. */
export interface Transfer {
  url: string;
  effective: URL;
  method: string;
  status: number;
  type: string;
  headerBytes: number;
  bodyBytes: number;
  sentBytes: number;
  redirects: number;
  redirectUrl: string;
  milliseconds: number;
  address: string;
  file: string;
  error: CurlError | undefined;
}

export const cookiesIn = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line && !line.startsWith("# "))
    .map((line) => line.split("\t"))
    .filter((fields) => fields.length >= 7)
    .map((fields) => `${fields[5]}=${fields[6]}`)
    .join("; ");

export function tooLate(error: TookTooLong, transfer: Transfer, milliseconds: number): CurlError {
  if (error.phase === "connect" || transfer.status === 0)
    return new CurlError(
      28,
      transfer.status === 0 && error.phase === "connect"
        ? `Failed to connect to ${transfer.effective.hostname} port ${portOf(transfer.effective)} after ${milliseconds} ms: Timeout was reached`
        : `Connection timed out after ${milliseconds} milliseconds`,
    );
  return new CurlError(28, `Operation timed out after ${milliseconds} milliseconds with ${transfer.bodyBytes} bytes received`);
}

export function problemOf(error: NetError, url: URL, milliseconds: number): CurlError {
  const port = portOf(url);
  switch (error.code) {
    case "ENOTFOUND":
      return new CurlError(6, `Could not resolve host: ${url.hostname}`);
    case "NOINTERNET":
      return new CurlError(6, error.message);
    case "ETIMEDOUT":
      return new CurlError(28, `Failed to connect to ${url.hostname} port ${port} after ${milliseconds} ms: Timeout was reached`);
    case "EPROTO":
      return new CurlError(35, `OpenSSL/3.0.17: ${error.message}`);
    case "ECONNRESET":
      return new CurlError(56, "Recv failure: Connection reset by peer");
    default:
      return new CurlError(7, `Failed to connect to ${url.hostname} port ${port} after ${milliseconds} ms: Couldn't connect to server`);
  }
}

/** `-w`: `%{http_code}` and the like. */
export function written(format: string, transfer: Transfer): string {
  const seconds = (transfer.milliseconds / 1000).toFixed(6);
  const values: Record<string, () => string> = {
    http_code: () => String(transfer.status).padStart(3, "0"),
    response_code: () => String(transfer.status).padStart(3, "0"),
    http_version: () => (transfer.status === 0 ? "0" : transfer.effective.protocol === "https:" ? "2" : "1.1"),
    content_type: () => transfer.type,
    size_download: () => String(transfer.bodyBytes),
    size_header: () => String(transfer.headerBytes),
    size_upload: () => String(transfer.sentBytes),
    size_request: () => "0",
    speed_download: () => String(transfer.milliseconds > 0 ? Math.round((transfer.bodyBytes * 1000) / transfer.milliseconds) : 0),
    speed_upload: () => "0",
    time_total: () => seconds,
    time_connect: () => (transfer.status === 0 ? "0.000000" : seconds),
    time_namelookup: () => "0.000000",
    time_appconnect: () => "0.000000",
    time_pretransfer: () => "0.000000",
    time_starttransfer: () => seconds,
    time_redirect: () => "0.000000",
    num_redirects: () => String(transfer.redirects),
    num_connects: () => (transfer.status === 0 ? "0" : String(1 + transfer.redirects)),
    num_headers: () => "0",
    redirect_url: () => transfer.redirectUrl,
    url: () => transfer.url,
    url_effective: () => transfer.effective.href,
    remote_ip: () => (transfer.status === 0 ? "" : transfer.address),
    remote_port: () => (transfer.status === 0 ? "0" : String(portOf(transfer.effective))),
    local_ip: () => "",
    scheme: () => transfer.effective.protocol.replace(":", "").toUpperCase(),
    method: () => transfer.method,
    filename_effective: () => transfer.file,
    exitcode: () => String(transfer.error?.code ?? 0),
    errormsg: () => transfer.error?.message ?? "",
    ssl_verify_result: () => "0",
  };
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
  return format.replace(/%\{(\w+)\}|%%|\\(.)/g, (whole, name?: string, letter?: string) => {
    if (whole === "%%") return "%";
    if (letter !== undefined) return escapes[letter] ?? whole;
    return (
      values[name ?? ""]?.() ??
      (name === "stdout" || name === "stderr" || name === "onerror" ? "" : `curl: unknown --write-out variable: '${name}'\n`)
    );
  });
}
