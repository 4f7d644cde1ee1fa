// The real helm v4 against a session: a release's whole life.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { type Ran, realHelm, run, runsHere } from "../kubectl/real-kubectl.ts";
import { newSession, type TestSession } from "../kubectl/session.ts";

let server: Server;
let session: TestSession;
let folder: string;
let helm: (...args: string[]) => Promise<Ran>;

beforeAll(async () => {
  if (!runsHere) return;
  await buildAll();
  server = await serve({ port: 0 });
  session = await newSession(server.url);
  folder = mkdtempSync(join(tmpdir(), "podyard-helm-"));
  writeFileSync(join(folder, "config"), await (await session.call("GET", "/kubeconfig")).text());
  helm = (...args) => run(realHelm(), args, { env: { HOME: folder, KUBECONFIG: join(folder, "config") }, cwd: folder, timeoutMs: 100_000 });
});

afterAll(async () => {
  await session?.end();
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const release = async (...args: string[]) => JSON.parse((await helm(...args, "-o", "json")).stdout) as unknown;

describe.runIf(runsHere)("the real helm", () => {
  test("makes a chart, lints it, and renders it by what the cluster can do", async () => {
    expect((await helm("create", "shop")).stdout).toBe("Creating shop\n");
    expect((await helm("lint", "shop")).stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
    const { stdout, stderr, exitCode } = await helm("template", "shop", "./shop", "--dry-run=server");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("kind: Deployment");
  });

  test("installs it and waits until it is ready", async () => {
    const { stdout, stderr, exitCode } = await helm("install", "shop", "./shop", "--wait", "--timeout", "90s");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^NAME: shop\nLAST DEPLOYED: .*\nNAMESPACE: default\nSTATUS: deployed\nREVISION: 1\n/);
    expect(await release("list")).toMatchObject([{ name: "shop", namespace: "default", revision: "1", status: "deployed", chart: "shop-0.1.0" }]);
    const pods = (await session.exec("kubectl get pods --no-headers")).stdout;
    expect(pods).toMatch(/^shop-\S+ +1\/1 +Running/);
  });

  test("upgrades it, tells what it has done, and goes back", async () => {
    const upgraded = await helm("upgrade", "shop", "./shop", "--set", "replicaCount=2,service.type=NodePort", "--wait", "--timeout", "90s");
    expect([upgraded.exitCode, upgraded.stderr]).toEqual([0, ""]);
    expect((await session.exec("kubectl get deployment shop -o jsonpath={.spec.replicas}")).stdout).toBe("2");
    expect((await session.exec("kubectl get service shop -o jsonpath={.spec.type}")).stdout).toBe("NodePort");
    expect((await helm("get", "values", "shop")).stdout).toBe("USER-SUPPLIED VALUES:\nreplicaCount: 2\nservice:\n  type: NodePort\n");

    const back = await helm("rollback", "shop", "1", "--wait");
    expect([back.exitCode, back.stdout]).toEqual([0, "Rollback was a success! Happy Helming!\n"]);
    expect((await session.exec("kubectl get deployment shop -o jsonpath={.spec.replicas}")).stdout).toBe("1");
    expect(await release("history", "shop")).toMatchObject([
      { revision: 1, status: "superseded" },
      { revision: 2, status: "superseded" },
      { revision: 3, status: "deployed", description: "Rollback to 1" },
    ]);
  });

  test("runs its test", async () => {
    const { stdout, exitCode } = await helm("test", "shop", "--timeout", "90s");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/TEST SUITE: +shop-test-connection\n.*\n.*\nPhase: +Succeeded/);
  });

  test("refuses what cannot be, and changes nothing", async () => {
    const { stderr, exitCode } = await helm("install", "shop", "./shop");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("cannot reuse a name that is still in use")]);
    const template = join(folder, "shop/templates/wrong.yaml");
    writeFileSync(
      template,
      readFileSync(join(folder, "shop/templates/service.yaml"), "utf8").replace("port:", "prt:").replaceAll('include "shop.fullname" .', '"wrong"'),
    );
    expect((await helm("install", "wrong", "./shop")).exitCode).toBe(1);
    rmSync(template);
    // As with any cluster, the attempt is remembered.
    expect(await release("list", "--failed")).toMatchObject([{ name: "wrong", status: "failed" }]);
    expect((await helm("uninstall", "wrong")).exitCode).toBe(0);
  });

  test("uninstalls it, with all that belongs to it", async () => {
    expect((await helm("uninstall", "shop", "--wait")).stdout).toBe('release "shop" uninstalled\n');
    expect(await release("list")).toEqual([]);
    expect(
      (await session.exec("kubectl get deployments,replicasets,services,serviceaccounts,secrets -l app.kubernetes.io/instance=shop -o name")).stdout,
    ).toBe("");
  });
});
