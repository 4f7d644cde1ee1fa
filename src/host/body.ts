import { joined } from "#base/streams.ts";

/** The largest body of a request: what the real API server takes. */
export const largestBody = 3 * 1024 * 1024;

/** The body's bytes; undefined where there is none, "too large" when it has more than is taken. */
export async function bodyOfRequest(request: Request): Promise<Uint8Array | undefined | "too large"> {
  const length = request.headers.get("content-length");
  if (Number(length ?? 0) > largestBody) return "too large";
  // Whose length is known is read at once: chunk by chunk takes several times as long.
  if (length !== null) return length === "0" ? undefined : new Uint8Array(await request.arrayBuffer());
  if (!request.body) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.length;
    if (size > largestBody) return "too large";
    chunks.push(chunk);
  }
  return joined(chunks);
}
