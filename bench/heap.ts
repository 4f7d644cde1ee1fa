import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Figure } from "./table.ts";

const mostBytes = 4 * 1024 * 1024;

/** The heap that a session takes, measured in a process of its own in which garbage can be collected at will. */
export function heap(): Figure[] {
  const child = fileURLToPath(new URL("./heap-process.ts", import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--expose-gc", "--max-old-space-size=4096", child], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr.trim() || "the measuring process failed");
  const { sessions, bytes } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { sessions: number; bytes: number };
  return [
    {
      what: `heap of a session after Basics, of ${sessions}`,
      goal: "≤ 4 MB",
      measured: `${(bytes / 1e6).toFixed(1)} MB`,
      reached: bytes <= mostBytes,
    },
  ];
}
