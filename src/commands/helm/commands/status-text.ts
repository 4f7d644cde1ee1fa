import { yamlText } from "#machinery/go-yaml.ts";
import { coalesceValues } from "../chart/coalesce.ts";
import { plainOf } from "../functions/encoding.ts";
import { formatGoTime } from "../go-time.ts";
import type { Hook } from "../release/manifests.ts";
import type { Release } from "../release/release.ts";

/** `Mon Nov 23 13:35:46 2026` */
export const ansiTime = (timestamp: string): string => formatGoTime(new Date(timestamp).getTime(), "Mon Jan _2 15:04:05 2006");

interface Shown {
  /** Values, hooks and manifest too. */
  debug?: boolean;
  /** Made just now: values that nobody set are an empty map, and not yet nothing. */
  fresh?: boolean;
  metadata?: boolean;
  hideNotes?: boolean;
  /** The tables of what it made. */
  resources?: string;
}

/** A release as install, upgrade, status and get all print it. */
export function statusText(
  release: Release,
  { debug = false, fresh = false, metadata = false, hideNotes = false, resources = "" }: Shown = {},
): string {
  const { info, chart } = release;
  const lines = [`NAME: ${release.name}`];
  if (info.lastDeployed) lines.push(`LAST DEPLOYED: ${ansiTime(info.lastDeployed)}`);
  lines.push(`NAMESPACE: ${release.namespace}`, `STATUS: ${info.status}`, `REVISION: ${release.version}`);
  if (metadata && chart)
    lines.push(`CHART: ${chart.metadata.name}`, `VERSION: ${chart.metadata.version}`, `APP_VERSION: ${chart.metadata.appVersion ?? ""}`);
  lines.push(`DESCRIPTION: ${info.description}`);
  if (resources) lines.push(`RESOURCES:\n${resources}`);
  const tests = release.hooks.filter(({ events }) => events.includes("test"));
  if (tests.length === 0) lines.push("TEST SUITE: None");
  lines.push(...tests.filter(({ lastRun }) => lastRun.startedAt).map(testText));
  if (debug) {
    lines.push(`USER-SUPPLIED VALUES:\n${yamlText(fresh ? plainOf(release.config) : configOf(release))}`);
    lines.push(`COMPUTED VALUES:\n${yamlText(chart ? plainOf(coalesceValues(chart, release.config, () => {})) : {})}`);
  }
  if (debug || info.description.toLowerCase() === "dry run complete") {
    lines.push("HOOKS:", ...release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}`));
    lines.push(`MANIFEST:\n${release.manifest}`);
  }
  if (!hideNotes && info.notes !== "") lines.push(`NOTES:\n${info.notes.trim()}`);
  return `${lines.join("\n")}\n`;
}

/** What the user set; nothing at all is null, as a map of Go that nobody made. */
export const configOf = ({ config }: Release): unknown => (Object.keys(config).length > 0 ? plainOf(config) : null);

function testText({ name, lastRun }: Hook): string {
  const completed = lastRun.completedAt ?? "0001-01-01T00:00:00Z";
  return [
    `TEST SUITE:     ${name}`,
    `Last Started:   ${ansiTime(lastRun.startedAt ?? "")}`,
    `Last Completed: ${ansiTime(completed)}`,
    `Phase:          ${lastRun.phase}`,
  ].join("\n");
}
