import type { HttpRequest } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { ProtobufError, protobufMediaType, readProtobuf } from "#machinery/protobuf.ts";

/** The request with its protobuf body as JSON: typed Go clients, kubectl's `create` among them, send protobuf for built-in kinds. */
export function withJsonBody(http: HttpRequest): HttpRequest {
  if (!http.body?.length || !http.headers["content-type"]?.startsWith(protobufMediaType)) return http;
  try {
    return { ...http, headers: { ...http.headers, "content-type": "application/json" }, body: bytesOf(JSON.stringify(readProtobuf(http.body))) };
  } catch (error) {
    // Whoever knows what it was to be says what is wrong with it.
    if (error instanceof ProtobufError) return http;
    throw error;
  }
}
