const blockForm = /-----BEGIN ([^-\n]*)-----\s[\s\S]*?-----END \1-----/g;

const blockTypes = (text: string): string[] => [...text.matchAll(blockForm)].map(([, type = ""]) => type);

const skipped = (types: readonly string[]) => `after skipping PEM blocks of the following types: [${types.join(" ")}]`;

/** Why a certificate and its key do not read as such, in the words of Go's TLS; what is encoded in the blocks is not looked at. */
export function pemProblem(certificate: string, key: string): string | undefined {
  const certificates = blockTypes(certificate);
  if (!certificates.includes("CERTIFICATE")) {
    if (certificates.length === 0) return "tls: failed to find any PEM data in certificate input";
    if (certificates.length === 1 && isKey(certificates[0] ?? ""))
      return "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched";
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input ${skipped(certificates)}`;
  }
  const keys = blockTypes(key);
  if (keys.some(isKey)) return undefined;
  if (keys.length === 0) return "tls: failed to find any PEM data in key input";
  if (keys.length === 1 && keys[0] === "CERTIFICATE") return "tls: found a certificate rather than a key in the PEM for the private key";
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input ${skipped(keys)}`;
}

const isKey = (type: string) => type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY");
