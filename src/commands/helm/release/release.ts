import { textOf } from "#base/streams.ts";
import { base64Of, bytesOfBase64 } from "#machinery/base64-text.ts";
import type { Chart, ChartFile, Dict } from "../chart/chart.ts";
import { lockFrom, metadataFrom, written, writtenDependency } from "../chart/metadata.ts";
import { plainOf } from "../functions/encoding.ts";
import { formatGoTime } from "../go-time.ts";
import type { Hook, HookEvent } from "./manifests.ts";

export type Status =
  | "unknown"
  | "deployed"
  | "uninstalled"
  | "superseded"
  | "failed"
  | "uninstalling"
  | "pending-install"
  | "pending-upgrade"
  | "pending-rollback";

/** One revision of a release: what was asked for, and what became of it. */
export interface Release {
  name: string;
  namespace: string;
  version: number;
  info: {
    /** Times as Go writes them, with a fraction of a second. */
    firstDeployed: string;
    lastDeployed: string;
    deleted: string;
    description: string;
    status: Status;
    notes: string;
  };
  chart: Chart | undefined;
  /** What the user set. */
  config: Dict;
  manifest: string;
  hooks: Hook[];
  labels: Record<string, string>;
  /** How it was applied: `ssa` or `csa`; earlier helms say nothing. */
  applyMethod: string;
}

/** A moment as Go writes it in JSON: with as much of the second as is known. */
export const goTimestamp = (at: number): string => formatGoTime(at, "2006-01-02T15:04:05.999999999Z07:00");

export function setStatus(release: Release, status: Status, description: string): void {
  release.info.status = status;
  release.info.description = description;
}

/** Whether something is still being done to it. */
export const isPending = ({ info }: Release): boolean => info.status.startsWith("pending-");

const kept = (entries: Dict): Dict => Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
const file = ({ name, bytes }: ChartFile) => ({ name, data: base64Of(bytes) });
const files = (list: readonly ChartFile[]) => (list.length > 0 ? list.map(file) : []);

function chartJson(chart: Chart): Dict {
  return {
    metadata: written(chart.metadata),
    lock: chart.lock
      ? { generated: chart.lock.generated, digest: chart.lock.digest, dependencies: chart.lock.dependencies.map(writtenDependency) }
      : null,
    templates: files(chart.templates),
    values: plainOf(chart.values),
    schema: chart.schema ? base64Of(chart.schema) : null,
    schemamodtime: "0001-01-01T00:00:00Z",
    files: files(chart.files),
    modtime: "0001-01-01T00:00:00Z",
  };
}

const hookJson = (hook: Hook): Dict =>
  kept({
    name: hook.name,
    kind: hook.kind,
    path: hook.path,
    manifest: hook.manifest,
    events: hook.events,
    last_run: kept({ started_at: hook.lastRun.startedAt, completed_at: hook.lastRun.completedAt, phase: hook.lastRun.phase }),
    weight: hook.weight === 0 ? undefined : hook.weight,
    delete_policies: hook.deletePolicies.length > 0 ? hook.deletePolicies : undefined,
    output_log_policies: hook.outputLogPolicies.length > 0 ? hook.outputLogPolicies : undefined,
  });

/** A release as it is stored and printed as JSON, its fields in order. */
export function releaseJson(release: Release): Dict {
  const { info } = release;
  return kept({
    name: release.name,
    info: kept({
      first_deployed: info.firstDeployed,
      last_deployed: info.lastDeployed,
      deleted: info.deleted || undefined,
      description: info.description || undefined,
      status: info.status,
      notes: info.notes || undefined,
    }),
    chart: release.chart ? chartJson(release.chart) : undefined,
    config: Object.keys(release.config).length > 0 ? plainOf(release.config) : undefined,
    manifest: release.manifest || undefined,
    hooks: release.hooks.length > 0 ? release.hooks.map(hookJson) : undefined,
    version: release.version,
    namespace: release.namespace,
    apply_method: release.applyMethod || undefined,
  });
}

const list = (value: unknown): Dict[] => (Array.isArray(value) ? (value as Dict[]) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const filesFrom = (value: unknown): ChartFile[] =>
  list(value).map((item) => ({ name: text(item["name"]), bytes: bytesOfBase64(text(item["data"])) }));

function chartFromJson(json: Dict): Chart {
  return {
    metadata: metadataFrom(json["metadata"]),
    lock: json["lock"] ? lockFrom(json["lock"]) : undefined,
    raw: [],
    templates: filesFrom(json["templates"]),
    values: (json["values"] ?? {}) as Dict,
    schema: json["schema"] ? bytesOfBase64(text(json["schema"])) : undefined,
    files: filesFrom(json["files"]),
    dependencies: [],
    parent: undefined,
  };
}

/** Reads a release that helm has stored. */
export function releaseFromJson(json: Dict): Release {
  const info = (json["info"] ?? {}) as Dict;
  return {
    name: text(json["name"]),
    namespace: text(json["namespace"]),
    version: Number(json["version"] ?? 0),
    info: {
      firstDeployed: text(info["first_deployed"]),
      lastDeployed: text(info["last_deployed"]),
      deleted: text(info["deleted"]),
      description: text(info["description"]),
      status: (text(info["status"]) || "unknown") as Status,
      notes: text(info["notes"]),
    },
    chart: json["chart"] ? chartFromJson(json["chart"] as Dict) : undefined,
    config: (json["config"] ?? {}) as Dict,
    manifest: text(json["manifest"]),
    hooks: list(json["hooks"]).map((hook) => {
      const run = (hook["last_run"] ?? {}) as Dict;
      return {
        name: text(hook["name"]),
        kind: text(hook["kind"]),
        path: text(hook["path"]),
        manifest: text(hook["manifest"]),
        events: (hook["events"] ?? []) as HookEvent[],
        lastRun: {
          ...(run["started_at"] ? { startedAt: text(run["started_at"]) } : {}),
          ...(run["completed_at"] ? { completedAt: text(run["completed_at"]) } : {}),
          phase: text(run["phase"]) as Hook["lastRun"]["phase"],
        },
        weight: Number(hook["weight"] ?? 0),
        deletePolicies: (hook["delete_policies"] ?? []) as string[],
        outputLogPolicies: (hook["output_log_policies"] ?? []) as string[],
      };
    }),
    labels: {},
    applyMethod: text(json["apply_method"]),
  };
}

export const releaseFromText = (content: Uint8Array): Release => releaseFromJson(JSON.parse(textOf(content)) as Dict);
