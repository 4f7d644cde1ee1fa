import type { HttpRequest } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { ProtobufError, protobufMediaType, readProtobuf } from "#machinery/protobuf.ts";
import { badRequest } from "#machinery/status.ts";

/** The request with its protobuf body as JSON: typed Go clients, kubectl's `create` among them, send protobuf for built-in kinds. */
export function withJsonBody(http: HttpRequest): HttpRequest {
  if (!http.body?.length || !http.headers["content-type"]?.startsWith(protobufMediaType)) return http;
  try {
    return { ...http, headers: { ...http.headers, "content-type": "application/json" }, body: bytesOf(JSON.stringify(readProtobuf(http.body))) };
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(error.message);
    throw error;
  }
}
