import { JsonError, parseJson } from "#machinery/json.ts";
import { configMapKeyProblems } from "#machinery/names.ts";
import type { Secret } from "#machinery/types.ts";
import { sortedKeys } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { pemProblem } from "./pem.ts";

const mostBytes = 1024 * 1024;
const accountName = "kubernetes.io/service-account.name";

export function checkSecret(field: Field, secret: Secret): void {
  const at = field.at("data");
  let size = 0;
  for (const key of sortedKeys(secret.data)) {
    at.key(key).problems(key, configMapKeyProblems(key));
    size += decodedLength(secret.data?.[key] ?? "");
  }
  if (size > mostBytes) at.tooLong(mostBytes);
  checkType(field, secret);
}

export const decodedLength = (base64: string): number => Math.floor((base64.replace(/=+$/, "").length * 3) / 4);

const textOf = (base64: string): string => new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));

/** What each type of secret must hold. */
function checkType(field: Field, { type, data = {}, metadata }: Secret): void {
  const at = field.at("data");
  const needs = (key: string) => {
    if (data[key] === undefined) at.key(key).required();
  };
  switch (type) {
    case "kubernetes.io/service-account-token":
      if (!metadata.annotations?.[accountName]) field.at("metadata", "annotations").key(accountName).required();
      break;
    case "kubernetes.io/dockercfg":
      checkJson(at.key(".dockercfg"), data[".dockercfg"]);
      break;
    case "kubernetes.io/dockerconfigjson":
      checkJson(at.key(".dockerconfigjson"), data[".dockerconfigjson"]);
      break;
    case "kubernetes.io/basic-auth":
      if (data.username === undefined && data.password === undefined) {
        needs("username");
        needs("password");
      }
      break;
    case "kubernetes.io/ssh-auth":
      if (!data["ssh-privatekey"]) at.key("ssh-privatekey").required();
      break;
    case "kubernetes.io/tls":
      needs("tls.crt");
      needs("tls.key");
  }
}

function checkJson(field: Field, base64: string | undefined): void {
  if (base64 === undefined) {
    field.required();
    return;
  }
  const problem = objectProblem(textOf(base64));
  if (problem) field.invalid("<secret contents redacted>", problem);
}

/** Why a text is no JSON object, as Go says it. */
function objectProblem(text: string): string | undefined {
  try {
    const { value } = parseJson(text);
    if (value === null || (typeof value === "object" && !Array.isArray(value))) return undefined;
    const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value === "string" ? "string" : "number";
    return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
}

const settled = "field is immutable when `immutable` is set";

/** What may not change of a map that says so of itself. */
export function checkSettled<T extends { immutable?: boolean }>(field: Field, map: T, old: T, parts: readonly (keyof T & string)[]): void {
  if (!old.immutable) return;
  if (!map.immutable) field.at("immutable").forbidden(settled);
  for (const part of parts) if (map[part] !== old[part]) field.at(part).forbidden(settled);
}

export function* secretWarnings({ type, data = {} }: Secret): Iterable<string> {
  if (type !== "kubernetes.io/tls") return;
  const problem = pemProblem(textOf(data["tls.crt"] ?? ""), textOf(data["tls.key"] ?? ""));
  if (problem) yield problem;
}
