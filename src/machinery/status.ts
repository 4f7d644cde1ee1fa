import { quoted } from "./field-error.ts";
import type { Status, StatusCause, StatusDetails } from "./types.ts";

/** A failure of the API, thrown: what a client gets as a `Status`. Made by the constructors below, never by hand. */
export class StatusError extends Error {
  readonly status: Status;
  /** Further headers of the answer, such as Retry-After. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, headers: Record<string, string> = {}) {
    super(message);
    this.name = "StatusError";
    this.headers = headers;
    this.status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, ...(details ? { details } : {}), code };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? "";
  }
}

/** Which resource a failure is about: `pods`, or `deployments` of `apps`. */
export interface ResourceName {
  group: string;
  /** Plural. */
  resource: string;
}

/** `deployments.apps`, `pods`. */
export const qualified = ({ group, resource }: ResourceName): string => (group ? `${resource}.${group}` : resource);

const about = (on: ResourceName, name: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(on.group ? { group: on.group } : {}),
  ...(on.resource ? { kind: on.resource } : {}),
});

export const notFound = (on: ResourceName, name: string) =>
  new StatusError(404, "NotFound", `${qualified(on)} ${quoted(name)} not found`, about(on, name));

export const alreadyExists = (on: ResourceName, name: string) =>
  new StatusError(409, "AlreadyExists", `${qualified(on)} ${quoted(name)} already exists`, about(on, name));

export const conflict = (
  on: ResourceName,
  name: string,
  why = "the object has been modified; please apply your changes to the latest version and try again",
) => new StatusError(409, "Conflict", `Operation cannot be fulfilled on ${qualified(on)} ${quoted(name)}: ${why}`, about(on, name));

export const forbidden = (on: ResourceName, name: string, why: string) =>
  new StatusError(403, "Forbidden", `${qualified(on)}${name ? ` ${quoted(name)}` : ""} is forbidden: ${why}`, about(on, name));

export const badRequest = (why: string) => new StatusError(400, "BadRequest", why);

export const unauthorized = () => new StatusError(401, "Unauthorized", "Unauthorized");

/** No such path or resource. */
export const noSuchPath = () => new StatusError(404, "NotFound", "the server could not find the requested resource", {});

export const methodNotAllowed = (on: ResourceName, verb: string) =>
  new StatusError(405, "MethodNotAllowed", `${verb} is not supported on resources of kind "${qualified(on)}"`, about(on, ""));

export const gone = (why: string) => new StatusError(410, "Expired", why);

export const tooLarge = (why: string) => new StatusError(413, "RequestEntityTooLarge", why);

export const unsupportedMediaType = (why: string) => new StatusError(415, "UnsupportedMediaType", why);

export const notAcceptable = (why: string) => new StatusError(406, "NotAcceptable", why);

export const tooManyRequests = (why: string, details?: StatusDetails) => new StatusError(429, "TooManyRequests", why, details);

export const internalError = (why: string) =>
  new StatusError(500, "InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });

export const serviceUnavailable = (why: string) => new StatusError(503, "ServiceUnavailable", why);

/** A change that could be read but not made: what the real server says of patches that do not apply. */
export const rejected = () => new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});

/** Something that Podyard knows and does not simulate. `what` names it: "Not simulated by Podyard: ‹what›". */
export const notSimulated = (what: string) => new StatusError(501, "NotImplemented", `Not simulated by Podyard: ${what}`);

/** One thing wrong with one field. `path` is as the user wrote it: ["spec", "containers", 0, "image"]; a key of a map is {key: "app"}. */
export interface FieldError {
  type:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid"
    | "InternalError";
  path: FieldPath;
  /** Without the path: `Invalid value: "x": must be …`. */
  text: string;
}

export type FieldPath = readonly (string | number | { key: string })[];

/** `spec.containers[0].image`, `metadata.labels[app]`. */
export function pathText(path: FieldPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "string") text += text ? `.${step}` : step;
    else text += `[${typeof step === "number" ? step : step.key}]`;
  }
  return text || "<nil>";
}

/** 422 with one cause a field error, its message listing them as Kubernetes does. */
export function invalid(kind: { group: string; kind: string }, name: string, errors: readonly FieldError[]): StatusError {
  const causes: StatusCause[] = errors.map((e) => ({ reason: e.type, message: e.text, field: pathText(e.path) }));
  const texts = [...new Set(errors.map((e) => `${pathText(e.path)}: ${e.text}`))];
  const message = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const of = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return new StatusError(422, "Invalid", `${of} ${quoted(name)} is invalid: ${message}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes,
  });
}
