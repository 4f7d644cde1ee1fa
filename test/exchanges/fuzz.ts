// Requests that nobody expects, made of recorded ones: node test/exchanges/fuzz.ts [--seed N] [--requests N]
import { parseArgs } from "node:util";
import { TimerQueue } from "#base/clock.ts";
import { bodyText } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { bytesOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import { bootstrap } from "#cluster/apiserver/bootstrap/bootstrap.ts";
import { noKubelets } from "#cluster/apiserver/kubelets.ts";
import { apiServer } from "#cluster/apiserver/server.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { admin, type User } from "#machinery/user.ts";
import { type Exchange, recordedSuites } from "./replay.ts";

type Recorded = Exchange["request"];

/** May look at most things and change nothing. */
const reader: User = { name: "reader", groups: ["system:authenticated"] };
const readers = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "readers" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
  subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: reader.name }],
};

/** Values that stand where nobody expects them. */
const strange: readonly unknown[] = [
  null,
  "",
  0,
  -1,
  1e21,
  1.5,
  true,
  [],
  {},
  [null],
  [[]],
  { a: null },
  "x".repeat(300),
  "\u0000",
  "\ud800",
  "2026-01-01T00:00:00Z",
  "100m",
  "9".repeat(40),
  "../..",
  4294967296,
  JSON.parse('{"__proto__":{"a":1},"constructor":1}'),
  { key: "a", operator: "In", values: [] },
  { $patch: "delete" },
  [{ $patch: "replace" }],
  { $retainKeys: [1] },
];
const fields = ["foo", "$patch", "$retainKeys", "$setElementOrder/x", "spec", "status", "metadata", "finalizers"];
const queries = [
  "limit=-1",
  "limit=x",
  "limit=2",
  "continue=abc",
  "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ",
  "resourceVersion=abc",
  "resourceVersion=0",
  "resourceVersionMatch=Exact",
  "watch=1&timeoutSeconds=1",
  "watch=true&timeoutSeconds=-5",
  "sendInitialEvents=true&watch=1&timeoutSeconds=1",
  "labelSelector=%",
  "labelSelector=a%20in%20(",
  `labelSelector=a%20in%20(${"b%2C".repeat(5000)}c)`,
  "fieldSelector=a%3D",
  "fieldSelector=,,",
  "dryRun=All",
  "dryRun=x",
  "fieldManager=%0a",
  "force=true",
  "fieldValidation=Strict",
  "fieldValidation=x",
  "gracePeriodSeconds=-3",
  "gracePeriodSeconds=9999999999999",
  "propagationPolicy=x",
  "orphanDependents=true",
  "includeObject=None",
  "a=%zz",
  "%E0%A4%A",
];
const types = [
  "application/json",
  "application/yaml",
  "application/merge-patch+json",
  "application/json-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
  "application/vnd.kubernetes.protobuf",
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
  "application/json;as=Table;v=v9;g=x",
  "text/html",
  ";;;",
  "",
];
const bodies = [
  "[".repeat(20_000),
  '{"a":'.repeat(20_000),
  "a: &x [*x, *x]",
  "- ".repeat(3000),
  "null",
  "1",
  '"x"',
  "[]",
  "{",
  "\u0000",
  "k8s\u0000abc",
];
const methods = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "FOO"];
const segments = ["", "%2e%2e", "..", "a%zzb", "%00", "x/y", "é", "namespaces", "__proto__", "constructor"];

export interface Fuzzed {
  /** How many answers of each status there were. */
  answers: Record<number, number>;
  /** What should not have happened, each sort once, with the request that did it. */
  defects: readonly string[];
}

