import type { Context as HonoContext } from "hono";
import type { Snapshot } from "#host/contract.ts";
import { isSessionId, newSessionId } from "#host/roles.ts";
import { bearerOf } from "../auth.ts";
import { fail } from "../problem.ts";
import { answer, type Context, createRoute, json, problems, routes, Time, z } from "../routes.ts";
import { callsOf, given, SessionCaller } from "../session-caller.ts";
import { sessionOf } from "../sessions.ts";

const Node = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be a DNS subdomain: lower case letters, digits, - and ."),
  cpu: quantity("4"),
  memory: quantity("8Gi"),
  pods: z.number().int().min(0).max(1000).optional().describe("How many pods it takes: 110 unless said."),
  images: z.array(z.string().min(1).max(512)).max(200).optional().describe("Images that are already there, so that nothing is pulled."),
});

const SessionWanted = z
  .strictObject({
    profile: z
      .string()
      .min(1)
      .max(64)
      .default("minikube")
      .describe("What sort of cluster: minikube, empty, kubeadm-1node, kubeadm-2node, three-node, bare, envtest."),
    nodes: z
      .array(Node)
      .min(1)
      .max(100)
      .refine(areNamedApart, "two nodes have the same name")
      .optional()
      .describe("Replaces the profile's nodes. Allocatable is the capacity."),
    lesson: z.string().min(1).max(128).optional(),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe("The same seed and the same calls give the same names."),
    from: z
      .strictObject({ session: z.string(), revision: z.number().int().positive().optional() })
      .optional()
      .describe(
        "Starts as a copy of another session, whose owner's or editor's token this call then needs; everything else but `lesson` is the other's.",
      ),
  })
  .openapi("SessionWanted");

const SessionMade = z
  .object({
    id: z.string(),
    profile: z.string(),
    expiresAt: Time,
    urls: z.object({ page: z.url(), kubernetes: z.url(), kubeconfig: z.url(), terminal: z.url() }).describe("They hold no token."),
    tokens: z.object({ owner: z.string(), editor: z.string(), viewer: z.string() }).describe("Told here and never again."),
  })
  .openapi("SessionMade");

const route = createRoute({
  method: "post",
  path: "/sessions",
  summary: "Start a session",
  description: "A cluster of its own, ready at once. The body may be left out: a running minikube is the usual profile.",
  request: { body: { ...json(SessionWanted), required: false } },
  responses: { 201: answer("The session.", SessionMade), ...problems(400, 401, 403, 404, 410, 413, 429) },
});

export const createSession = routes().openapi(route, async (c) => {
  if (c.env.CREATIONS && !(await c.env.CREATIONS.limit({ key: c.req.header("cf-connecting-ip") ?? "" })).success)
    throw fail("rate_limited", "Too many sessions were started from this address; try again in a minute.");

  const { lesson, from, ...wanted } = SessionWanted.parse(c.req.valid("json") ?? {});
  if (lesson !== undefined) throw fail("bad_request", `lesson: there is no lesson "${lesson}"`);
  const snapshot = from && (await snapshotOf(c, from));

  const id = newSessionId();
  const made = given(await callsOf(sessionOf(c.env, id)).create(snapshot ? { profile: snapshot.profile, from: snapshot } : wanted));
  const origin = new URL(c.req.url).origin;
  const api = `${origin}/api/v1/sessions/${id}`;
  return c.json(
    {
      id,
      profile: made.profile,
      expiresAt: made.expiresAt,
      urls: {
        page: `${origin}/s/${id}`,
        kubernetes: `${origin}/k8s/${id}`,
        kubeconfig: `${api}/kubeconfig`,
        terminal: `${api.replace(/^http/, "ws")}/terminal`,
      },
      tokens: made.tokens,
    },
    201,
  );
});

/** The session that the new one starts from, as it is now. */
async function snapshotOf(c: HonoContext<Context>, { session, revision }: { session: string; revision?: number | undefined }): Promise<Snapshot> {
  if (revision !== undefined)
    throw fail("bad_request", "from.revision: not simulated by Podyard; without it the new session starts from the other as it is now");
  const token = bearerOf(c.req.header("authorization"));
  if (!token) throw fail("unauthorized", "Starting from another session needs its token: Authorization: Bearer …");
  if (!isSessionId(session)) throw fail("not_found", "There is no such session.");
  return await new SessionCaller(sessionOf(c.env, session), token).snapshot();
}

function areNamedApart(nodes: readonly { name: string }[]): boolean {
  return new Set(nodes.map(({ name }) => name)).size === nodes.length;
}

function quantity(example: string) {
  return z
    .string()
    .max(32)
    .regex(/^\d+(\.\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/, "must be a quantity, such as 500m or 2Gi")
    .optional()
    .openapi({ example });
}
