import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { writeProtobuf } from "#machinery/protobuf-writer.ts";
import { notAcceptable, type StatusError } from "#machinery/status.ts";
import { contentType, type Form, failureForm } from "./negotiation.ts";

/** An answer of JSON that is there as text already, in the form that was asked for. */
export function answer(status: number, json: string, form: Form, request: HttpRequest, warnings: readonly string[] = []): HttpResponse {
  return whole(status, bodyIn(form, json, form.pretty || isPretty(request)), form, warnings);
}

/** An answer whose bytes are there already. */
export function whole(status: number, body: Uint8Array, form: Form, warnings: readonly string[]): HttpResponse {
  return { status, headers: { ...commonHeaders, "content-type": contentType(form), ...warningHeaders(warnings) }, body };
}

/** JSON text as the bytes of a form. */
export function bodyIn({ media }: Form, json: string, pretty: boolean): Uint8Array {
  if (media === "json") return bytesOf(pretty ? JSON.stringify(JSON.parse(json), null, 2) : `${json}\n`);
  const value = JSON.parse(json);
  if (media === "yaml") return bytesOf(yamlText(value));
  const bytes = writeProtobuf(value);
  if (!bytes) throw notAcceptable("only the following media types are accepted: application/json, application/yaml");
  return bytes;
}

/** A failure as its Status. */
export function failure({ status, code, headers }: StatusError, request: HttpRequest, warnings: readonly string[] = []): HttpResponse {
  // Who takes nothing that there is gets it for their eyes.
  const form = failureForm(request.headers["accept"]) ?? { media: "json", pretty: true };
  const answered = answer(code, JSON.stringify(status), form, request, warnings);
  return { ...answered, headers: { ...answered.headers, ...headers } };
}

/** Plain text, as health checks and paths that nobody serves answer. */
export const plain = (status: number, text: string): HttpResponse => ({
  status,
  headers: { ...commonHeaders, "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body: bytesOf(text),
});

const commonHeaders = { "cache-control": "no-cache, private" };

export function warningHeaders(warnings: readonly string[]): { warning?: readonly string[] } {
  if (warnings.length === 0) return {};
  // What cannot stand in a header is not told.
  const texts = shortened([...new Set(warnings)].filter((text) => !/\p{Cc}/u.test(text)));
  if (texts.length === 0) return {};
  return { warning: texts.map((text) => `299 - "${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`) };
}

/** So many characters all warnings of an answer may have, and so many are left of each where they have more. */
const mostWarned = 4096;
const mostOfEach = 256;

/** From the warning on that is too much, all are cut, and when those are too many as well no more are told. */
function shortened(texts: readonly string[]): readonly string[] {
  let total = 0;
  const over = texts.findIndex((text) => {
    total += [...text].length;
    return total > mostWarned;
  });
  if (over < 0) return texts;
  total = 0;
  const cut = texts.map((text) => [...text].slice(0, mostOfEach).join(""));
  return cut.filter((text, i) => {
    const isTold = i <= over || total < mostWarned;
    if (isTold) total += [...text].length;
    return isTold;
  });
}

/** Whoever reads with their own eyes gets lines: who asks for it, and the usual tools. */
export function isPretty({ url, headers }: HttpRequest): boolean {
  const pretty = new URL(url, "http://server").searchParams.get("pretty");
  if (pretty) return /^(1|t|T|TRUE|true|True)$/.test(pretty);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers["user-agent"] ?? "");
}
