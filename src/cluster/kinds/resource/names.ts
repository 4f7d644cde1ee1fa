import { byteLength, identifierProblems } from "#machinery/names.ts";
import { checkSubdomain } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkDriverName } from "../shared/storage.ts";

const longestPool = 253;
const longestId = 32;

/** The name of a pool of devices: parts that are subdomains each. */
export function checkPoolName(field: Field, name: string | undefined): void {
  if (!name) {
    field.required();
    return;
  }
  if (byteLength(name) > longestPool) field.tooLong(longestPool);
  for (const part of name.split("/")) checkSubdomain(field, part);
}

/** The name of an attribute or a capacity: an identifier, perhaps with the domain of who says what it means. */
export function checkAttributeName(field: Field, name: string): void {
  const parts = name.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2) return;
  if (second === undefined) {
    checkId(field, first);
    return;
  }
  if (first) checkDriverName(field, first);
  else field.invalid("", "the domain must not be empty");
  if (second) checkId(field, second);
  else field.invalid("", "the name must not be empty");
}

export function checkFullAttributeName(field: Field, name: string): void {
  checkAttributeName(field, name);
  if (!name.includes("/")) field.invalid(name, "a fully qualified name must be a domain and a name separated by a slash");
}

function checkId(field: Field, id: string): void {
  if (byteLength(id) > longestId) field.tooLong(longestId);
  field.problems(id, identifierProblems(id));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Which share of a device that several may have. */
export function checkShareId(field: Field, id: string): void {
  if (uuid.test(id)) return;
  const looksLikeOne = /^(urn:uuid:)?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(id);
  field.invalid(
    id,
    looksLikeOne
      ? "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters"
      : `error validating uid: ${id.length === 36 ? "invalid UUID format" : `invalid UUID length: ${id.length}`}`,
  );
}
