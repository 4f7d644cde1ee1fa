import { bytesOf, textOf } from "#base/streams.ts";
import { JsonError, parseJson } from "#machinery/json.ts";
import { badRequest } from "#machinery/status.ts";

/** Where a list goes on: after which key, of which revision. */
export interface Continuation {
  revision: number;
  /** The last key that was given, without the resource's prefix. */
  start: string;
}

/** The revision of a list that goes on with how things are by then. */
export const now = -1;

const tokenVersion = "meta.k8s.io/v1";

export function continueToken({ revision, start }: Continuation): string {
  const bytes = bytesOf(JSON.stringify({ v: tokenVersion, rv: revision, start: `${start}\u0000` }));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Reads a token; one that this server did not make is refused. */
export function readContinueToken(token: string): Continuation {
  const refusal = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const wrong = token.search(/[^A-Za-z0-9_-]/);
  if (wrong >= 0 || token.length % 4 === 1) throw refusal(`illegal base64 data at input byte ${wrong >= 0 ? wrong : token.length - 1}`);
  const binary = atob(token.replaceAll("-", "+").replaceAll("_", "/"));
  if (binary.charCodeAt(0) > 0x7f)
    throw refusal(`invalid character '\\u${binary.charCodeAt(0).toString(16).padStart(4, "0")}' looking for beginning of value`);
  try {
    const { v, rv, start } = parseJson(textOf(Uint8Array.from(binary, (char) => char.charCodeAt(0)))).value as Record<string, unknown>;
    if (v !== tokenVersion) throw refusal(`server does not recognize this encoded version ${String(v ?? "")}`);
    const revision = Number(String(rv ?? 0));
    if (!Number.isSafeInteger(revision) || revision === 0 || revision < now)
      throw refusal("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
    if (typeof start !== "string" || !start.endsWith("\u0000")) throw refusal("encoded start key empty (version meta.k8s.io/v1)");
    return { revision, start: start.slice(0, -1) };
  } catch (error) {
    if (error instanceof JsonError) throw refusal(error.message);
    throw error;
  }
}
