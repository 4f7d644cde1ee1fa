// npm start: builds and serves. npm run dev is the same with --watch.
import { watch } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildAll, root } from "./build.ts";
import { type Server, serve } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: process.env.PORT ?? "8787" },
    host: { type: "string", default: process.env.HOST ?? "127.0.0.1" },
    storage: { type: "string", default: join(root, ".podyard") },
    watch: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) {
  console.log(
    "npm start -- [--port 8787] [--host 127.0.0.1] [--storage .podyard]\n\nServes Podyard. PORT and HOST may stand in the environment instead.",
  );
  process.exit(0);
}

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) stop(`--port takes a number from 0 to 65535, not ${values.port}.`);
if (port !== 0 && !(await isFree(port, values.host))) stop(`Port ${port} is taken. Another one: npm start -- --port ${port + 1}`);

try {
  await buildAll(console.log);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (!values.watch) process.exit(1);
}

const server = await serve({ port, host: values.host, storage: values.storage });
console.log(`\n  Podyard is at ${server.url}\n\n  Sessions are kept in ${values.storage}. Ctrl-C stops.\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await server.stop();
    process.exit(0);
  });

if (values.watch) reloadOnChange(server);

/** Builds anew a moment after the last change, one build at a time. */
function reloadOnChange(server: Server): void {
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      turn = turn.then(async () => {
        try {
          await buildAll(console.log);
          await server.reload();
        } catch (error) {
          console.error(error instanceof Error ? error.message : error);
        }
      });
    }, 80);
  };
  for (const folder of ["src", "web", "content"]) {
    try {
      watch(join(root, folder), { recursive: true }, changed);
    } catch {
      // A folder that is not there has nothing to watch.
    }
  }
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function stop(why: string): never {
  console.error(why);
  process.exit(1);
}
