import type { Environment } from "@marcbachmann/cel-js";
import { CelProblem } from "../problem.ts";

/** A URL, or an absolute path, as it was written. */
class Location {
  readonly text: string;
  readonly url: URL;
  readonly isPath: boolean;

  constructor(text: string, url: URL, isPath: boolean) {
    this.text = text;
    this.url = url;
    this.isPath = isPath;
  }

  toString(): string {
    return this.text;
  }
}

function locationOf(text: string): Location | undefined {
  const isPath = text.startsWith("/");
  if (!isPath && !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text)) return undefined;
  try {
    return new Location(text, new URL(text, "http://path.invalid"), isPath);
  } catch {
    return undefined;
  }
}

const host = ({ url, isPath, text }: Location): string => {
  if (isPath) return "";
  // The port stands as it was written, the usual one too.
  return /^[^:]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(text)?.[1] ?? url.host;
};

export function registerUrls(env: Environment): void {
  const of = "kubernetes.URL";
  env.registerType(of, Location);
  env
    .registerFunction(`url(string): ${of}`, (text: string) => {
      const found = locationOf(text);
      if (!found) throw new CelProblem(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`);
      return found;
    })
    .registerFunction("isURL(string): bool", (text: string) => locationOf(text) !== undefined)
    .registerFunction(`${of}.getScheme(): string`, ({ url, isPath }: Location) => (isPath ? "" : url.protocol.slice(0, -1)))
    .registerFunction(`${of}.getHost(): string`, host)
    .registerFunction(`${of}.getHostname(): string`, (at: Location) =>
      host(at)
        .replace(/:\d*$/, "")
        .replace(/^\[(.*)\]$/, "$1"),
    )
    .registerFunction(`${of}.getPort(): string`, (at: Location) => /:(\d+)$/.exec(host(at))?.[1] ?? "")
    .registerFunction(`${of}.getEscapedPath(): string`, ({ url, text }: Location) =>
      url.pathname === "/" && !/^[^?#]*[^/:]\/(?:[?#]|$)|^\//.test(text) ? "" : url.pathname,
    )
    .registerFunction(`${of}.getQuery(): map<string, list<string>>`, ({ url }: Location) => {
      const query = new Map<string, string[]>();
      for (const [key, value] of url.searchParams) query.set(key, [...(query.get(key) ?? []), value]);
      return query;
    });
}
