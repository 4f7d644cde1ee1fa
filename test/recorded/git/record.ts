/**
 * Runs the snippets by the machine's own bash and git and stores what they did: `node test/recorded/git/record.ts`. Dates and names are given, so that all
 * hashes are the same everywhere.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { environment } from "./environment.ts";

const here = import.meta.dirname;
const recorded: { topic: string; snippet: string; stdout: string; stderr: string; code: number | null }[] = [];
for (const file of readdirSync(join(here, "snippets")).sort())
  for (const snippet of readFileSync(join(here, "snippets", file), "utf8").replace(/\n$/, "").split("\n%%\n")) {
    const home = mkdtempSync("/tmp/git-snippet-");
    const cwd = join(home, "t");
    mkdirSync(cwd);
    const env = { ...environment, PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home, GIT_CONFIG_NOSYSTEM: "1", GIT_EDITOR: "false" };
    const result = spawnSync("/bin/bash", ["-c", snippet], { cwd, env, encoding: "utf8", input: "", timeout: 20_000 });
    const shown = (text: string) => text.replaceAll(home, "/root").replaceAll("/bin/bash:", "bash:");
    recorded.push({ topic: file.replace(/\.sh$/, ""), snippet, stdout: shown(result.stdout), stderr: shown(result.stderr), code: result.status });
    rmSync(home, { recursive: true, force: true });
  }
writeFileSync(join(here, "git.json.gz"), gzipSync(JSON.stringify(recorded), { level: 9 }));
console.log(`${recorded.length} snippets`);
