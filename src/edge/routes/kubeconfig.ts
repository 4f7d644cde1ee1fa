import { stringify } from "yaml";
import { atLeast } from "../auth.ts";
import { createRoute, problems, routes, SessionId, z } from "../routes.ts";

const route = createRoute({
  method: "get",
  path: "/sessions/{id}/kubeconfig",
  summary: "A kubeconfig for the real kubectl",
  description: "It bears the role of the token that this call is made with.",
  middleware: [atLeast("viewer")] as const,
  security: [{ token: [] }],
  request: { params: SessionId },
  responses: {
    200: { description: "The file.", content: { "application/yaml": { schema: z.string() } } },
    ...problems(401, 403, 404, 410, 429),
  },
});

export const kubeconfig = routes().openapi(route, async (c) => {
  const { profile } = await c.var.session.describe();
  const text = kubeconfigText({ origin: new URL(c.req.url).origin, id: c.req.valid("param").id, token: c.var.token, name: profile });
  return c.body(text, 200, {
    "content-type": "application/yaml; charset=utf-8",
    "content-disposition": 'attachment; filename="kubeconfig.yaml"',
    "cache-control": "no-store",
  });
});

/**
 * The file's text. kubectl sends no bearer token over plain http, so that there the token stands in the address; over https it stands where
 * tokens belong.
 */
export function kubeconfigText(of: { origin: string; id: string; token: string; name: string }): string {
  const plain = of.origin.startsWith("http:");
  const server = `${of.origin}/k8s/${of.id}${plain ? `~${of.token}` : ""}`;
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      // Client libraries refuse plain http unless they are told that nobody has to be who he says.
      clusters: [{ name: of.name, cluster: plain ? { server, "insecure-skip-tls-verify": true } : { server } }],
      users: [{ name: of.name, user: plain ? {} : { token: of.token } }],
      contexts: [{ name: of.name, context: { cluster: of.name, user: of.name, namespace: "default" } }],
      "current-context": of.name,
      preferences: {},
    },
    { lineWidth: 0 },
  );
}
