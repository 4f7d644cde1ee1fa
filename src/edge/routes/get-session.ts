import { atLeast } from "../auth.ts";
import { answer, createRoute, problems, routes, SessionId, Time, z } from "../routes.ts";
import { ClockState } from "./clock.ts";

const SessionState = z
  .object({
    id: z.string(),
    profile: z.string(),
    createdAt: Time,
    expiresAt: Time.describe("Seven days after the last use."),
    clock: ClockState,
    nodes: z.array(z.object({ name: z.string(), ready: z.boolean() })),
    pods: z.object({ total: z.number().int(), running: z.number().int() }),
    terminals: z.array(z.object({ name: z.string(), busy: z.boolean() })),
  })
  .openapi("SessionState");

const route = createRoute({
  method: "get",
  path: "/sessions/{id}",
  summary: "Look at a session",
  middleware: [atLeast("viewer")] as const,
  security: [{ token: [] }],
  request: { params: SessionId },
  responses: { 200: answer("The session as it is now.", SessionState), ...problems(401, 404, 410, 429) },
});

export const getSession = routes().openapi(route, async (c) => c.json({ id: c.req.valid("param").id, ...(await c.var.session.describe()) }, 200));
