import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest: begun last, each would keep one worker busy while the others have nothing left. */
const LONGEST = [
  "test/package/examples.test.ts",
  "evals/suites/own/own-suite.test.ts",
  "test/adapters/claude-agent.test.ts",
  "test/adapters/types.test.ts",
  "test/security/tokens.test.ts",
  "test/programs/python.test.ts",
  "src/engines/pyodide/escapes.test.ts",
  "test/docs-commands.test.ts",
  "test/security/event-loop.test.ts",
  "test/security/sixteen-answers.test.ts",
  "src/cli/commands/clients/install.test.ts",
  "src/cli/commands/exec.test.ts",
  "src/skills/skill-writers.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** They measure time and memory, or go by the first connection of a process. */
const ALONE = [
  "src/engines/**/*.test.ts",
  "src/sources/http/long-fetch.test.ts",
  "src/sources/mcp/unread-replies.test.ts",
  "src/server/door/leftover-memory.test.ts",
];

/** They leave their process as it was, and start what else they need: what they load is loaded once. */
const LIKE_PARTS = "test/{contract,definitions,mistakes,programs,server,servers}/*.test.ts";

const SHARED = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: "forks",
  // The tests start hundreds of real processes; a build server that stalls for seconds is told apart from a fault.
  retry: process.env["CI"] === undefined ? 0 : 1,
} as const;

const config: ViteUserConfig = defineConfig({
  test: {
    // A project that extended this would prepare the tests once more.
    globalSetup: ["test/global-setup.ts"],
    // Tests wait for processes a third of their time: three workers keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Loading what a part needs takes longer than most of its tests: the parts share processes.
      {
        test: {
          ...SHARED,
          name: "parts",
          include: ["src/**/*.test.ts", LIKE_PARTS],
          exclude: ALONE,
          isolate: false,
        },
      },
      {
        test: {
          ...SHARED,
          name: "whole",
          // Not by `exclude`, which would take the place of what a command excludes.
          include: ["test/**/*.test.ts", "evals/**/*.test.ts", ...ALONE, `!${LIKE_PARTS}`],
        },
      },
    ],
  },
});

export default config;