/** Sends so many requests to an API server, as who may do all and as who may look only. */
export async function fuzz(seed: number, requests: number): Promise<Fuzzed> {
  const random = new Random(seed);
  const defects = new Map<string, string>();
  const note = (what: string, request: string) => {
    if (!defects.has(what)) defects.set(what, `${what}\n  ${request.slice(0, 700)}`);
  };
  const tasks = new Tasks((error) => note(`left behind: ${String(error)}`, ""));
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const store = new MemoryStore();
  const server = apiServer({
    store,
    clock,
    random: new Random(1),
    tasks,
    kinds: Object.values(kinds),
    kubelets: noKubelets,
    address: "127.0.0.1:7701",
  });
  await bootstrap(server, clock, 7701);
  const send = async ({ method, path, headers, body }: Sent, user: User): Promise<number> => {
    const answer = await server.fetch({ method, url: path, headers, body }, user);
    await bodyText(answer);
    return answer.status;
  };

  const recorded = recordedSuites().flatMap(({ exchanges }) => exchanges.map(({ request }) => request));
  for (const { path, body } of places(recorded)) {
    await tasks.run(() =>
      send({ method: "POST", path, headers: { "content-type": "application/json" }, body: bytesOf(JSON.stringify(body)) }, admin),
    );
    await clock.advance(clock.now() + 50);
  }
  const answers: Record<number, number> = {};
  for (let i = 0; i < requests; i++) {
    const sent = strangeRequest(random.pick(recorded), random);
    const user = random.fraction() < 0.25 ? reader : admin;
    const text = () =>
      `${user.name}: ${sent.method} ${sent.path} ${JSON.stringify(sent.headers)} ${sent.body ? new TextDecoder().decode(sent.body) : ""}`;
    try {
      let status: number | undefined;
      let changed = false;
      const answered = tasks.run(async () => {
        // Quotas are charged before anything else may refuse, here as there, and corrected a little later.
        const stop = store.watch("/registry/", ({ entry }) => (changed ||= !entry.key.startsWith("/registry/resourcequotas/")));
        status = await send(sent, user).finally(stop);
      });
      await clock.advance(clock.now() + 10);
      // A watch lasts until its time is over.
      let isOver = false;
      void answered.catch(() => {}).finally(() => (isOver = true));
      for (let minutes = 0; minutes < 60 && !isOver; minutes++) await clock.advance(clock.now() + 60_000);
      if (!isOver) note("is never answered", text());
      else {
        await answered;
        if (status === undefined) continue;
        answers[status] = (answers[status] ?? 0) + 1;
        // Who asks for what is yet to come is told that it did not come in time; who asks for what nobody serves, that nobody does.
        if (status >= 500 && status !== 503 && status !== 504) note(`answer ${status}`, text());
        if (changed && user === reader) note(`the reader changed something (${status})`, text());
        // Of many that are to be deleted, those before the first refusal are gone.
        if (changed && status >= 400 && status !== 504 && sent.method !== "DELETE") note(`refused with ${status}, and yet something changed`, text());
      }
    } catch (error) {
      note(
        `thrown: ${error instanceof Error ? `${error.message} ${error.stack?.split("\n").find((line) => line.includes("/src/"))}` : error}`,
        text(),
      );
    }
  }
  return { answers, defects: [...defects.values()] };
}

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

/** What must be there for the rest to lead anywhere. */
function* places(recorded: readonly Recorded[]): Iterable<{ path: string; body: unknown }> {
  yield { path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", body: readers };
  const seen = new Set<string>();
  for (const { method, path, body } of recorded) {
    if (method !== "POST" || !/\/(namespaces|serviceaccounts|customresourcedefinitions)$/.test(path)) continue;
    const key = `${path} ${(body as { metadata?: { name?: string } } | undefined)?.metadata?.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield { path, body };
  }
}

function strangeRequest({ method, path, headers: given, body, raw }: Recorded, random: Random): Sent {
  const seldom = <T>(share: number, otherwise: T, other: () => T): T => (random.fraction() < share ? other() : otherwise);
  const { authorization: _, ...headers } = { accept: "application/json", ...given } as Record<string, string>;
  const plain = path.replaceAll(/\$\{[^}]*\}/g, "1");
  const moved = seldom(0.05, plain, () => plain.replace(/[a-z]+s\b/, () => random.pick(segments)));
  const asked = seldom(0.15, moved, () => `${moved}${moved.includes("?") ? "&" : "?"}${random.pick(queries)}`);
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(random.fraction() < 0.7 ? mutated(body, random) : body));
  return {
    method: seldom(0.1, method, () => random.pick(methods)),
    path: asked,
    headers: {
      ...headers,
      ...seldom<Record<string, string>>(0.15, {}, () => ({ accept: random.pick(types) })),
      ...seldom<Record<string, string>>(0.15, {}, () => ({ "content-type": random.pick(types) })),
    },
    body: seldom(0.02, text === undefined ? undefined : damaged(text, random), () => bytesOf(random.pick(bodies))),
  };
}

function mutated(value: unknown, random: Random): unknown {
  if (random.fraction() < 0.06) return random.pick(strange);
  if (Array.isArray(value)) {
    const items = value.map((item) => (random.fraction() < 0.4 ? mutated(item, random) : item));
    if (items.length > 0 && random.fraction() < 0.1) items.push(items[0]);
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(() => random.fraction() >= 0.04);
  if (random.fraction() < 0.05) entries.push([random.pick(fields), random.pick(strange)]);
  return Object.fromEntries(entries.map(([key, item]) => [key, random.fraction() < 0.4 ? mutated(item, random) : item]));
}

/** The text's bytes, seldom with something in between that does not belong there. */
function damaged(text: string, random: Random): Uint8Array {
  if (random.fraction() < 0.05) {
    const at = random.between(0, text.length);
    return bytesOf(
      text.slice(0, at) + random.pick(["", "{", "}", "\u0000", "[", "\\u12", "1e999", "&a *a", ",", '"']) + text.slice(at + random.between(0, 3)),
    );
  }
  const bytes = bytesOf(text);
  if (bytes.length > 0 && random.fraction() < 0.03) bytes[random.between(0, bytes.length - 1)] = random.between(128, 255);
  return bytes;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, requests: { type: "string", default: "100000" } } });
  const { answers, defects } = await fuzz(Number(values.seed), Number(values.requests));
  console.log(JSON.stringify(answers));
  for (const defect of defects) console.log(`\n${defect}`);
  process.exit(defects.length > 0 ? 1 : 0);
}
