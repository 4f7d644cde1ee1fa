import { labelProblems, subdomainProblems } from "#machinery/names.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { differenceText } from "../shared/difference.ts";
import type { Field } from "../shared/field.ts";

type Request = CertificateSigningRequest;

const shortestSeconds = 600;
const decisions = ["Approved", "Denied", "Failed"];

const usages = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];

const textOf = (base64: string): string => atob(base64);
const blocks = (pem: string): string[] => [...pem.matchAll(/-----BEGIN ([^-\n]*)-----\s[\s\S]*?-----END \1-----/g)].map(([, type = ""]) => type);

/** A request as it is made, and as it stands after every write; what an older server let in stays. */
export function checkRequest(field: Field, { spec, status }: Request, old: Request | undefined): void {
  const at = field.at("spec");
  if (blocks(textOf(spec.request ?? ""))[0] !== "CERTIFICATE REQUEST")
    at.at("request").invalid(spec.request ?? null, "PEM block type must be CERTIFICATE REQUEST");
  checkUsages(at.at("usages"), spec.usages ?? [], old?.spec.usages ?? []);
  const legacy = "kubernetes.io/legacy-unknown";
  if (spec.signerName === legacy && old?.spec.signerName !== legacy)
    at.at("signerName").invalid(legacy, "the legacy signerName is not allowed via this API version");
  else checkSigner(at.at("signerName"), spec.signerName);
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < shortestSeconds)
    at.at("expirationSeconds").invalid(spec.expirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)");
  checkConditions(field.at("status", "conditions"), status?.conditions ?? [], old?.status?.conditions ?? []);
  if (status?.certificate && status.certificate !== old?.status?.certificate) checkCertificate(field.at("status", "certificate"), status.certificate);
}

function checkUsages(field: Field, asked: readonly string[], old: readonly string[]): void {
  if (asked.length === 0) field.required();
  const letsUnknown = old.some((usage) => !usages.includes(usage));
  const letsTwice = new Set(old).size < old.length;
  for (const [i, usage] of asked.entries()) if (!letsUnknown && !usages.includes(usage)) field.at(i).notSupported(usage, usages);
  for (const [i, usage] of asked.entries()) if (!letsTwice && asked.indexOf(usage) < i) field.at(i).duplicate(usage);
}

/** Who is to sign: `example.com/signer-name`. */
function checkSigner(field: Field, name = ""): void {
  const [domain = "", path = "", ...more] = name.split("/");
  if (!name) field.required();
  else if (!name.includes("/") || more.length > 0)
    field.invalid(name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
  else {
    if (domain.length > 253) field.tooLong(253);
    checkParts(field, domain, labelProblems);
    if (!domain.includes(".")) field.invalid(domain, "should be a domain with at least two segments separated by dots");
    checkParts(field, path, subdomainProblems);
    if (path.length > 317) field.tooLong(317);
  }
}

/** The first part that is wrong is told of, and no other. */
function checkParts(field: Field, text: string, problemsOf: (part: string) => string[]): void {
  const wrong = text.split(".").find((part) => problemsOf(part).length > 0);
  if (wrong !== undefined) for (const why of problemsOf(wrong)) field.invalid(text, `validating label ${JSON.stringify(wrong)}: ${why}`);
}

type Condition = NonNullable<NonNullable<Request["status"]>["conditions"]>[number];

function checkConditions(field: Field, conditions: readonly Condition[], old: readonly Condition[]): void {
  const types = (of: readonly Condition[]) => of.map(({ type }) => type);
  const letsEmpty = old.some(({ type }) => !type);
  const letsTwice = new Set(types(old)).size < old.length;
  const letsBoth = types(old).includes("Approved") && types(old).includes("Denied");
  const seen = new Set<string>();
  for (const [i, { type = "", status }] of conditions.entries()) {
    if (!letsEmpty && !type) field.at(i, "type").required();
    const allowed = decisions.includes(type) ? ["True"] : ["False", "True", "Unknown"];
    if (!status) field.at(i, "status").required();
    else if (!allowed.includes(status)) field.at(i, "status").notSupported(status, allowed);
    const opposite = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : undefined;
    if (!letsBoth && opposite && seen.has(opposite)) field.invalid(type, "Approved and Denied conditions are mutually exclusive");
    if (!letsTwice && seen.has(type)) field.at(i, "type").duplicate(type);
    seen.add(type);
  }
}

function checkCertificate(field: Field, base64: string): void {
  const types = blocks(textOf(base64));
  const other = types.find((type) => type !== "CERTIFICATE");
  if (other !== undefined) field.invalid("<certificate data>", `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(other)}`);
  else if (types.length === 0) field.invalid("<certificate data>", "must contain at least one CERTIFICATE PEM block");
}

/** Decisions are made in one place, certificates in another, and neither is taken back. */
export function checkRequestChanges(field: Field, request: Request, old: Request, subresource: string): void {
  const conditions = field.at("status", "conditions");
  const of = ({ status }: Request, type: string) => (status?.conditions ?? []).filter((condition) => condition.type === type);
  for (const type of decisions)
    if (of(request, type).length < of(old, type).length) conditions.forbidden(`updates may not remove a condition of type "${type}"`);
  if (subresource !== "approval")
    for (const type of ["Approved", "Denied"]) {
      const [now, before] = [of(request, type), of(old, type)];
      if (now.length > before.length) conditions.forbidden(`updates may not add a condition of type "${type}"`);
      else if (now.length === before.length && !same(now, before))
        conditions.forbidden(
          `updates may not modify a condition of type "${type}"\n${differenceText("[]certificates.CertificateSigningRequestCondition", now, before)}`,
        );
    }
  const [now = "", before = ""] = [request.status?.certificate, old.status?.certificate];
  if (now === before) return;
  const at = field.at("status", "certificate");
  if (subresource !== "status") at.forbidden("updates may not set certificate content");
  else if (before) at.forbidden("updates may not modify existing certificate content");
}
