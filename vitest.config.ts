import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// One project after the other: what talks to a server or a browser has the machine to itself.
export default defineConfig({
  test: {
    projects: [
      // The layers under `host`, and what spans them, in plain Node.
      {
        test: {
          name: "pure",
          sequence: { groupOrder: 0 },
          include: [
            "src/{base,machinery,shell,cluster,commands,lessons}/**/*.test.ts",
            "web/**/*.test.ts",
            "test/*.test.ts",
            "test/{contracts,golden,exchanges,basics,kubelet}/**/*.test.ts",
          ],
          testTimeout: 60_000,
        },
      },
      // The Worker and its Durable Objects, on workerd.
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "workerd",
          sequence: { groupOrder: 1 },
          include: ["src/{host,edge}/**/*.test.ts", "test/workerd/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // The real kubectl, helm and a client library, against the server that `npm start` runs.
      {
        test: {
          name: "kubectl",
          sequence: { groupOrder: 2 },
          include: ["test/{kubectl,clients}/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // A real browser, against the same server.
      {
        test: {
          name: "browser",
          sequence: { groupOrder: 3 },
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
