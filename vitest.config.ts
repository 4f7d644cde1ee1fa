import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "pure", include: ["src/{base,machinery,shell,cluster,commands,lessons}/**/*.test.ts", "test/*.test.ts", "test/{contracts,golden,exchanges,basics}/**/*.test.ts"], testTimeout: 60_000 } },
    ],
  },
});
