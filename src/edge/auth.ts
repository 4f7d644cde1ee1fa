import type { MiddlewareHandler } from "hono";
import { claimedRole, isSessionId, mayActAs, type Role } from "#host/roles.ts";
import { fail } from "./problem.ts";
import type { Context } from "./routes.ts";
import { SessionCaller } from "./session-caller.ts";
import { sessionOf } from "./sessions.ts";

/** What `atLeast` adds to a request's context. */
export interface Caller {
  session: SessionCaller;
  token: string;
}

/** The token of `Authorization: Bearer …`, if there is one. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
}

/**
 * Lets by who claims at least `role`, and gives the session to the handler. The claim is refused here without waking the session; it is
 * granted there.
 */
export function atLeast(role: Role): MiddlewareHandler<Context> {
  return async (c, next) => {
    const token = bearerOf(c.req.header("authorization"));
    if (!token) throw fail("unauthorized", "This call needs a token of the session: Authorization: Bearer …");
    const claimed = claimedRole(token);
    if (!claimed) throw fail("unauthorized", "That is no token of this session.");
    if (!mayActAs(claimed, role)) throw fail("forbidden", `This call needs the ${role}'s token${role === "editor" ? ", or the owner's" : ""}.`);

    const id = c.req.param("id") ?? "";
    if (!isSessionId(id)) throw fail("not_found", "There is no such session.");
    c.set("token", token);
    c.set("session", new SessionCaller(sessionOf(c.env, id), token));
    await next();
  };
}
