import { joined } from "#base/streams.ts";

/** The body's bytes; undefined where there is none, "too large" when it has more than `limit`. */
export async function bodyOfRequest(request: Request, limit: number): Promise<Uint8Array | undefined | "too large"> {
  if (!request.body) return undefined;
  if (Number(request.headers.get("content-length") ?? 0) > limit) return "too large";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.length;
    if (size > limit) return "too large";
    chunks.push(chunk);
  }
  return joined(chunks);
}
