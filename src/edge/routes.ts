import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Env } from "#host/env.ts";
import type { Caller } from "./auth.ts";
import { fail, ProblemSchema, validationFailure } from "./problem.ts";

/** What a route's handler finds in its context. */
export interface Context {
  Bindings: Env;
  Variables: Caller;
}

export { createRoute, z };

/** An app for one route, whose failures are problems like everybody's. */
export const routes = () =>
  new OpenAPIHono<Context>({
    defaultHook(result) {
      if (!result.success) throw validationFailure(result.error.issues, result.target);
    },
  });

/** A JSON body that must be there. */
export const json = <T extends z.ZodType>(schema: T) => ({ required: true, content: { "application/json": { schema } } }) as const;

/** A JSON answer. */
export const answer = <T extends z.ZodType>(description: string, schema: T) => ({ description, content: { "application/json": { schema } } });

const meanings = {
  400: "Something about the request is wrong; `detail` says what.",
  401: "No token, or one that is not this session's.",
  403: "The token's role may not do this.",
  404: "There is no such session.",
  409: "The terminal has a job in its foreground.",
  410: "The session has expired.",
  413: "The body is over its limit.",
  429: "Too many requests for now.",
} as const;

type Problems<S extends keyof typeof meanings> = { [status in S]: ReturnType<typeof failure> };

const failure = (description: string) => ({ description, content: { "application/problem+json": { schema: ProblemSchema } } });

/** The failures that a route may answer with. */
export const problems = <S extends keyof typeof meanings>(...statuses: S[]): Problems<S> =>
  Object.fromEntries(statuses.map((status) => [status, failure(meanings[status])])) as Problems<S>;

/** The session's id, in the path. */
export const SessionId = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9]{1,64}$/, "is no session's id")
    .openapi({ param: { name: "id", in: "path" }, example: "k3v9xw2tq7mh4dza" }),
});

export const Time = z.iso.datetime().openapi({ example: "2026-11-24T09:30:00.000Z" });

export { fail };
