import type { Environment } from "@marcbachmann/cel-js";
import { type Address, type Cidr, contains, parseAddress, parseCidr } from "../../ip.ts";
import { CelProblem } from "../problem.ts";

class Ip {
  readonly address: Address;

  constructor(address: Address) {
    this.address = address;
  }

  toString(): string {
    return this.address.canonical;
  }
}

class Range {
  readonly cidr: Cidr;

  constructor(cidr: Cidr) {
    this.cidr = cidr;
  }

  toString(): string {
    return `${this.cidr.address.canonical}/${this.cidr.bits}`;
  }
}

/** Addresses are strict: neither zeros in front nor IPv4 in IPv6. */
function strict(text: string): Address | undefined {
  const address = parseAddress(text);
  return address?.legacy ? undefined : address;
}

function ip(text: string): Ip {
  const address = strict(text);
  if (!address)
    throw new CelProblem(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP`,
    );
  return new Ip(address);
}

function cidrOf(text: string): Cidr | undefined {
  const cidr = parseCidr(text);
  return cidr?.legacy && cidr.legacy !== "host bits" ? undefined : cidr;
}

function cidr(text: string): Range {
  const found = cidrOf(text);
  if (!found) throw new CelProblem(`network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`);
  return new Range(found);
}

const firstBytes = (address: Address, ...bytes: number[]) => bytes.every((byte, i) => address.bytes[i] === byte);
const isUnspecified = (address: Address) => address.bytes.every((byte) => byte === 0);
const isLoopback = (address: Address) => (address.family === "IPv4" ? address.bytes[0] === 127 : address.canonical === "::1");
const isMulticast = (address: Address) => (address.family === "IPv4" ? ((address.bytes[0] ?? 0) & 0xf0) === 0xe0 : address.bytes[0] === 0xff);
const isLinkLocalMulticast = (address: Address) =>
  address.family === "IPv4" ? firstBytes(address, 224, 0, 0) : address.bytes[0] === 0xff && ((address.bytes[1] ?? 0) & 0x0f) === 2;
const isLinkLocalUnicast = (address: Address) =>
  address.family === "IPv4" ? firstBytes(address, 169, 254) : address.bytes[0] === 0xfe && ((address.bytes[1] ?? 0) & 0xc0) === 0x80;
const isBroadcast = (address: Address) => address.canonical === "255.255.255.255";
const isGlobalUnicast = (address: Address) =>
  !isUnspecified(address) && !isLoopback(address) && !isMulticast(address) && !isLinkLocalUnicast(address) && !isBroadcast(address);

const prefixOf = (address: Address, bits: number): Range => new Range(cidr(`${address.canonical}/${bits}`).cidr);

/** Addresses and ranges. */
export function registerNetwork(env: Environment): void {
  class IpNamespace {}
  env.registerType("net.IP", Ip);
  env.registerType("net.CIDR", Range);
  env.registerType("ip.Namespace", IpNamespace);
  env.registerConstant("ip", "ip.Namespace", new IpNamespace());
  const of = "net.IP";
  const range = "net.CIDR";
  env
    .registerFunction(`ip(string): ${of}`, ip)
    .registerFunction("isIP(string): bool", (text: string) => strict(text) !== undefined)
    .registerFunction("ip.Namespace.isCanonical(string): bool", (_: IpNamespace, text: string) => ip(text).address.canonical === text)
    .registerFunction(`${of}.family(): int`, ({ address }: Ip) => (address.family === "IPv4" ? 4n : 6n))
    .registerFunction(`${of}.isUnspecified(): bool`, ({ address }: Ip) => isUnspecified(address))
    .registerFunction(`${of}.isLoopback(): bool`, ({ address }: Ip) => isLoopback(address))
    .registerFunction(`${of}.isLinkLocalMulticast(): bool`, ({ address }: Ip) => isLinkLocalMulticast(address))
    .registerFunction(`${of}.isLinkLocalUnicast(): bool`, ({ address }: Ip) => isLinkLocalUnicast(address))
    .registerFunction(`${of}.isGlobalUnicast(): bool`, ({ address }: Ip) => isGlobalUnicast(address))
    .registerFunction(`string(${of}): string`, (value: Ip) => String(value))
    .registerOperator(`${of} == ${of}`, (a: Ip, b: Ip) => a.address.canonical === b.address.canonical)
    .registerFunction(`cidr(string): ${range}`, cidr)
    .registerFunction("isCIDR(string): bool", (text: string) => cidrOf(text) !== undefined)
    .registerFunction(`${range}.containsIP(string): bool`, (value: Range, text: string) => contains(value.cidr, ip(text).address))
    .registerFunction(`${range}.containsIP(${of}): bool`, (value: Range, { address }: Ip) => contains(value.cidr, address))
    .registerFunction(`${range}.containsCIDR(string): bool`, (value: Range, text: string) => holds(value, cidr(text)))
    .registerFunction(`${range}.containsCIDR(${range}): bool`, holds)
    .registerFunction(`${range}.ip(): ${of}`, (value: Range) => new Ip(value.cidr.address))
    .registerFunction(`${range}.masked(): ${range}`, (value: Range) => cidr(value.cidr.canonical))
    .registerFunction(`${range}.prefixLength(): int`, (value: Range) => BigInt(value.cidr.bits))
    .registerFunction(`string(${range}): string`, (value: Range) => String(value))
    .registerOperator(`${range} == ${range}`, (a: Range, b: Range) => String(a) === String(b));
}

const holds = (outer: Range, inner: Range): boolean =>
  inner.cidr.bits >= outer.cidr.bits &&
  contains(outer.cidr, inner.cidr.address) &&
  contains(prefixOf(outer.cidr.address, outer.cidr.bits).cidr, inner.cidr.address);
