import { RE2JS } from "re2js";
import { yamlText } from "#machinery/go-yaml.ts";
import { type Constraint, compareVersions, parseConstraint, parseVersion, satisfies } from "../chart/version.ts";
import { bundledCharts } from "../charts/bundle.ts";
import { defineCommand, defineGroup } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { type Format, format, size, text, toggle } from "../flags.ts";
import { structJson, tableText } from "../output.ts";
import type { IndexedChart } from "../repository/index-file.ts";
import { Repositories } from "../repository/repositories.ts";

interface Found {
  name: string;
  chart: IndexedChart;
  score: number;
}

const repo = defineCommand({
  name: "repo",
  usage: "[keyword] [flags]",
  summary: "search repositories for a keyword in charts",
  description: "Look through what the repositories that were added offer, as it was when they were last updated.",
  examples:
    "  # The newest release of each chart about nginx\n  $ helm search repo nginx\n\n  # All versions of them\n  $ helm search repo nginx --versions",
  flags: {
    devel: toggle({ help: "versions before a release too" }),
    "fail-on-no-result": toggle({ help: "search fails if no results are found" }),
    "max-col-width": size({ default: 50, help: "how wide a column may be" }),
    output: format(),
    regexp: toggle({ short: "r", help: "the keyword is a regular expression" }),
    version: text({ help: "which versions: one, or a range of them" }),
    versions: toggle({ short: "l", help: "every version on a line of its own" }),
  },
  run(invocation) {
    const { args, flags, out, log } = invocation;
    const repositories = new Repositories(invocation);
    const all = repositories.list() ?? [];
    if (all.length === 0) throw new HelmError("no repositories configured");
    const wanted = flags.version || (flags.devel ? ">0.0.0-0" : ">0.0.0");
    // With a version asked for, all of them are looked at; else the newest of each chart, but for the choice of those before a release.
    const found: Found[] = [];
    for (const { name } of all) {
      try {
        for (const [chart, versions] of repositories.index(name).entries)
          for (const version of versions) found.push({ name: `${name}/${chart}`, chart: version, score: 0 });
      } catch (problem) {
        log.warn("repo is corrupt or missing", { repo: name, error: messageOf(problem) });
      }
    }
    const matching = args.length === 0 ? found : scored(found, args.join(" "), flags.regexp);
    const shown = versionsOf(sorted(matching), constraintOf(wanted), flags.versions);
    if (shown.length === 0 && flags["fail-on-no-result"]) throw new HelmError("no results found");
    const rows = shown.map(({ name, chart: { metadata } }) => ({
      name,
      version: metadata.version,
      app_version: metadata.appVersion ?? "",
      description: metadata.description ?? "",
    }));
    if (rows.length === 0 && flags.output === "table") out.line("No results found");
    else out.print(printed(rows, flags.output, ["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"], flags["max-col-width"]));
  },
});

function printed(rows: readonly Readonly<Record<string, string>>[], output: Format, header: readonly string[], width: number): string {
  if (output === "json") return `${structJson(rows)}\n`;
  if (output === "yaml") return yamlText(rows);
  return tableText([header, ...rows.map((row) => Object.values(row))], width);
}

function constraintOf(text: string): Constraint {
  try {
    return parseConstraint(text);
  } catch (problem) {
    throw new HelmError(`an invalid version/constraint format: ${messageOf(problem)}`);
  }
}

const mostScore = 25;

/** Charts whose name, description or keywords hold a word; the earlier it stands, the better. */
function scored(found: readonly Found[], term: string, isPattern: boolean): Found[] {
  let matcher: RE2JS | undefined;
  if (isPattern) {
    try {
      matcher = RE2JS.compile(term);
    } catch (problem) {
      throw new HelmError(messageOf(problem));
    }
  }
  return found.flatMap((one) => {
    const { name, description = "", keywords = [] } = one.chart.metadata;
    const line = [one.name.slice(0, one.name.indexOf("/") + 1) + name, name, description, ...keywords].join("\v").toLowerCase();
    if (matcher) return matcher.matcher(line).find() ? [one] : [];
    const at = line.indexOf(term.toLowerCase());
    const score = at < 0 ? -1 : line.slice(0, at).split("\v").length - 1;
    return at >= 0 && score < mostScore ? [{ ...one, score }] : [];
  });
}

const sorted = (found: readonly Found[]): Found[] =>
  found.toSorted(
    (a, b) =>
      a.score - b.score ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : compareVersions(parseVersion(b.chart.metadata.version), parseVersion(a.chart.metadata.version))),
  );

/** The newest version of each chart that is asked for, or all of them. */
function versionsOf(found: readonly Found[], constraint: Constraint, all: boolean): Found[] {
  const seen = new Set<string>();
  return found.filter(({ name, chart }) => {
    if (!all && seen.has(name)) return false;
    if (!satisfies(parseVersion(chart.metadata.version), constraint)) return false;
    seen.add(name);
    return true;
  });
}

const hub = defineCommand({
  name: "hub",
  usage: "[KEYWORD] [flags]",
  summary: "search for charts in the Artifact Hub or your own hub instance",
  description: "Look through all charts that there are: here, through the repositories that come along.",
  flags: {
    endpoint: text({ default: "https://hub.helm.sh", help: "the hub to ask" }),
    "fail-on-no-result": toggle({ help: "search fails if no results are found" }),
    "list-repo-url": toggle({ help: "print the repositories' addresses too" }),
    "max-col-width": size({ default: 50, help: "how wide a column may be" }),
    output: format(),
  },
  run({ args, flags, changed, out }) {
    if (changed("endpoint") && flags.endpoint !== "https://hub.helm.sh")
      throw new HelmError(`unable to perform search against ${JSON.stringify(flags.endpoint)}`);
    const term = args.join(" ").toLowerCase();
    const newest = new Map(
      bundledCharts()
        .reverse()
        .map((one) => [`${one.repository}/${one.chart.name}`, one]),
    );
    const rows = [...newest.values()]
      .reverse()
      .filter(({ chart }) => `${chart.name} ${chart.description}`.toLowerCase().includes(term))
      .map(({ repository, url, chart }) => ({
        url: `https://artifacthub.io/packages/helm/${repository}/${chart.name}`,
        version: chart.version,
        app_version: chart.appVersion,
        description: chart.description,
        ...(flags["list-repo-url"] && { repository: url }),
      }));
    if (rows.length === 0 && flags["fail-on-no-result"]) throw new HelmError("no results found");
    const header = ["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION", ...(flags["list-repo-url"] ? ["REPO URL"] : [])];
    if (rows.length === 0 && flags.output === "table") out.line("No results found");
    else out.print(printed(rows as Record<string, string>[], flags.output, header, flags["max-col-width"]));
  },
});

export const search = defineGroup({
  name: "search",
  summary: "search for a keyword in charts",
  description: "Look for charts, in the repositories that were added or everywhere.",
  commands: [hub, repo],
});
