import type { Random } from "#base/random.ts";
import type { Api } from "#machinery/client.ts";
import type { ServiceCIDR } from "#machinery/types.ts";

/** Where cluster IPs come from when nothing else is said: 10.96.0.0/12. */
export const serviceRange = "10.96.0.0/12";

/** So many addresses at the range's start are left for those who ask for a certain one. */
const reserved = 256;

/** A free cluster IP. IPAddress objects stand for those that are taken. Undefined when none is left. */
export function pickAddress(api: Api, random: Random, dryRun: boolean): string | undefined {
  const { first, last } = bounds(serviceRange);
  if (dryRun) return text(first - 1);

  const from = first + reserved;
  const start = random.between(from, last);
  for (let i = 0; i < last - first + 1; i++) {
    // Beginning somewhere, to the end, then from the start of the upper part, then the reserved ones.
    const upper = last - from + 1;
    const address = i < upper ? from + ((start - from + i) % upper) : first + (i - upper);
    if (!taken(api, text(address))) return text(address);
  }
  return undefined;
}

/** Why a service may not have the address that it asks for, if so. */
export function whyNotAddress(ip: string, api: Api, dryRun: boolean): string | undefined {
  const cidrs = [serviceRange, ...api.list<ServiceCIDR>("servicecidrs.networking.k8s.io").flatMap(({ spec }) => spec.cidrs ?? [])];
  const value = number(ip);
  const isInRange = cidrs.some((cidr) => {
    if (cidr.includes(":")) return false;
    const { first, last } = bounds(cidr);
    return value >= first && value <= last;
  });
  // A dry run asks the default range alone, and is told of that one.
  if (!isInRange)
    return dryRun
      ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${serviceRange}`
      : "the provided network does not match the current range";
  return !dryRun && taken(api, ip) ? "provided IP is already allocated" : undefined;
}

const taken = (api: Api, ip: string) => api.get("ipaddresses.networking.k8s.io", ip) !== undefined;

/** The first and the last address of a range that services may have. */
function bounds(cidr: string): { first: number; last: number } {
  const [ip = "", bits = "32"] = cidr.split("/");
  const base = number(ip);
  return { first: base + 1, last: base + 2 ** (32 - Number(bits)) - 2 };
}

const number = (ip: string) => ip.split(".").reduce((value, part) => value * 256 + Number(part), 0);

const text = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
