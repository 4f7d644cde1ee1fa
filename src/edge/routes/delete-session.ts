import { atLeast } from "../auth.ts";
import { createRoute, problems, routes, SessionId } from "../routes.ts";

const route = createRoute({
  method: "delete",
  path: "/sessions/{id}",
  summary: "End a session",
  description: "For its owner. Everything in it is gone for good.",
  middleware: [atLeast("owner")] as const,
  security: [{ token: [] }],
  request: { params: SessionId },
  responses: { 204: { description: "It is gone." }, ...problems(401, 403, 404, 410, 429) },
});

export const deleteSession = routes().openapi(route, async (c) => {
  await c.var.session.remove();
  return c.body(null, 204);
});
