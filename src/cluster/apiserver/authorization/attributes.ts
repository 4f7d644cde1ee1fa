import type { User } from "#machinery/user.ts";
import type { RequestInfo } from "../http/request.ts";

/** What somebody wants to do, as roles speak of it. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  /** Undefined for a path that is no resource. */
  readonly resource?: ResourceAttributes | undefined;
  readonly path: string;
}

export interface ResourceAttributes {
  readonly group: string;
  readonly plural: string;
  readonly subresource: string;
  readonly name: string;
  readonly namespace: string;
}

/** What a request wants to do. */
export function attributesOf({ verb, path, query, resource }: RequestInfo, user: User): Attributes {
  if (!resource) return { user, verb, path };
  const { group, plural, subresource, namespace, name } = resource;
  return { user, verb, path, resource: { group, plural, subresource, namespace, name: name || selectedName(query) } };
}

/** Who selects one object by its name wants no more than that. */
const selectedName = (query: URLSearchParams): string => /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/.exec(query.get("fieldSelector") ?? "")?.[1] ?? "";

/** `pods/log` or `pods`. */
export const withSubresource = ({ plural, subresource }: ResourceAttributes): string => (subresource ? `${plural}/${subresource}` : plural);

/** Why it may not be done, in the real server's words. */
export function refusal({ user, verb, resource, path }: Attributes, reason: string): string {
  const end = reason ? `: ${reason}` : "";
  if (!resource) return `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}${end}`;
  const where = resource.namespace ? `in the namespace ${JSON.stringify(resource.namespace)}` : "at the cluster scope";
  const what = `resource ${JSON.stringify(withSubresource(resource))} in API group ${JSON.stringify(resource.group)}`;
  return `User ${JSON.stringify(user.name)} cannot ${verb} ${what} ${where}${end}`;
}
