import { atLeast } from "../auth.ts";
import { answer, createRoute, json, problems, routes, SessionId, z } from "../routes.ts";

const name = z.string().min(1).max(200);

const CommandCheck = z.strictObject({ name, command: z.string().min(1).max(65536).describe("Passes when it exits with 0.") }).openapi("CommandCheck");

const ResourceCheck = z
  .strictObject({
    name,
    resource: z.string().min(1).max(253).describe("As kubectl takes it: pods, deploy, deployments.apps."),
    namespace: z.string().max(63).optional().describe("default unless said."),
    object: z.string().max(253).optional().describe("One object by name; without it all of them count."),
    selector: z.string().max(4096).optional().describe("A label selector."),
    jsonpath: z.string().max(4096).optional().describe("Passes when it gives something, or what `equals` says."),
    equals: z.union([z.string().max(65536), z.number(), z.boolean()]).optional(),
    condition: z.string().max(253).optional().describe("A condition that must be True, or Type=Status."),
    count: z.number().int().min(0).optional().describe("How many objects there must be; at least one unless said."),
  })
  .openapi("ResourceCheck");

const Checks = z
  .strictObject({
    checks: z
      .array(z.union([CommandCheck, ResourceCheck]))
      .min(1)
      .max(100),
  })
  .openapi("Checks");

const ChecksResult = z
  .object({ passed: z.boolean(), results: z.array(z.object({ name: z.string(), passed: z.boolean(), message: z.string() })) })
  .openapi("ChecksResult");

const route = createRoute({
  method: "post",
  path: "/sessions/{id}/checks",
  summary: "Check whether goals are reached",
  middleware: [atLeast("editor")] as const,
  security: [{ token: [] }],
  request: { params: SessionId, body: json(Checks) },
  responses: { 200: answer("Each check's result.", ChecksResult), ...problems(400, 401, 403, 404, 410, 413, 429) },
});

export const checks = routes().openapi(route, async (c) => c.json(await c.var.session.checks(c.req.valid("json").checks), 200));
