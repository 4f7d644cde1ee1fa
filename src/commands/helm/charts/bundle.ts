import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf } from "#base/streams.ts";
import { parseYaml } from "#machinery/yaml.ts";
import { writeArchive } from "../chart/archive.ts";
import { metadataFrom } from "../chart/metadata.ts";
import { type IndexedChart, indexText } from "../repository/index-file.ts";
import type { BundledChart } from "./chart.ts";
import { repositories } from "./index.ts";

// The repositories that come along: what they offer is made when somebody asks.

/** When everything in them was made. */
const made = Date.UTC(2026, 9, 1, 12);
const archives = new Map<BundledChart, Uint8Array>();

const fileName = ({ name, version }: BundledChart): string => `${name}-${version}.tgz`;

function archiveOf(chart: BundledChart): Uint8Array {
  const known = archives.get(chart);
  if (known) return known;
  const files = Object.entries(chart.files).map(([name, text]) => ({ name, bytes: bytesOf(text) }));
  const archive = writeArchive(chart.name, files, made);
  archives.set(chart, archive);
  return archive;
}

function indexed(chart: BundledChart): IndexedChart {
  return {
    metadata: metadataFrom(parseYaml(chart.files["Chart.yaml"] ?? "").value),
    urls: [fileName(chart)],
    created: new Date(made).toISOString().replace(".000Z", "Z"),
    digest: [...sha256(archiveOf(chart))].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

/** What a bundled repository answers to a request; nothing where the address is not one of theirs. */
export function bundledAnswer(url: string): Uint8Array | undefined {
  for (const { urls, charts } of repositories) {
    const base = urls.find((address) => url.startsWith(`${address}/`));
    if (base === undefined) continue;
    const path = url.slice(base.length + 1);
    if (path === "index.yaml") {
      const entries = new Map<string, IndexedChart[]>();
      for (const chart of charts) entries.set(chart.name, [...(entries.get(chart.name) ?? []), indexed(chart)]);
      return bytesOf(indexText({ generated: new Date(made).toISOString().replace(".000Z", "Z"), entries }));
    }
    const chart = charts.find((one) => fileName(one) === path);
    if (chart) return archiveOf(chart);
  }
  return undefined;
}

/** A chart that a registry has: its versions, the newest first; nothing where the registry is not one of theirs. */
export function bundledVersions(reference: string): { version: string; archive: () => Uint8Array }[] | undefined {
  const at = reference.lastIndexOf("/");
  const [registry, name] = [reference.slice(0, at), reference.slice(at + 1)];
  const repository = repositories.find(({ registries = [] }) => registries.includes(registry));
  return repository?.charts.filter((chart) => chart.name === name).map((chart) => ({ version: chart.version, archive: () => archiveOf(chart) }));
}

/** Everything that the bundled repositories offer, for searches over all of them. */
export const bundledCharts = (): { repository: string; url: string; chart: BundledChart }[] =>
  repositories.flatMap(({ name, urls, charts }) => charts.map((chart) => ({ repository: name, url: urls[0] ?? "", chart })));
