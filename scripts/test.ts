// npm test: builds, then runs every test there is. Ends with a plain line of how many passed and failed.
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";
import { buildAll, root } from "./build.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: "string", multiple: true },
    update: { type: "boolean", short: "u", default: false },
    name: { type: "string", short: "t" },
  },
});

await buildAll(console.log);

const vitest = await startVitest("test", positionals, {
  root,
  run: true,
  watch: false,
  update: values.update,
  ...(values.project ? { project: values.project } : {}),
  ...(values.name ? { testNamePattern: values.name } : {}),
});

let passed = 0;
let failed = 0;
for (const module of vitest.state.getTestModules()) {
  // A file that could not be loaded counts as a test that failed.
  if (module.errors().length > 0) failed++;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === "passed") passed++;
    if (state === "failed" || state === "pending") failed++;
  }
}
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();
console.log(`${passed} passed, ${failed + unhandled} failed`);
process.exit(failed + unhandled > 0 || passed === 0 ? 1 : 0);
