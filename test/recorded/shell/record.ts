/**
 * Runs the snippets by the machine's own bash and stores what it did: `node test/recorded/shell/record.ts`. What it prints of its own place is made the
 * same as in the tests.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const here = import.meta.dirname;
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const recorded: { topic: string; snippet: string; stdout: string; stderr: string; code: number | null }[] = [];
for (const file of readdirSync(join(here, "snippets")).sort())
  for (const snippet of readFileSync(join(here, "snippets", file), "utf8").replace(/\n$/, "").split("\n%%\n")) {
    const cwd = mkdtempSync("/tmp/snippet-");
    const result = spawnSync("/bin/bash", ["-c", snippet], { cwd, env: { PATH: path, HOME: "/root", LANG: "C.UTF-8" }, encoding: "utf8", input: "", timeout: 20_000 });
    const shown = (text: string) => text.replaceAll(cwd, "/root/t").replaceAll("/bin/bash:", "bash:");
    recorded.push({ topic: file.replace(/\.sh$/, ""), snippet, stdout: shown(result.stdout), stderr: shown(result.stderr), code: result.status });
    rmSync(cwd, { recursive: true, force: true });
  }
writeFileSync(join(here, "bash.json.gz"), gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${recorded.length} snippets`);
