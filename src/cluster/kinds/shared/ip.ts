import { type Address, type Cidr, parseAddress, parseCidr } from "#machinery/ip.ts";
import type { Field } from "./field.ts";

/** An address in a field that has always been there: what older servers let in stays (`old`), the rest must be well-formed. */
export function checkAddress(field: Field, text: string, old: readonly string[] = []): void {
  const problem = addressProblem(parseAddress(text));
  if (problem && !old.includes(text)) field.invalid(text, problem);
}

/** An address in a field that was strict from its first day. */
export const checkStrictAddress = (field: Field, text: string): void => field.problems(text, addressProblems(text));

/** What is wrong with an address that must be written as everybody should write it. */
export function addressProblems(text: string): string[] {
  const address = parseAddress(text);
  const problem = addressProblem(address);
  if (problem) return [problem];
  return address && address.canonical !== text ? [`must be in canonical form ("${address.canonical}")`] : [];
}

function addressProblem(address: Address | undefined): string | undefined {
  if (!address) return "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
  if (address.legacy === "leading zeros") return "must not have leading 0s";
  return address.legacy === "mapped" ? "must not be an IPv4-mapped IPv6 address" : undefined;
}

/** Where something answers: an address, and one that others can reach. */
export function checkEndpointAddress(field: Field, text: string, old: readonly string[] = []): void {
  const before = field.count;
  checkAddress(field, text, old);
  if (field.count === before) checkReachable(field, text);
}

/** That others can reach an address, however it is written. */
export function checkReachable(field: Field, text: string): void {
  const address = parseAddress(text);
  if (!address) field.invalid(text, "must be a valid IP address");
  else for (const why of unreachable(address)) field.invalid(text, why);
}

function* unreachable({ family, bytes, canonical }: Address): Iterable<string> {
  const [a = 0, b = 0, c = 0] = bytes;
  const v4 = family === "IPv4";
  if (bytes.every((byte) => byte === 0)) yield `may not be unspecified (${canonical})`;
  if (v4 ? a === 127 : canonical === "::1") yield "may not be in the loopback range (127.0.0.0/8, ::1/128)";
  if (v4 ? a === 169 && b === 254 : a === 0xfe && b >> 6 === 2) yield "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
  if (v4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0xf) === 2)
    yield "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
}

/** A range in a field that has always been there. */
export function checkCidr(field: Field, text: string, old: readonly string[] = []): void {
  if (!old.includes(text)) wellFormedCidr(field, text);
}

/** A range in a field that was strict from its first day. */
export function checkStrictCidr(field: Field, text: string): void {
  const before = field.count;
  const cidr = wellFormedCidr(field, text);
  if (cidr && field.count === before && cidr.canonical !== text) field.invalid(text, `must be in canonical form ("${cidr.canonical}")`);
}

function wellFormedCidr(field: Field, text: string): Cidr | undefined {
  const cidr = parseCidr(text);
  if (!cidr) field.invalid(text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
  else if (cidr.legacy === "leading zeros") field.invalid(text, "must not have leading 0s in IP or prefix length");
  else if (cidr.legacy === "mapped") field.invalid(text, "must not have an IPv4-mapped IPv6 address");
  else if (cidr.legacy === "host bits") field.invalid(text, "must not have bits set beyond the prefix length");
  return cidr;
}

/** What is let in, but should be written otherwise. */
export function* addressWarnings(path: string, text: string): Iterable<string> {
  const address = parseAddress(text);
  if (address?.legacy) yield `${path}: non-standard IP address "${text}" is invalid: use "${address.canonical}"`;
  else if (address?.family === "IPv6" && address.canonical !== text)
    yield `${path}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${address.canonical}")`;
}

export function* cidrWarnings(path: string, text: string): Iterable<string> {
  const cidr = parseCidr(text);
  if (!cidr) return;
  if (cidr.legacy === "host bits") {
    const single = `${cidr.address.canonical}/${cidr.address.bytes.length * 8}`;
    yield `${path}: CIDR value "${text}" is ambiguous in this context (should be "${cidr.canonical}" or "${single}"?)`;
  } else if (cidr.legacy) yield `${path}: non-standard CIDR value "${text}" is invalid: use "${cidr.canonical}"`;
  else if (cidr.address.family === "IPv6" && cidr.canonical !== text)
    yield `${path}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${cidr.canonical}")`;
}

export const familyOfCidr = (text: string): Address["family"] | undefined => parseCidr(text)?.address.family;

/** The address of a network interface, with how much of it is that of its network. */
export function checkInterfaceAddress(field: Field, text: string): void {
  const cidr = parseCidr(text);
  if (!cidr) {
    field.invalid(text, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
    return;
  }
  const canonical = `${cidr.address.canonical}/${cidr.canonical.slice(cidr.canonical.indexOf("/") + 1)}`;
  if (canonical !== text) field.invalid(text, `must be in canonical form ("${canonical}")`);
}
