// The Worker on workerd, on this machine: what `npm start`, the tests and the bench serve.
import { Log, LogLevel, Miniflare, type MiniflareOptions } from "miniflare";
import { assetsFolder, root, workerModules } from "./build.ts";

export interface ServerOptions {
  host?: string;
  /** 0 takes any that is free. */
  port: number;
  /** Where sessions are kept; in memory where it is left out. */
  storage?: string;
  log?: Log;
}

export interface Server {
  readonly url: string;
  readonly miniflare: Miniflare;
  /** Takes the Worker as it is built now. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** The settings of wrangler.toml, for miniflare. Limits by address are the platform's: here everybody has the same one. */
function settings({ host = "127.0.0.1", port, storage, log }: ServerOptions): MiniflareOptions {
  return {
    // Its own entry is left on any free port: the direct socket below leads to the Worker without a second Worker before it.
    host: "127.0.0.1",
    port: 0,
    cf: false,
    logRequests: false,
    log: log ?? new Log(LogLevel.WARN),
    ...(storage ? { resourcePersistencePath: storage } : {}),
    workers: [
      {
        config: {
          name: "podyard",
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["enable_request_signal"],
          manifest: {
            mainModule: "worker.js",
            modulesRoot: "/",
            modules: Object.fromEntries(Object.entries(workerModules()).map(([name, contents]) => [name, { type: "esm" as const, contents }])),
          },
          env: { SESSIONS: { type: "durable-object", worker: "podyard", exportName: "Session" }, ASSETS: { type: "assets" } },
          exports: { Session: { type: "durable-object", storage: "sqlite" } },
          assets: { directory: assetsFolder, hasUserWorker: true, runWorkerFirst: true },
        },
        dev: { rootPath: root, unsafeDirectSockets: [{ host, port }] },
      },
    ],
  };
}

/** Starts serving. */
export async function serve(options: ServerOptions): Promise<Server> {
  const miniflare = new Miniflare(settings(options));
  await miniflare.ready;
  const { port } = await miniflare.unsafeGetDirectURL();
  const url = `http://${options.host && !["127.0.0.1", "0.0.0.0"].includes(options.host) ? options.host : "localhost"}:${port}`;
  return {
    url,
    miniflare,
    async reload() {
      await miniflare.setOptions(settings({ ...options, port: Number(port) }));
    },
    stop: () => miniflare.dispose(),
  };
}
