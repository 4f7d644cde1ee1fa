import { byteLength } from "#machinery/names.ts";
import type { OpaqueDeviceConfiguration } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { checkDriverName } from "../shared/storage.ts";

const longest = 10 * 1024;

/** What a driver is told about a device, in its own words. What was `stored` before may be as long as it is. */
export function checkConfiguration(field: Field, opaque: OpaqueDeviceConfiguration | undefined, stored = false): void {
  const at = field.at("opaque");
  if (!opaque) {
    at.required();
    return;
  }
  checkDriverName(at.at("driver"), opaque.driver);
  checkFreeForm(at.at("parameters"), opaque.parameters, stored);
}

/** An object of whatever shape. */
export function checkFreeForm(field: Field, value: unknown, stored = false): void {
  if (value === undefined || value === null) field.required();
  else if (!stored && byteLength(JSON.stringify(value)) > longest) field.tooLong(longest);
  else if (typeof value !== "object" || Array.isArray(value)) field.invalid("<value omitted>", "must be a valid JSON object");
}
