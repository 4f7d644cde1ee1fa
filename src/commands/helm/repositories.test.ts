import { expect, test } from "vitest";
import { helmIn } from "../../../test/kit/helm.ts";

const bitnami = "https://charts.bitnami.com/bitnami";

async function withRepositories() {
  const machine = helmIn("/home/learner/shop", {});
  const run = async (line: string) => {
    const { stdout, stderr, exitCode } = await machine.run(line);
    expect(`${stderr}${exitCode}`, line).toBe("0");
    return stdout;
  };
  await run(`helm repo add bitnami ${bitnami}`);
  await run("helm repo add podinfo https://stefanprodan.github.io/podinfo");
  return { machine, run };
}

test("the repositories of tutorials are there without an internet", async () => {
  const { machine, run } = await withRepositories();
  expect(await run("helm repo list -o json")).toBe(
    `[{"name":"bitnami","url":"${bitnami}"},{"name":"podinfo","url":"https://stefanprodan.github.io/podinfo"}]\n`,
  );
  expect(await run("helm search repo nginx -o yaml")).toContain("name: bitnami/nginx\n");
  expect((await machine.run("helm repo add nobody https://charts.example.test")).exitCode).toBe(1);
});

test.each([..."apache mariadb mysql nginx postgresql redis wordpress".split(" ").map((name) => `bitnami/${name}`), "podinfo/podinfo"])(
  "%s renders and has nothing to complain of",
  async (chart) => {
    const { run } = await withRepositories();
    expect(await run(`helm template shop ${chart}`)).toMatch(/^kind: (Deployment|StatefulSet)$/m);
    await run(`helm pull ${chart} --untar`);
    expect(await run(`helm lint ${chart.slice(chart.indexOf("/") + 1)}`)).toContain("1 chart(s) linted, 0 chart(s) failed");
  },
);

test("a chart depends on one of a repository", async () => {
  const { run } = await withRepositories();
  await run("helm create app");
  await run(`printf 'dependencies:\\n- name: redis\\n  version: ">=1"\\n  repository: ${bitnami}\\n' >> app/Chart.yaml`);
  await run("helm dependency update app");
  expect(await run("helm dependency list app")).toMatch(/^redis\s+>=1\s+https:\S+\s+ok\s*$/m);
  expect(await run("helm template shop app")).toContain("# Source: app/charts/redis/templates/");
  expect(await run("rm -r app/charts && helm dependency build app && ls app/charts")).toMatch(/redis-\S+\.tgz/);
});

test("words are completed by what was stored", async () => {
  const { run } = await withRepositories();
  const completed = async (...words: string[]) => {
    const found = (await run(`helm __complete ${words.map((word) => `'${word}'`).join(" ")} 2>/dev/null`)).trimEnd().split("\n");
    return found.slice(0, -1);
  };
  expect(await completed("sh")).toEqual(["show"]);
  expect(await completed("install", "web", "bit")).toEqual(["bitnami/"]);
  expect(await completed("upgrade", "-i", "web", "bitnami/m")).toEqual(["bitnami/mariadb", "bitnami/mysql"]);
  expect(await completed("repo", "remove", "bitnami", "")).toEqual(["podinfo"]);
  expect(await completed("pull", "bitnami/nginx", "--version", "2")).not.toEqual([]);
  expect(await completed("list", "-o", "")).toEqual(["table", "json", "yaml"]);
  expect(await completed("lint", "")).toEqual([]);
});
