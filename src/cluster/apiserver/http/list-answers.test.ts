import { expect, test } from "vitest";
import { textOf } from "#base/streams.ts";
import { admin } from "#machinery/user.ts";
import { type Playground, playground } from "../../../../test/kit/cluster.ts";
import { ListAnswers } from "./list-answers.ts";

const config = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default", labels: { name } } });

async function body({ cluster }: Playground, url: string, accept = "application/json"): Promise<Uint8Array> {
  const answer = await cluster.tasks.run(() => cluster.fetch({ method: "GET", url, headers: { accept } }, admin));
  return answer.body as Uint8Array;
}

test("a list is made once until something changes", async () => {
  const at = await playground({ profile: "envtest" });
  const path = "/api/v1/namespaces/default/configmaps";
  await at.make(config("a"), config("b"));
  const first = await body(at, path);
  expect(await body(at, path)).toBe(first);
  expect(await body(at, `${path}?labelSelector=name%3Da`)).not.toBe(first);
  expect(textOf(await body(at, path, "application/yaml"))).toMatch(/^apiVersion: v1\nitems:\n/);
  await at.make(config("c"));
  const names = async (url: string) => JSON.parse(textOf(await body(at, url))).items.map(({ metadata }: ReturnType<typeof config>) => metadata.name);
  expect(await names(path)).toEqual(expect.arrayContaining(["a", "b", "c"]));
  expect(await names(`${path}?labelSelector=name%3Dc`)).toEqual(["c"]);
});

test("a table tells ages, and is made anew", async () => {
  const at = await playground({ profile: "envtest" });
  await at.make(config("a"));
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const ages = async () => JSON.parse(textOf(await body(at, "/api/v1/namespaces/default/configmaps", table))).rows[0].cells.at(-1);
  expect(await ages()).toBe("0s");
  await at.rest(90_000);
  expect(await ages()).toBe("90s");
});

test("no more is kept than there is room for", () => {
  const answers = new ListAnswers();
  let made = 0;
  const make = (size: number) => () => {
    made++;
    return new Uint8Array(size);
  };
  const ask = (revision: number, key: string, size: number) => answers.at(revision, key, make(size));
  for (const _ of [1, 2]) for (const key of ["a", "b", "c"]) ask(1, key, 1_900_000);
  expect(made).toBe(4);
  ask(2, "c", 1_900_000);
  ask(2, "c", 1_900_000);
  expect(made).toBe(5);
});
