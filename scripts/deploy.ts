// npm run deploy: builds the page, then lets wrangler bundle and deploy the Worker with the settings of wrangler.toml.
import { spawnSync } from "node:child_process";
import { buildAll, root } from "./build.ts";

await buildAll(console.log);
const { status } = spawnSync("wrangler", ["deploy", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
