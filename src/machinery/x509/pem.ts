/** What stands between `-----BEGIN LABEL-----` and its end (RFC 7468). */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** All blocks in a text; what is around them is prose. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = "", body = ""] of text.matchAll(/-----BEGIN ([^\n]*?)-----[ \t\r]*\n([\s\S]*?)-----END \1-----/g)) {
    const bytes = bytesOfBase64(body);
    if (bytes) blocks.push({ label, bytes });
  }
  return blocks;
}

/** Octets as PEM: base64 in lines of 64. */
export function pem(label: string, bytes: Uint8Array): string {
  const lines = base64Of(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.map((line) => `${line}\n`).join("")}-----END ${label}-----\n`;
}

export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** The octets that base64 writes, white space aside; undefined where it is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s+/g, "")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
