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

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "evals/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests wait for processes a third of their time: three workers keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    // The tests start hundreds of real processes; a build server that stalls for seconds is told apart from a fault.
    retry: process.env["CI"] === undefined ? 0 : 1,
  },
});

export default config;
