import { atLeast } from "../auth.ts";
import { answer, createRoute, json, problems, routes, SessionId, Time, z } from "../routes.ts";

export const ClockState = z.object({ now: Time, paused: z.boolean() }).openapi("Clock");

const ClockChange = z
  .strictObject({
    paused: z.boolean().optional().describe("Paused, time stands still; what is due now still happens."),
    advanceSeconds: z
      .number()
      .min(0)
      .max(366 * 24 * 3600)
      .optional()
      .describe("Lets that much time pass at once, paused or not."),
  })
  .openapi("ClockChange");

const route = createRoute({
  method: "post",
  path: "/sessions/{id}/clock",
  summary: "Pause or advance the session's time",
  middleware: [atLeast("owner")] as const,
  security: [{ token: [] }],
  request: { params: SessionId, body: json(ClockChange) },
  responses: { 200: answer("The clock afterwards.", ClockState), ...problems(400, 401, 403, 404, 410, 429) },
});

export const clock = routes().openapi(route, async (c) => c.json(await c.var.session.clock(c.req.valid("json")), 200));
