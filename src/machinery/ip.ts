/** An IP address: IPv4 as four bytes, IPv6 as sixteen. */
export interface Address {
  readonly family: "IPv4" | "IPv6";
  readonly bytes: readonly number[];
  /** As everybody should write it. */
  readonly canonical: string;
  /** Written in a way that only old clients use, if so. */
  readonly legacy?: "leading zeros" | "mapped";
}

/** Reads an address, also in ways that are no longer allowed; undefined if it is none. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(":")) return parseV6(text);
  const bytes = parseV4(text);
  if (!bytes) return undefined;
  const canonical = bytes.join(".");
  return { family: "IPv4", bytes, canonical, ...(canonical !== text && { legacy: "leading zeros" as const }) };
}

function parseV4(text: string): number[] | undefined {
  if (!/^\d+(\.\d+){3}$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const sides = halves.map((half) => groupsOf(half, halves.length === 2));
  const [left, right = []] = sides;
  if (!left || sides.includes(undefined)) return undefined;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;

  const groups = [...left, ...Array<number>(halves.length === 2 ? missing : 0).fill(0), ...right];
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  if (mapped) return { family: "IPv4", bytes: bytes.slice(12), canonical: bytes.slice(12).join("."), legacy: "mapped" };
  return { family: "IPv6", bytes, canonical: compressed(groups) };
}

/** The groups of one side of `::`; the last may be written as an IPv4 address. */
function groupsOf(side: string, mayBeEmpty: boolean): number[] | undefined {
  if (side === "") return mayBeEmpty ? [] : undefined;
  const groups: number[] = [];
  const parts = side.split(":");
  for (const [i, part] of parts.entries()) {
    if (part.includes(".")) {
      const v4 = i === parts.length - 1 ? parseV4(part) : undefined;
      if (!v4) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = v4;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** RFC 5952: the longest run of zeros, if longer than one, becomes `::`. */
function compressed(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  return best.start < 0 ? hex(groups) : `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

/** A range of addresses: `10.0.0.0/8`. */
export interface Cidr {
  readonly address: Address;
  readonly bits: number;
  /** Written in a way that only old clients use, if so. */
  readonly legacy?: "leading zeros" | "mapped" | "host bits";
  /** The range's first address with its length: how everybody should write it. */
  readonly canonical: string;
}

/** Reads a range, also in ways that are no longer allowed; undefined if it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, ip = "", length = ""] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(ip);
  if (!address) return undefined;
  const mapped = address.legacy === "mapped";
  const bits = Number(length) - (mapped ? 96 : 0);
  if (bits < 0 || bits > address.bytes.length * 8) return undefined;
  const base = address.bytes.map((byte, i) => byte & (0xff << Math.max(0, 8 - Math.max(0, bits - i * 8))) & 0xff);
  const network =
    address.family === "IPv4" ? base.join(".") : compressed(Array.from({ length: 8 }, (_, i) => (base[2 * i] ?? 0) * 256 + (base[2 * i + 1] ?? 0)));
  const zeros = address.legacy === "leading zeros" || (length.length > 1 && length.startsWith("0"));
  const legacy = zeros ? "leading zeros" : mapped ? "mapped" : network !== address.canonical ? "host bits" : undefined;
  return { address, bits, canonical: `${network}/${bits}`, ...(legacy && { legacy }) };
}

/** Whether a range holds an address. */
export function contains(cidr: Cidr, address: Address): boolean {
  if (cidr.address.family !== address.family) return false;
  return address.bytes.every((byte, i) => {
    const mask = (0xff << Math.max(0, 8 - Math.max(0, cidr.bits - i * 8))) & 0xff;
    return (byte & mask) === ((cidr.address.bytes[i] ?? 0) & mask);
  });
}
