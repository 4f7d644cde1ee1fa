import { bytesOfBase64 } from "#machinery/base64-text.ts";
import type { ConfigMap, Secret, ServiceAccount } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { Report } from "./report.ts";

export async function describeConfigMap(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, data = {}, binaryData = {} } = object as unknown as ConfigMap;
  const report = new Report();
  report.head(metadata);
  report.line(0, "").line(0, "Data").line(0, "====");
  for (const key of Object.keys(data).sort())
    report
      .line(0, `${key}:`)
      .line(0, "----")
      .line(0, data[key] ?? "")
      .line(0, "");
  report.line(0, "").line(0, "BinaryData").line(0, "====");
  for (const key of Object.keys(binaryData).sort()) report.line(0, `${key}: ${bytesOfBase64(binaryData[key] ?? "").length} bytes`);
  report.line(0, "");
  return withEvents(report, object, context);
}

export async function describeSecret(object: Thing): Promise<string> {
  const { metadata, data = {}, type } = object as unknown as Secret;
  const report = new Report();
  report.head(metadata);
  report.line(0, "").field(0, "Type", type).line(0, "").line(0, "Data").line(0, "====");
  for (const key of Object.keys(data).sort()) {
    const bytes = bytesOfBase64(data[key] ?? "");
    const isToken = key === "token" && type === "kubernetes.io/service-account-token";
    report.field(0, key, isToken ? new TextDecoder().decode(bytes) : `${bytes.length} bytes`);
  }
  return report.text;
}

export async function describeServiceAccount(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, imagePullSecrets = [] } = object as unknown as ServiceAccount;
  const report = new Report();
  report.head(metadata);
  report.values(
    "Image pull secrets",
    imagePullSecrets.map(({ name }) => name ?? ""),
  );
  return withEvents(report, object, context);
}
