import { StatusError } from "#machinery/status.ts";
import type { ApiRequest } from "../http/request.ts";
import { attributesOf, refusal } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";
import { impersonated, refused } from "./impersonation.ts";

/** The request as whom it is to be served for; throws where they may not do what they ask. */
export function authorize(authorizer: Authorizer, request: ApiRequest): ApiRequest {
  const user = impersonated(authorizer, request);
  const attributes = attributesOf(request.info, user);
  const { allowed, reason } = authorizer.decide(attributes);
  if (!allowed) {
    if (attributes.resource) throw refused(attributes, reason);
    throw new StatusError(403, "Forbidden", `forbidden: ${refusal(attributes, reason)}`, {});
  }
  return user === request.user ? request : { ...request, user };
}
