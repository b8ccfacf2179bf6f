import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "evals/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests wait for processes a third of their time: three workers keep two cores busy.
    maxWorkers: 3,
    pool: "forks",
    // The tests start hundreds of real processes; a build server that stalls for seconds is told apart from a fault.
    retry: process.env["CI"] === undefined ? 0 : 1,
  },
});

export default config;
