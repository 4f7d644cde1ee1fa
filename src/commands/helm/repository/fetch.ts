import { bodySource } from "#base/http.ts";
import { readAll } from "#base/streams.ts";
import { NetError, type Process } from "#shell/process.ts";
import { bundledAnswer } from "../charts/bundle.ts";
import { HelmError } from "../errors.ts";

/** What is at an address: what the bundled repositories hold, else what the network answers. Throws a `HelmError`. */
export async function fetched(process: Process, url: string, credentials: { username?: string; password?: string } = {}): Promise<Uint8Array> {
  const bundled = bundledAnswer(url);
  if (bundled) return bundled;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (scheme === "oci") throw new HelmError(`Not simulated by Podyard: charts in OCI registries (${url})`);
  if (scheme !== "http" && scheme !== "https") throw new HelmError(`scheme ${JSON.stringify(scheme)} not supported`);
  const { username, password } = credentials;
  const headers = {
    "user-agent": "Helm/4.2.3",
    ...(username && { authorization: `Basic ${btoa(`${username}:${password ?? ""}`)}` }),
  };
  try {
    const answer = await process.machine.net.fetch({ method: "GET", url, headers });
    if (answer.status !== 200) throw new HelmError(`failed to fetch ${url} : ${statusText(answer.status)}`);
    return await readAll(bodySource(answer));
  } catch (problem) {
    if (problem instanceof NetError) throw new HelmError(`Get "${url}": ${reason(problem, url)}`);
    throw problem;
  }
}

const texts: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
const statusText = (status: number): string => `${status} ${texts[status] ?? ""}`.trim();

function reason({ code, message }: NetError, url: string): string {
  const host = new URL(url).hostname;
  if (code === "ENOTFOUND") return `dial tcp: lookup ${host}: no such host`;
  if (code === "ECONNREFUSED") return `dial tcp ${new URL(url).host}: connect: connection refused`;
  return code === "ETIMEDOUT" ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)" : message;
}
