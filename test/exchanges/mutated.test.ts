import { expect, test } from "vitest";
import { Random } from "#base/random.ts";
import { envtest } from "./envtest.ts";
import { Context } from "./normalise.ts";
import { recordedSuites } from "./replay.ts";

/** Values that stand where nobody expects them. */
const strange: readonly unknown[] = [
  null,
  "",
  -1,
  1e21,
  true,
  [],
  {},
  [null],
  [[]],
  { a: null },
  "x".repeat(300),
  "\u0000",
  "\ud800",
  "9".repeat(40),
  JSON.parse('{"__proto__":{"a":1},"constructor":1}'),
  { $patch: "delete" },
  [{ $patch: "replace" }],
  { $retainKeys: [1] },
];

const queries = [
  "limit=x",
  "continue=abc",
  "resourceVersion=abc",
  "resourceVersionMatch=Exact",
  "watch=1&timeoutSeconds=1",
  "labelSelector=a%20in%20(",
  "fieldSelector=,,",
  "dryRun=x",
  "gracePeriodSeconds=-3",
  "a=%zz",
  "%E0%A4%A",
];
const types = [
  "application/json",
  "application/json-patch+json",
  "application/apply-patch+yaml",
  "application/vnd.kubernetes.protobuf",
  "text/html",
  "",
];
const bodies = ["[".repeat(20_000), "a: &x [*x, *x]", "null", '"x"', "{", "\u0000"];
const methods = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "FOO"];

function mutated(value: unknown, random: Random): unknown {
  if (random.fraction() < 0.05) return random.pick(strange);
  if (Array.isArray(value)) return value.map((item) => mutated(item, random));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mutated(item, random)]));
}

const seldom = <T>(random: Random, otherwise: T, choices: readonly T[]): T => (random.fraction() < 0.08 ? random.pick(choices) : otherwise);

test.for(["lifecycle-pod-rich-v1", "lifecycle-deployment-web-v1", "lifecycle-service-web-v1", "special-lists", "special-apply"])(
  "whatever is sent is answered: %s",
  async (name) => {
    const random = new Random(7);
    const send = await envtest();
    for (const { exchanges } of recordedSuites(new RegExp(`^${name}$`))) {
      const context = new Context();
      for (const { request } of exchanges) {
        const { id, body, raw, headers } = request;
        // Where things are made stays as it is, so that there is something to change.
        const path =
          context.fill(request.path) +
          (id === "ns" || id === "create"
            ? ""
            : seldom(
                random,
                "",
                queries.map((query) => `?${query}`),
              ));
        const given = raw ?? (body === undefined ? undefined : JSON.stringify(id === "ns" ? body : mutated(context.fill(body), random)));
        const sent = {
          method: seldom(random, request.method, id === "ns" ? ["POST"] : methods),
          path,
          headers: { accept: seldom(random, "application/json", types), "content-type": seldom(random, "application/json", types), ...headers },
          ...(given === undefined ? {} : { body: seldom(random, given, id === "ns" ? [given] : bodies) }),
        };
        const { status, text } = await send(sent);
        // Who asks for what is yet to come is told that it did not come in time.
        if (status === 504) continue;
        expect(status, `${JSON.stringify(sent)}: ${text}`).toBeLessThan(500);
      }
    }
    expect(await send({ method: "GET", path: "/readyz", headers: {} })).toMatchObject({ status: 200, text: "ok" });
  },
);
