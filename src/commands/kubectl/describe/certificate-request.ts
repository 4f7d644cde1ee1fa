import { bytesOfBase64 } from "#machinery/base64-text.ts";
import { humanDuration } from "#machinery/duration.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { pairsText, Report } from "./report.ts";
import { DerProblem, type RequestContent, requestContent } from "./signing-request.ts";

export async function describeCertificateRequest(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec, status } = object as unknown as CertificateSigningRequest;
  const content = contentOf(spec.request);
  const report = new Report().field(0, "Name", metadata.name).field(0, "Labels", pairsText(metadata.labels));
  report.field(0, "Annotations", pairsText(metadata.annotations)).time(0, "CreationTimestamp", metadata.creationTimestamp);
  report.field(0, "Requesting User", spec.username ?? "").field(0, "Signer", spec.signerName || undefined);
  if (spec.expirationSeconds !== undefined) report.field(0, "Requested Duration", humanDuration(spec.expirationSeconds * 1000));
  report.field(0, "Status", stateText(new Set(status?.conditions?.map(({ type }) => type)), Boolean(status?.certificate)));

  const list = (name: string, values: readonly string[]) => {
    if (values.length > 0) report.line(0, `\t${name}:\t${values.join("\n\t\t")}`);
  };
  const of = (name: string) => content.subject.get(name) ?? [];
  report
    .line(0, "Subject:")
    .line(0, `\tCommon Name:\t${of("CN").at(-1) ?? ""}`)
    .line(0, `\tSerial Number:\t${of("serialNumber").at(-1) ?? ""}`);
  list("Organization", of("O"));
  list("Organizational Unit", of("OU"));
  list("Country", of("C"));
  list("Locality", of("L"));
  list("Province", of("ST"));
  list("StreetAddress", of("street"));
  list("PostalCode", of("postalCode"));
  const { dns, email, uri, ip } = content.alternatives;
  if (dns.length + email.length + uri.length + ip.length > 0) report.line(0, "Subject Alternative Names:");
  list("DNS Names", dns);
  list("Email Addresses", email);
  list("URIs", uri);
  list("IP Addresses", ip);
  return withEvents(report, object, context);
}

function contentOf(request: string): RequestContent {
  const pem = new TextDecoder().decode(bytesOfBase64(request));
  const [, body] = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----\n([^-]*)-----END/.exec(pem) ?? [];
  if (body === undefined) throw new CommandError("Error parsing CSR: PEM block type must be CERTIFICATE REQUEST");
  try {
    return requestContent(bytesOfBase64(body.replaceAll(/\s/g, "")));
  } catch (error) {
    if (error instanceof DerProblem) throw new CommandError(`Error parsing CSR: ${error.message}`);
    throw error;
  }
}

/** `Approved,Issued` */
function stateText(conditions: ReadonlySet<string>, issued: boolean): string {
  const decision = conditions.has("Denied") ? "Denied" : conditions.has("Approved") ? "Approved" : "Pending";
  return decision + (conditions.has("Failed") ? ",Failed" : "") + (issued ? ",Issued" : "");
}
