// npm run check: types and style, both in full even when the first finds something.
import { spawnSync } from "node:child_process";
import { root } from "./build.ts";

const checks: [name: string, command: string, args: string[]][] = [
  ["types", "tsc", ["-b", "--pretty"]],
  ["style", "biome", ["check"]],
];
let failed = 0;
for (const [name, command, args] of checks) {
  console.log(`Checking ${name} …`);
  if (spawnSync(command, args, { cwd: root, stdio: "inherit" }).status !== 0) failed++;
}
process.exit(failed ? 1 : 0);
