import { parseTime } from "#machinery/time.ts";
import type { LimitRange, LimitRangeSpec, Namespace, ResourceQuota } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { isNotFound } from "../errors.ts";
import { longTime } from "../times.ts";
import type { DescribeContext } from "./events.ts";
import { Report } from "./report.ts";

export async function describeNamespace(object: Thing, { kube }: DescribeContext): Promise<string> {
  const { metadata, status } = object as unknown as Namespace;
  const listed = async <T>(plural: string): Promise<T[] | undefined> => {
    try {
      return (await kube.server.get<{ items: T[] }>(pathOf({ group: "", version: "v1", plural, namespaced: true }, metadata.name))).items;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const [quotas, ranges] = [await listed<ResourceQuota>("resourcequotas"), await listed<LimitRange>("limitranges")];

  const report = new Report();
  report
    .field(0, "Name", metadata.name)
    .labels("Labels", metadata.labels)
    .annotations("Annotations", metadata.annotations)
    .field(0, "Status", status?.phase ?? "");
  if (status?.conditions?.length) {
    report
      .line(0, "Conditions:")
      .line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
      .line(1, "----\t------\t------------------\t------\t-------");
    for (const { type, status: is, lastTransitionTime, reason, message } of status.conditions)
      report.line(1, [type, is, lastTransitionTime ? longTime(parseTime(lastTransitionTime)) : "", reason ?? "", message ?? ""].join("\t"));
  }
  if (quotas) {
    report.line(0, "");
    if (quotas.length === 0) report.line(0, "No resource quota.");
    else report.line(0, "Resource Quotas");
    for (const quota of [...quotas].sort((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1))) {
      report.field(1, "Name", quota.metadata.name);
      describeScopes(report, quota, 1, "* ");
      report.line(1, "Resource\tUsed\tHard").line(1, "--------\t---\t---");
      for (const name of Object.keys(quota.status?.hard ?? {}).sort())
        report.line(1, `${name}\t${quota.status?.used?.[name] ?? "0"}\t${quota.status?.hard?.[name] ?? ""}`);
    }
  }
  if (ranges) {
    report.line(0, "");
    if (ranges.length === 0) report.line(0, "No LimitRange resource.");
    else {
      report.line(0, "Resource Limits").line(0, ` ${limitHeader}`).line(0, ` ${limitRule}`);
      for (const range of ranges) describeLimits(report, range.spec, " ");
    }
  }
  return report.text;
}

const limitHeader = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const limitRule = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

function describeLimits(report: Report, spec: LimitRangeSpec | undefined, indent: string): void {
  for (const { type, min = {}, max = {}, defaultRequest = {}, default: limit = {}, maxLimitRequestRatio: ratio = {} } of spec?.limits ?? []) {
    const names = [...new Set([max, min, limit, defaultRequest, ratio].flatMap((list) => Object.keys(list)))].sort();
    for (const name of names)
      report.line(0, [indent + type, name, ...[min, max, defaultRequest, limit, ratio].map((list) => list[name] ?? "-")].join("\t"));
  }
}

export async function describeLimitRange(object: Thing): Promise<string> {
  const { metadata, spec } = object as unknown as LimitRange;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace).line(0, limitHeader).line(0, limitRule);
  describeLimits(report, spec, "");
  return report.text;
}

const scopeHelp: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort: "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort: "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

function describeScopes(report: Report, { spec }: ResourceQuota, level: number, bullet: string): void {
  const scopes = [...(spec?.scopes ?? [])].sort();
  if (scopes.length === 0) return;
  report.field(level, "Scopes", scopes.join(", "));
  for (const scope of scopes) if (scopeHelp[scope]) report.line(level, `${bullet}${scopeHelp[scope]}`);
}

export async function describeQuota(object: Thing): Promise<string> {
  const quota = object as unknown as ResourceQuota;
  const report = new Report();
  report.field(0, "Name", quota.metadata.name).field(0, "Namespace", quota.metadata.namespace);
  describeScopes(report, quota, 0, " * ");
  report.line(0, "Resource\tUsed\tHard").line(0, "--------\t----\t----");
  for (const name of Object.keys(quota.status?.hard ?? {}).sort())
    report.line(0, `${name}\t${quota.status?.used?.[name] ?? "0"}\t${quota.status?.hard?.[name] ?? ""}`);
  return report.text;
}
