import { subdomainWithUnderscoreProblems } from "#machinery/names.ts";
import type { PodDNSConfig } from "#machinery/types.ts";
import type { Field } from "../field.ts";
import { checkAddress } from "../ip.ts";

const mostServers = 3;
const mostSearches = 32;
const mostSearchCharacters = 2048;

export function checkDnsConfig(field: Field, config: PodDNSConfig | undefined, policy: string | undefined): void {
  if (policy === "None") {
    if (!config) field.required("must provide `dnsConfig` when `dnsPolicy` is None");
    else if (!config.nameservers?.length) field.at("nameservers").required("must provide at least one DNS nameserver when `dnsPolicy` is None");
    if (!config?.nameservers?.length) return;
  }
  if (!config) return;

  const { nameservers = [], searches = [], options = [] } = config;
  if (nameservers.length > mostServers) field.at("nameservers").invalid(nameservers, `must not have more than ${mostServers} nameservers`);
  for (const [i, server] of nameservers.entries()) checkAddress(field.at("nameservers", i), server);
  if (searches.length > mostSearches) field.at("searches").invalid(searches, `must not have more than ${mostSearches} search paths`);
  if (searches.join(" ").length > mostSearchCharacters)
    field.at("searches").invalid(searches, `must not have more than ${mostSearchCharacters} characters (including spaces) in the search list`);
  for (const [i, search] of searches.entries()) {
    if (search === ".") continue;
    const name = search.replace(/\.$/, "");
    field.at("searches", i).problems(name, subdomainWithUnderscoreProblems(name));
  }
  for (const [i, { name }] of options.entries()) if (!name) field.at("options", i).required("must not be empty");
}
