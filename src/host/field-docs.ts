import type { FieldDocs } from "#cluster/apiserver/openapi/schemas.ts";
import type { Env } from "./env.ts";

let asked: Promise<FieldDocs> | undefined;

/** What Kubernetes says of its fields: an asset, read once by an isolate when somebody asks for it. Without it the API's description has no prose. */
export function fieldDocs(env: Env): Promise<FieldDocs> {
  const reading = asked ?? read(env);
  asked = reading;
  return reading;
}

async function read(env: Env): Promise<FieldDocs> {
  const response = await env.ASSETS.fetch(new Request("http://assets/field-docs.json"));
  return response.ok ? ((await response.json()) as FieldDocs) : {};
}
