import { RE2JS } from "re2js";
import { yamlText } from "#machinery/go-yaml.ts";
import { matcher } from "#machinery/selector.ts";
import { Configuration } from "../actions/configuration.ts";
import { defineCommand, exactly } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { count, format, text, toggle } from "../flags.ts";
import { goJson } from "../functions/encoding.ts";
import { formatGoTime } from "../go-time.ts";
import { structJson, tableText } from "../output.ts";
import type { Release, Status } from "../release/release.ts";

const flags = {
  "all-namespaces": toggle({ short: "A", help: "list releases across all namespaces" }),
  date: toggle({ short: "d", help: "sort by release date" }),
  deployed: toggle({ help: "show deployed releases" }),
  failed: toggle({ help: "show failed releases" }),
  filter: text({ short: "f", help: "a regular expression that names must match" }),
  max: count({ short: "m", default: 256, help: "how many releases to show at most" }),
  "no-headers": toggle({ help: "don't print headers when using the default output format" }),
  offset: count({ help: "the place of the first release that is shown" }),
  output: format(),
  pending: toggle({ help: "show pending releases" }),
  reverse: toggle({ short: "r", help: "reverse the sort order" }),
  selector: text({ short: "l", help: "a selector of labels that releases must match" }),
  short: toggle({ short: "q", help: "print names alone" }),
  superseded: toggle({ help: "show superseded releases" }),
  "time-format": text({ help: "the layout of times, as Go writes it" }),
  uninstalled: toggle({ help: "show uninstalled releases (if 'helm uninstall --keep-history' was used)" }),
  uninstalling: toggle({ help: "show releases that are being uninstalled" }),
};

const statuses: Readonly<Record<string, readonly Status[]>> = {
  deployed: ["deployed"],
  failed: ["failed"],
  pending: ["pending-install", "pending-upgrade", "pending-rollback"],
  superseded: ["superseded"],
  uninstalled: ["uninstalled"],
  uninstalling: ["uninstalling"],
};

/** `mychart-0.1.0`. */
export const chartText = ({ chart }: Release): string => (chart ? `${chart.metadata.name}-${chart.metadata.version}` : "MISSING");
export const appVersion = ({ chart }: Release): string => (chart ? (chart.metadata.appVersion ?? "") : "MISSING");

export const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  usage: "[flags]",
  summary: "list releases",
  description: `List the releases of a namespace, or with -A of all.

Releases of every status are shown unless --deployed, --failed and their like say which. They are sorted by name, with -d by date.`,
  flags,
  async run(invocation) {
    const { flags: given, out } = invocation;
    exactly(invocation, 0);
    const configuration = new Configuration(invocation, given["all-namespaces"] ? "" : invocation.namespace);
    await configuration.resources.checkReachable();
    const releases = chosen(await configuration.releases.list(), given);
    if (given.short) {
      const names = releases.map(({ name }) => name);
      if (given.output === "json") out.line(goJson(names));
      else out.print(given.output === "yaml" ? yamlText(names) : names.map((name) => `${name}\n`).join(""));
      return;
    }
    const rows = releases.map((release) => ({
      name: release.name,
      namespace: release.namespace,
      revision: String(release.version),
      updated: updated(release, given["time-format"]),
      status: release.info.status,
      chart: chartText(release),
      app_version: appVersion(release),
    }));
    if (given.output === "json") out.line(structJson(rows));
    else if (given.output === "yaml") out.print(yamlText(rows));
    else {
      const headers = given["no-headers"] ? [] : [["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"]];
      out.print(tableText([...headers, ...rows.map((row) => Object.values(row))]));
    }
  },
});

const updated = ({ info }: Release, layout: string): string =>
  info.lastDeployed ? formatGoTime(timeOf(info.lastDeployed), layout || "2006-01-02 15:04:05.999999999 -0700 MST") : "-";

const timeOf = (timestamp: string): number => {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1];
  const whole = new Date(timestamp.replace(/\.\d+/, "")).getTime();
  return whole + (fraction ? Number(`0.${fraction}`) * 1000 : 0);
};

function chosen(
  all: readonly Release[],
  given: { readonly [K in keyof typeof flags]: unknown } & { filter: string; selector: string; max: number; offset: number },
): Release[] {
  let pattern: RE2JS | undefined;
  try {
    pattern = given.filter ? RE2JS.compile(given.filter) : undefined;
  } catch (problem) {
    throw new HelmError(messageOf(problem));
  }
  const matching = all.filter(({ name }) => !pattern || pattern.matcher(name).find());
  const wanted = new Set(Object.entries(statuses).flatMap(([flag, list]) => (given[flag as keyof typeof flags] ? list : [])));
  const latest = new Map<string, Release>();
  for (const release of matching) {
    const key = `${release.namespace}/${release.name}`;
    if ((latest.get(key)?.version ?? 0) <= release.version) latest.set(key, release);
  }
  // Superseded revisions are never the last ones, so that they are looked for among all.
  const onlySuperseded = given.superseded && wanted.size === 1;
  const selects = given.selector ? selectorOf(given.selector) : () => true;
  const found = (onlySuperseded ? matching : [...latest.values()])
    .filter(({ info }) => wanted.size === 0 || wanted.has(info.status))
    .filter(({ labels }) => selects(labels));
  found.sort(
    given.date
      ? (a, b) => timeOf(a.info.lastDeployed) - timeOf(b.info.lastDeployed)
      : (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version),
  );
  if (given.reverse) found.reverse();
  return found.slice(given.offset, given.max > 0 ? given.offset + given.max : undefined);
}

function selectorOf(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  try {
    return matcher(text);
  } catch (problem) {
    throw new HelmError(messageOf(problem));
  }
}
