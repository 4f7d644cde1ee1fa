// npm run deploy: builds, then lets wrangler deploy just what was built, with the settings of wrangler.toml.
import { spawnSync } from "node:child_process";
import { buildAll, root, workerFile } from "./build.ts";

await buildAll(console.log);
const { status } = spawnSync("wrangler", ["deploy", workerFile, "--no-bundle", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
