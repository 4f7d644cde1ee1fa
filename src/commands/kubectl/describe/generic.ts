import { goText } from "#machinery/json-path/evaluate.ts";
import type { Thing } from "../api/server.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { Report } from "./report.ts";

const told = [".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations"];

/** What can be said of any kind: all its fields, by readable names. */
export async function describeGeneric(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata } = object;
  const report = new Report();
  report
    .field(0, "Name", metadata.name)
    .field(0, "Namespace", metadata.namespace ?? "")
    .labels("Labels", metadata.labels)
    .annotations("Annotations", metadata.annotations);
  fields(report, 0, object, "");
  return withEvents(report, object, context);
}

function fields(report: Report, level: number, content: Readonly<Record<string, unknown>>, prefix: string): void {
  for (const name of Object.keys(content).sort()) {
    const path = `${prefix}.${name}`;
    const value = content[name];
    if (told.includes(path)) continue;
    if (Array.isArray(value)) {
      report.line(level, `${readable(name)}:`);
      for (const item of value) {
        if (isMap(item)) fields(report, level + 1, item, path);
        else report.line(level + 1, goText(item));
      }
    } else if (isMap(value)) {
      report.line(level, `${readable(name)}:`);
      fields(report, level + 1, value, path);
    } else report.line(level, `${readable(name)}:\t${goText(value)}`);
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const acronyms = ["API", "URL", "UID", "GUID"];

/** `clusterIP` is `Cluster IP`, `apiVersion` is `API Version`. */
export function readable(name: string): string {
  if (/[^\p{L}-]/u.test(name)) return name;
  const parts = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}\p{Ll}+|\p{Ll}+|\p{Lo}+|[^\p{L}]+/gu) ?? [];
  const merged: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const [part = "", next = ""] = [parts[i], parts[i + 1]];
    // IPs and the like: capitals and what begins with one belong together.
    if (part.length >= 2 && part === part.toUpperCase() && /^\p{Lu}/u.test(next)) {
      merged.push(part + next);
      i++;
    } else merged.push(part);
  }
  return merged
    .map((part) =>
      acronyms.includes(part.toUpperCase()) ? part.toUpperCase() : part === part.toLowerCase() ? part.charAt(0).toUpperCase() + part.slice(1) : part,
    )
    .join(" ");
}
