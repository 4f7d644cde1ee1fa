import { parseAddress } from "#machinery/ip.ts";
import type { Service } from "#machinery/types.ts";
import { checkSubdomain } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { checkAddress } from "../../shared/ip.ts";

/** Where a load balancer is. `field` is the status. */
export function checkServiceStatus(field: Field, { spec, status }: Service, old: Service): void {
  const at = field.at("loadBalancer", "ingress");
  const points = status.loadBalancer?.ingress ?? [];
  if (spec.type !== "LoadBalancer" && points.length > 0) {
    at.forbidden("may only be used when `spec.type` is 'LoadBalancer'");
    return;
  }
  const before = (old.status.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  for (const [i, { ip, ipMode, hostname }] of points.entries()) {
    if (ip) checkAddress(at.at(i, "ip"), ip, before);
    const mode = at.at(i, "ipMode");
    if (ipMode === undefined) {
      if (ip) mode.required("must be specified when `ip` is set");
    } else if (!ip) mode.forbidden("may not be specified when `ip` is not set");
    else if (ipMode !== "VIP" && ipMode !== "Proxy") mode.notSupported(ipMode, ["Proxy", "VIP"]);
    if (!hostname) continue;
    checkSubdomain(at.at(i, "hostname"), hostname);
    if (parseAddress(hostname)) at.at(i, "hostname").invalid(hostname, "must be a DNS name, not an IP address");
  }
}
