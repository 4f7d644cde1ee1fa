// Kubernetes Basics played by the real kubectl in a real bash: only minikube, and curl of the node's address, are the session's.
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { complaints, type Step, variants } from "../basics/basics.ts";
import { realKubectl, run, runsHere } from "./real-kubectl.ts";
import { newSession, type TestSession } from "./session.ts";

let server: Server;

beforeAll(async () => {
  await buildAll();
  server = await serve({ port: 0 });
});

afterAll(async () => {
  await server?.stop();
});

const patienceMs = 60_000;

/** A learner's laptop: bash, the real kubectl with the session's kubeconfig, and the variables that were exported so far. */
class Laptop {
  readonly folder: string;
  readonly #env: Record<string, string>;
  #background: ReturnType<typeof spawn> | undefined;

  constructor(session: TestSession, base: string, kubeconfig: string, curl: string) {
    this.folder = mkdtempSync(join(tmpdir(), "podyard-laptop-"));
    const bin = join(this.folder, "bin");
    mkdirSync(bin);
    symlinkSync(realKubectl(), join(bin, "kubectl"));
    for (const name of ["minikube", "curl"]) {
      copyFileSync(join(import.meta.dirname, "session-command.mjs"), join(bin, name));
      chmodSync(join(bin, name), 0o755);
    }
    writeFileSync(join(this.folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(this.folder, "config"), kubeconfig, { mode: 0o600 });
    writeFileSync(join(this.folder, "exports"), "");
    this.#env = {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: this.folder,
      KUBECONFIG: join(this.folder, "config"),
      TERM: "dumb",
      PODYARD_EXEC: `${base}/api/v1/sessions/${session.id}/exec`,
      PODYARD_TOKEN: session.tokens.owner,
      REAL_CURL: curl,
    };
  }

  async run(command: string, input = ""): Promise<{ output: string; exitCode: number }> {
    const script = `. ${this.folder}/exports\n${command}\ncode=$?\nexport -p | grep -E '^declare -x (POD_NAME|NODE_PORT|AFFECTED_POD)=' > ${this.folder}/exports\nexit $code`;
    const { stdout, stderr, exitCode } = await run("bash", ["-c", script], { env: this.#env, input, cwd: this.folder });
    return { output: stdout + stderr, exitCode };
  }

  /** Starts what does not end by itself, and gives what it has printed once that is enough. */
  start(command: string, isEnough: (output: string) => boolean): Promise<string> {
    this.stop();
    const child = spawn("bash", ["-c", command], { env: this.#env, cwd: this.folder, detached: true });
    this.#background = child;
    return new Promise((resolve, reject) => {
      let output = "";
      const hear = (chunk: Buffer) => {
        output += chunk;
        if (isEnough(output)) resolve(output);
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      child.on("exit", () => reject(new Error(`it ended: ${output}`)));
      setTimeout(() => reject(new Error(`it only printed: ${output}`)), 20_000).unref();
    });
  }

  stop(): void {
    const child = this.#background;
    this.#background = undefined;
    child?.removeAllListeners("exit");
    if (child?.pid !== undefined) process.kill(-child.pid, "SIGINT");
  }

  end(): void {
    this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function play(step: Step, laptop: Laptop): Promise<void> {
  if (step.terminal === "second") {
    laptop.stop();
    if (!step.interrupt) await laptop.start(step.command, (output) => complaints(step, output).length === 0);
    return;
  }
  if (step.inside) {
    // Without a terminal of its own kubectl takes the lines from a pipe: what is printed is the same, without echo and prompts.
    const { output } = await laptop.run(step.command.replace("-ti", "-i"), step.inside.map(({ line }) => `${line}\n`).join(""));
    for (const { expect: wanted } of step.inside) expect(complaints({ expect: wanted ?? [] }, output), `${step.command}\n${output}`).toEqual([]);
    return;
  }
  const end = Date.now() + patienceMs;
  for (;;) {
    const { output, exitCode } = await laptop.run(step.command);
    const wrong = [...complaints(step, output), ...(exitCode === (step.exitCode ?? 0) ? [] : [`exit ${exitCode}`])];
    if (wrong.length === 0) return;
    if (!step.eventually || Date.now() > end) expect(wrong, `${step.command}\n${output}`).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

// One after the other: both want kubectl proxy's port.
describe.runIf(runsHere).each(variants)("Kubernetes Basics, $name, by the real kubectl", (variant) => {
  test("every command gives what it should", { timeout: 400_000 }, async () => {
    const session = await newSession(server.url, { profile: variant.profile });
    const kubeconfig = await (await session.call("GET", "/kubeconfig")).text();
    const curl = (await run("bash", ["-c", "command -v curl"])).stdout.trim();
    const laptop = new Laptop(session, server.url, kubeconfig, curl);
    const hurry = hurrying(session);
    try {
      for (const module of variant.modules) {
        for (const command of module.before) await laptop.run(command);
        for (const step of module.steps) await play(atThisAddress(step, server.url), laptop);
      }
    } finally {
      await hurry.end();
      laptop.end();
      await session.end();
    }
  });
});

/** Lets time in the session pass some ten times as fast: what a pull or a rollout takes is not what is tested. */
function hurrying(session: TestSession): { end(): Promise<void> } {
  let isOver = false;
  const over = (async () => {
    while (!isOver) {
      await session.call("POST", "/clock", { advanceSeconds: 1 });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    async end() {
      isOver = true;
      await over;
    },
  };
}

/** On a laptop the cluster's address is the server's, and has a path: kubectl's proxy leaves that out unless it is told to keep it. */
function atThisAddress(step: Step, base: string): Step {
  const command = step.command.replace(/kubectl proxy$/, "kubectl proxy --append-server-path");
  if (!step.expect) return { ...step, command };
  return {
    ...step,
    command,
    expect: step.expect.map(
      (wanted) => new RegExp(wanted.source.replaceAll(String.raw`https:\/\/192\.168\.49\.2:8443`, base.replaceAll("/", "\\/")), wanted.flags),
    ),
  };
}
