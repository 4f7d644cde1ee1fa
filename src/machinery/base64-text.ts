import { bytesOf } from "#base/streams.ts";

/** Bytes, or text as UTF-8, as base64. */
export function base64Of(content: Uint8Array | string): string {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of a base64 text. Throws where it is none. */
export const bytesOfBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
