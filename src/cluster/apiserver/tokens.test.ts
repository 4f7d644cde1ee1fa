import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { bodyText } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { admin } from "#machinery/user.ts";
import { verify } from "#machinery/x509/signature.ts";
import { bootstrap } from "./bootstrap/bootstrap.ts";
import { noKubelets } from "./kubelets.ts";
import { apiServer } from "./server.ts";
import { base64Url, bytesOfBase64Url, type JsonWebKey } from "./signing-key.ts";

async function fresh(seed = 1) {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const random = new Random(seed);
  const server = apiServer({ store: new MemoryStore(), clock, random, tasks, kinds: Object.values(kinds), kubelets: noKubelets });
  await bootstrap(server, clock);
  const api = server.api(admin);
  await api.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "builder", namespace: "default" } });
  const send = async (url: string, method = "GET", body?: object) => {
    const response = await server.fetch({ method, url, headers: {}, body: body && bytesOf(JSON.stringify(body)) }, admin);
    return JSON.parse(await bodyText(response));
  };
  const ask = async (spec: object): Promise<string> => {
    const answer = await send("/api/v1/namespaces/default/serviceaccounts/builder/token", "POST", { spec });
    return answer.status.token;
  };
  return { server, api, send, ask };
}

const bytes = (text = "") => bytesOfBase64Url(text) ?? new Uint8Array();
const number = (text: string) => BigInt(`0x${Array.from(bytes(text), (byte) => byte.toString(16).padStart(2, "0")).join("")}`);

test("anybody can check a token by the published key", async () => {
  const { send, ask } = await fresh();
  const { keys } = (await send("/openid/v1/jwks")) as { keys: JsonWebKey[] };
  const [head, body, signature] = (await ask({})).split(".");
  const [key] = keys;
  expect(JSON.parse(textOf(bytes(head)))).toEqual({ alg: "RS256", kid: key?.kid });
  const publicKey = { type: "rsa", modulus: number(key?.n ?? ""), exponent: number(key?.e ?? "") } as const;
  expect(verify(publicKey, bytesOf(`${head}.${body}`), bytes(signature))).toBe(true);
});

test("a cluster takes its own tokens alone, and none that was changed", async () => {
  const { server, ask } = await fresh();
  const other = await fresh(2);
  const token = await ask({});
  const [head = "", body = "", signature = ""] = token.split(".");
  expect(server.tokens.authenticate(token)?.name).toBe("system:serviceaccount:default:builder");
  expect(other.server.tokens.authenticate(token)).toBeUndefined();
  const changed = base64Url(bytesOf(textOf(bytes(body)).replace("builder", "default")));
  for (const wrong of [
    `${head}.${changed}.${signature}`,
    `${head}.${body}`,
    `${token}.x`,
    `${head}.${body}.${base64Url(new Uint8Array(256))}`,
    "..",
    "",
  ])
    expect(server.tokens.authenticate(wrong)).toBeUndefined();
});

test.for<[kind: string, plural: string]>([
  ["Secret", "secrets"],
  ["Node", "nodes"],
])("a token that is bound to a %s ends with it", async ([kind, plural]) => {
  const { server, api, ask } = await fresh();
  const namespace = kind === "Node" ? undefined : "default";
  await api.create(plural, { apiVersion: "v1", kind, metadata: { name: "bound", ...(namespace ? { namespace } : {}) } });
  const token = await ask({ boundObjectRef: { apiVersion: "v1", kind, name: "bound" } });
  expect(server.tokens.authenticate(token)).toBeDefined();
  await api.delete(plural, "bound", namespace);
  expect(server.tokens.authenticate(token)).toBeUndefined();
});
