// The README's commands, run as a reader would: from the repository, against a server, with the real kubectl.
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAll } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";
import { realHelm, realKubectl, run, runsHere } from "./real-kubectl.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
let server: Server;
let folder: string;

beforeAll(async () => {
  await buildAll();
  server = await serve({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), "podyard-readme-"));
  if (!runsHere) return;
  symlinkSync(realKubectl(), join(folder, "kubectl"));
  symlinkSync(realHelm(), join(folder, "helm"));
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The shell blocks under a heading. */
function blocks(heading: string): string {
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  const found = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]);
  expect(found.length, `the README has commands under "${heading}"`).toBeGreaterThan(0);
  return found.join("\n");
}

test.runIf(runsHere)("what it says of one's own kubectl and of programs works as it stands", async () => {
  const script = `set -e\n${blocks("With your own kubectl")}\n${blocks("From a program")}`
    .replaceAll("http://localhost:8787", server.url)
    // A watch has no end of its own.
    .replace(/^(kubectl .*--watch)$/m, "timeout 20 $1 | grep -m1 -E '1/1 +Running'");
  const { stdout, stderr, exitCode } = await run("bash", ["-c", script], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder },
  });
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^deployment\.apps\/kubernetes-bootcamp created$/m);
  expect(stdout).toMatch(/^kubernetes-bootcamp-\S+ +1\/1 +Running/m);
  expect(stdout).toMatch(/"stdout":"NAME +STATUS +ROLES +AGE +VERSION\\nminikube +Ready/);
});

test("every npm script that it names is there, and every one that is there is named", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const named = new Set([...readme.matchAll(/`npm (?:run )?([a-z]+)`/g)].map((match) => match[1] ?? ""));
  expect([...named].sort()).toEqual(
    Object.keys(scripts)
      .filter((name) => name !== "build")
      .sort(),
  );
});

test("every file that it links to is there", () => {
  for (const [, path = ""] of readme.matchAll(/\]\(((?!https?:)[^)#]+)\)/g)) expect(() => readFileSync(join(root, path)), path).not.toThrow(/ENOENT/);
});
