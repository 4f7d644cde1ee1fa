import { claimedRole, isSessionId } from "#host/roles.ts";
import { tokenOfProtocols } from "#host/terminal-protocol.ts";
import { fail } from "../problem.ts";
import { createRoute, problems, routes, SessionId, z } from "../routes.ts";
import { sessionOf } from "../sessions.ts";

const Terminal = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "must be letters, digits, -, _ and ., 64 at most")
    .default("t1")
    .openapi({ param: { name: "name", in: "query" } }),
  cols: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(80)
    .openapi({ param: { name: "cols", in: "query" } }),
  rows: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(24)
    .openapi({ param: { name: "rows", in: "query" } }),
});

const route = createRoute({
  method: "get",
  path: "/sessions/{id}/terminal",
  summary: "Join a terminal (WebSocket)",
  description: [
    'Subprotocols `podyard.terminal.v1` and `bearer.{token}`. Binary frames are bytes, both ways. Text frames are JSON: from the client `{type: "resize", cols, rows}` and `{type: "ack", bytes}`;',
    'from the server `{type: "hello", role, cols, rows}`, `{type: "presence", people}` and `{type: "notice", text}`. Joining replays the screen. A viewer\'s keys are not heard.',
  ].join(" "),
  request: { params: SessionId, query: Terminal },
  responses: { 101: { description: "The terminal." }, ...problems(400, 401, 404, 410, 429) },
});

export const terminal = routes().openapi(route, async (c) => {
  const id = c.req.valid("param").id;
  c.req.valid("query");
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
    throw fail("bad_request", "This is a WebSocket: connect with the subprotocols podyard.terminal.v1 and bearer.{token}.");
  const token = tokenOfProtocols(c.req.header("sec-websocket-protocol"));
  if (!token || !claimedRole(token)) throw fail("unauthorized", "A terminal needs the subprotocol bearer.{token} with a token of the session.");
  if (!isSessionId(id)) throw fail("not_found", "There is no such session.");
  return (await sessionOf(c.env, id).fetch(c.req.raw)) as unknown as never;
});
