import type { HttpResponse } from "#base/http.ts";

const statusTexts: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const shown = new Set(["accept", "content-type", "user-agent", "impersonate-user", "impersonate-group", "impersonate-uid"]);
const longest = 10_240;

/** Tells requests and answers as `kubectl -v` does: from 6 on that they were made, from 7 their headers, from 8 what they held. */
export class Trace {
  readonly #level: number;
  readonly #now: () => number;
  readonly #log: (place: string, text: string) => void;

  constructor(level: number, now: () => number, log: (place: string, text: string) => void) {
    this.#level = level;
    this.#now = now;
    this.#log = log;
  }

  /** Tells a request; the answer to it is told by what this gives. */
  sending(method: string, url: string, headers: Readonly<Record<string, string>>, body: object | string | undefined): (answer: HttpResponse) => void {
    const started = this.#now();
    const [detailed, whole] = [this.#level >= 7, this.#level >= 8];
    if (whole)
      this.#log(
        "helper.go:105",
        `"Request Body" body=${quoted(body === undefined || typeof body === "string" ? (body ?? "") : JSON.stringify(body))}`,
      );
    const call = `verb=${quoted(method)} url=${quoted(url)}`;
    if (detailed) this.#log("round_trippers.go:527", `"Request" ${call} headers=${headerText(headers, (name) => shown.has(name))}`);
    return ({ status, headers: theirs }) => {
      const told = `status=${quoted(`${status} ${statusTexts[status] ?? ""}`.trim())}`;
      const more = whole ? ` headers=${headerText(theirs, () => true)}` : "";
      this.#log("round_trippers.go:632", `"Response" ${detailed ? "" : `${call} `}${told}${more} milliseconds=${Math.round(this.#now() - started)}`);
    };
  }

  /** Tells what an answer held. */
  received(text: string): void {
    if (this.#level >= 8) this.#log("helper.go:105", `"Response Body" body=${quoted(text)}`);
  }
}

const quoted = (text: string): string =>
  JSON.stringify(text.length > longest ? `${text.slice(0, longest)} [truncated ${text.length - longest} chars]` : text);

function headerText(headers: Readonly<Record<string, string | readonly string[] | undefined>>, isShown: (name: string) => boolean): string {
  const lines = Object.entries(headers)
    .filter(([name, value]) => value !== undefined && isShown(name.toLowerCase()))
    .map(([name, value]) => `\t${name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase())}: ${String(value)}`)
    .sort();
  return `<\n${lines.map((line) => `${line}\n`).join("")} >`;
}
