import { badRequest, forbidden, type StatusError } from "#machinery/status.ts";
import type { User } from "#machinery/user.ts";
import type { ApiRequest } from "../http/request.ts";
import { type Attributes, refusal } from "./attributes.ts";
import type { Authorizer } from "./authorizer.ts";

/** Who the request is to be served as: somebody else, where its headers say so and who sent it may. */
export function impersonated(authorizer: Authorizer, { http: { headers }, user }: ApiRequest): User {
  const name = headers["impersonate-user"];
  const groups = (headers["impersonate-group"] ?? "")
    .split(",")
    .map((group) => group.trim())
    .filter(Boolean);
  const uid = headers["impersonate-uid"];
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length === 0 && !uid && Object.keys(extra).length === 0) return user;
    const quoted = groups.map((group) => JSON.stringify(group)).join(", ");
    const groupsText = groups.length > 0 ? `[]string{${quoted}}` : "[]string(nil)";
    throw badRequest(
      `requested &user.DefaultInfo{Name:"", UID:${JSON.stringify(uid ?? "")}, Groups:${groupsText}, Extra:map[string][]string(nil)} without impersonating a user name`,
    );
  }

  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  check(authorizer, user, account ? { plural: "serviceaccounts", namespace: account[1] ?? "", name: account[2] ?? "" } : { plural: "users", name });
  for (const group of groups) check(authorizer, user, { plural: "groups", name: group });
  if (uid) check(authorizer, user, { plural: "uids", group: "authentication.k8s.io", name: uid });
  for (const [key, values] of Object.entries(extra))
    for (const value of values) check(authorizer, user, { plural: "userextras", group: "authentication.k8s.io", subresource: key, name: value });

  const all = account && groups.length === 0 ? ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`] : groups;
  const everybody = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  const withEverybody = all.includes("system:authenticated") || all.includes("system:unauthenticated") ? all : [...all, everybody];
  return { name, groups: withEverybody, ...(uid ? { uid } : {}), ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

function extraOf(headers: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  const prefix = "impersonate-extra-";
  const found = Object.entries(headers).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, value]) => [decodeURIComponent(key.slice(prefix.length)), value.split(",").map((each) => each.trim())]));
}

interface Whom {
  plural: string;
  name: string;
  group?: string;
  namespace?: string;
  subresource?: string;
}

function check(authorizer: Authorizer, user: User, { plural, name, group = "", namespace = "", subresource = "" }: Whom): void {
  const attributes: Attributes = { user, verb: "impersonate", path: "", resource: { group, plural, subresource, name, namespace } };
  const { allowed, reason } = authorizer.decide(attributes);
  if (!allowed) throw refused(attributes, reason);
}

/** 403, as the real server says it. */
export function refused(attributes: Attributes, reason: string): StatusError {
  const { resource } = attributes;
  return forbidden({ group: resource?.group ?? "", resource: resource?.plural ?? "" }, resource?.name ?? "", refusal(attributes, reason));
}
