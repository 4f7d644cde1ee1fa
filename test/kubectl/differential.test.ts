// The same command lines, by the terminal's kubectl and by the real one, on the same cluster: what they print and how they end is equal.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { type Ran, realKubectl, run, runsHere } from "./real-kubectl.ts";
import { newSession, type TestSession } from "./session.ts";

const files = join(import.meta.dirname, "files");
const lines = readFileSync(join(files, "lines.txt"), "utf8").trim().split("\n");

let server: Server;
let session: TestSession;
let home: string;

beforeAll(async () => {
  if (!runsHere) return;
  await buildAll();
  server = await serve({ port: 0 });
  session = await newSession(server.url);
  home = mkdtempSync(join(tmpdir(), "podyard-differential-"));
  cpSync(files, home, { recursive: true });
  writeFileSync(join(home, "config"), kubeconfig(session.kubernetes));
  for (const name of ["objects.yaml", "pod.yaml", "unknown.yaml", "broken.yaml"])
    await session.exec(`cat > ${name}`, { stdin: readFileSync(join(files, name), "utf8") });
  const ready = "kubectl wait --for=condition=Ready pod -l 'app in (web,db,agent,two,rc)' --timeout=60s";
  await session.exec(`kubectl apply -f objects.yaml -f pod.yaml; ${ready}; kubectl wait --for=condition=Complete job/once`, { timeoutSeconds: 100 });
});

afterAll(async () => {
  await session?.end();
  await server?.stop();
  if (home) rmSync(home, { recursive: true, force: true });
});

const kubeconfig = (address: string) => `apiVersion: v1
kind: Config
clusters: [{name: minikube, cluster: {server: "${address}"}}]
users: [{name: minikube, user: {}}]
contexts: [{name: minikube, context: {cluster: minikube, user: minikube, namespace: default}}]
current-context: minikube
`;

const byTheRealOne = (line: string): Promise<Ran> =>
  run("bash", ["-c", line], {
    cwd: home,
    env: { HOME: home, KUBECONFIG: join(home, "config"), PATH: `${dirname(realKubectl())}:${process.env.PATH ?? ""}` },
  });

async function byOurs(line: string): Promise<Ran> {
  const { stdout, stderr, exitCode } = await session.exec(line);
  return { stdout, stderr, exitCode };
}

/** Without what passes between the two: ages, and what a dry run draws by chance. */
function lasting({ stdout, stderr, exitCode }: Ran): string {
  const text = `${stdout}\n--- ${exitCode}\n${stderr}`;
  return text
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uid>")
    .replace(/\b10\.\d+\.\d+\.\d+\b/g, "<ip>")
    .replace(/\b(?:\d+[dhms]){1,2}\b/g, "<age>")
    .replace(/resourceVersion: "\d+"/g, "resourceVersion: <version>")
    .replace(/ {2,}/g, "  ")
    .replace(/ +$/gm, "");
}

describe.runIf(runsHere)("the terminal's kubectl and the real one", () => {
  test("print the same and end the same way", async () => {
    const differing: { line: string; real: string; ours: string }[] = [];
    for (const line of lines) {
      const [real, ours] = await Promise.all([byTheRealOne(line), byOurs(line)]);
      if (real.stdout === ours.stdout && real.stderr === ours.stderr && real.exitCode === ours.exitCode) continue;
      if (lasting(real) !== lasting(ours)) differing.push({ line, real: lasting(real), ours: lasting(ours) });
    }
    expect(differing).toEqual([]);
  });
});
