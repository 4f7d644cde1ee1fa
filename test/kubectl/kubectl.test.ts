// The real kubectl v1.36.3 against a session: what streams, what takes over the connection, and who may what.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { type Ran, realKubectl, run, runsHere } from "./real-kubectl.ts";
import { newSession, type TestSession } from "./session.ts";

let server: Server;
let session: TestSession;
let folder: string;
let kubectl: (...args: string[]) => Promise<Ran>;

beforeAll(async () => {
  if (!runsHere) return;
  await buildAll();
  server = await serve({ port: 0 });
  session = await newSession(server.url);
  folder = mkdtempSync(join(tmpdir(), "podyard-kubectl-"));
  kubectl = (...args) => run(realKubectl(), ["--server", session.kubernetes, ...args], { env: { HOME: folder } });
});

afterAll(async () => {
  await session?.end();
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Runs kubectl until what it has printed is enough, and gives that. */
function until(args: readonly string[], isEnough: (output: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(realKubectl(), ["--server", session.kubernetes, ...args], { env: { HOME: folder } });
    let output = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), 40_000);
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (!isEnough(output)) return;
      child.kill("SIGINT");
      resolve(output);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => {
      clearTimeout(timer);
      reject(new Error(`it ended with:\n${output}`));
    });
  });
}

describe.runIf(runsHere)("the real kubectl", () => {
  test("knows the server for one of its own version", async () => {
    const { stdout, stderr, exitCode } = await kubectl("version");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Client Version: v1\.36\.3\nKustomize Version: v\S+\nServer Version: v1\.36\.3\n$/);
  });

  test("works with the kubeconfig that a session hands out, as its owner and as its viewer", async () => {
    for (const [role, may] of [
      ["owner", "yes"],
      ["viewer", "no"],
    ] as const) {
      const file = join(folder, `${role}.yaml`);
      writeFileSync(file, await (await session.call("GET", "/kubeconfig", undefined, session.tokens[role])).text());
      const ask = (...args: string[]) => run(realKubectl(), args, { env: { HOME: folder, KUBECONFIG: file } });
      expect((await ask("get", "nodes")).stdout).toMatch(/^minikube +Ready +control-plane/m);
      expect((await ask("auth", "can-i", "create", "deployments")).stdout.trim()).toBe(may);
    }
  });

  test("watches, while something is created", async () => {
    const watching = until(["get", "pods", "-w"], (output) => /^web-\S+ +1\/1 +Running/m.test(output));
    expect((await kubectl("create", "deployment", "web", "--image=nginx")).stdout).toBe("deployment.apps/web created\n");
    const output = await watching;
    // How early the watch begins is up to the machine; what it sees of a pod on its way is not.
    expect(output).toMatch(/^web-\S+ +0\/1 +(Pending|ContainerCreating)/m);
  });

  test("runs a command in a container, with its input, its streams and its exit code", async () => {
    await kubectl("rollout", "status", "deployment/web");
    expect(await kubectl("exec", "deploy/web", "--", "sh", "-c", "echo out; echo err >&2; exit 7")).toMatchObject({
      stdout: "out\n",
      stderr: expect.stringMatching(/^err\ncommand terminated with exit code 7\n$/),
      exitCode: 7,
    });
    const typed = await run(realKubectl(), ["--server", session.kubernetes, "exec", "-i", "deploy/web", "--", "cat"], {
      env: { HOME: folder },
      input: "line\n".repeat(20_000),
    });
    expect([typed.stdout.length, typed.exitCode]).toEqual([100_000, 0]);
  });

  test("follows a log", async () => {
    await kubectl(
      "run",
      "ticker",
      "--image=busybox",
      "--restart=Never",
      "--",
      "sh",
      "-c",
      "i=0; while true; do i=$((i+1)); echo tick $i; sleep 0.2; done",
    );
    await kubectl("wait", "--for=condition=Ready", "pod/ticker", "--timeout=30s");
    expect(await until(["logs", "-f", "ticker"], (output) => output.includes("tick 8\n"))).toMatch(/^tick 1\ntick 2\ntick 3\n/);
  });

  test("forwards a port, for one connection after the other and for several at once, and tells of one where nobody listens", async () => {
    const child = spawn(realKubectl(), ["--server", session.kubernetes, "port-forward", "deploy/web", ":80", ":81"], { env: { HOME: folder } });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    const shows = async (pattern: RegExp) => {
      for (const end = Date.now() + 30_000; !pattern.test(printed); await new Promise((resolve) => setTimeout(resolve, 50)))
        if (Date.now() > end) throw new Error(printed);
      return pattern.exec(printed)?.[1] ?? "";
    };
    try {
      const web = `http://127.0.0.1:${await shows(/Forwarding from 127\.0\.0\.1:(\d+) -> 80/)}`;
      const pages = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(web)).text()));
      expect(new Set(pages).size).toBe(1);
      expect(pages[0]).toContain("<title>Welcome to nginx!</title>");
      expect((await fetch(`${web}/nowhere`)).status).toBe(404);
      expect((await fetch(web, { method: "HEAD" })).headers.get("server")).toMatch(/^nginx/);

      const nobody = `http://127.0.0.1:${await shows(/Forwarding from 127\.0\.0\.1:(\d+) -> 81/)}`;
      await expect(fetch(nobody)).rejects.toThrow();
      await shows(/error forwarding port 81 to pod [0-9a-f-]+, uid : .*(connection refused)/);
    } finally {
      child.kill("SIGINT");
    }
  });

  test("proxies to the server and through it to a pod", async () => {
    const output = await until(["proxy", "--port=0"], (text) => text.includes("Starting to serve on"));
    expect(output).toMatch(/Starting to serve on 127\.0\.0\.1:\d+/);
  });

  test("applies from a file on the server's side, with conflicts told", async () => {
    const manifest = (value: string) =>
      JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { color: value } });
    const apply = (manager: string, value: string) =>
      run(realKubectl(), ["--server", session.kubernetes, "apply", "--server-side", `--field-manager=${manager}`, "-f", "-"], {
        env: { HOME: folder },
        input: manifest(value),
      });
    expect((await apply("one", "red")).stdout).toBe("configmap/settings serverside-applied\n");
    const second = await apply("two", "blue");
    expect([second.exitCode, second.stderr]).toEqual([1, expect.stringContaining(`Apply failed with 1 conflict: conflict with "one": .data.color`)]);
  });

  test("explains a field out of the published OpenAPI", async () => {
    const { stdout, exitCode } = await kubectl("explain", "deployment.spec.replicas");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n\nFIELD: replicas <integer>/);
  });

  test("deletes and waits until it is gone", async () => {
    expect((await kubectl("delete", "deployment", "web")).stdout).toBe('deployment.apps "web" deleted from default namespace\n');
    expect((await kubectl("delete", "pod", "ticker", "--grace-period=1")).stdout).toBe('pod "ticker" deleted from default namespace\n');
    expect((await kubectl("get", "pods")).stderr).toBe("No resources found in default namespace.\n");
  });
});
