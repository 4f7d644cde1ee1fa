import { defineController } from "#machinery/controller.ts";
import { parseTime } from "#machinery/time.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import { parseCertificates } from "#machinery/x509/certificate.ts";

const hour = 3_600_000;
/** So long after the decision, requests are of no use any more; those that nobody decided on stay for a day. */
const keptFor: Readonly<Record<string, number>> = { Approved: hour, Denied: hour, Failed: hour };
const undecided = 24 * hour;

/** Removes requests for certificates that are done with. */
export const csrCleaner = defineController<CertificateSigningRequest>({
  name: "csrcleaner",
  watches: "certificatesigningrequests.certificates.k8s.io",

  async reconcile(request, { api, clock }) {
    const end = endOf(request);
    if (end > clock.now()) return end;
    await api.delete("certificatesigningrequests.certificates.k8s.io", request.metadata.name);
  },
});

function endOf({ metadata, status }: CertificateSigningRequest): number {
  const conditions = status.conditions ?? [];
  const ends = conditions.flatMap(({ type, lastUpdateTime }) => {
    const kept = keptFor[type];
    // An approved one waits for its signer.
    if (kept === undefined || (type === "Approved" && !status.certificate)) return [];
    return [parseTime(lastUpdateTime ?? metadata.creationTimestamp ?? "") + kept];
  });
  if (conditions.length === 0) ends.push(parseTime(metadata.creationTimestamp ?? "") + undecided);
  const expiry = expiryOf(status.certificate);
  return Math.min(...ends, ...(expiry === undefined ? [] : [expiry]), Number.MAX_SAFE_INTEGER);
}

function expiryOf(certificate: string | undefined): number | undefined {
  if (!certificate) return undefined;
  try {
    return parseCertificates(atob(certificate))[0]?.notAfter;
  } catch {
    return undefined;
  }
}
