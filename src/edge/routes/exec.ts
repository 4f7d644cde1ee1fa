import { atLeast } from "../auth.ts";
import { answer, createRoute, json, problems, routes, SessionId, z } from "../routes.ts";

const Exec = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .max(1024 * 1024),
    stdin: z.string().optional().describe("What the command reads; nothing unless said."),
    terminal: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "must be letters, digits, -, _ and ., 64 at most")
      .optional()
      .describe("A named terminal keeps its directory, variables and history between calls. Without one each call has a login shell of its own."),
    timeoutSeconds: z
      .number()
      .positive()
      .max(600)
      .default(30)
      .describe("Then the job gets SIGINT, and SIGKILL if it goes on; what it printed until then is in the answer."),
  })
  .openapi("Exec");

const ExecResult = z
  .object({
    stdout: z.string(),
    stderr: z.string(),
    exitCode: z.number().int(),
    timedOut: z.boolean(),
    truncated: z.boolean().describe("It printed more than the 4 MiB of a stream that are kept."),
  })
  .openapi("ExecResult");

const route = createRoute({
  method: "post",
  path: "/sessions/{id}/exec",
  summary: "Run a command in the session's shell",
  middleware: [atLeast("editor")] as const,
  security: [{ token: [] }],
  request: { params: SessionId, body: json(Exec) },
  responses: { 200: answer("It ran; a command that failed is still 200.", ExecResult), ...problems(400, 401, 403, 404, 409, 410, 413, 429) },
});

export const exec = routes().openapi(route, async (c) => c.json(await c.var.session.exec(c.req.valid("json")), 200));
