import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { prepareSuite, runSuite } from "./suite.ts";

const suite = await prepareSuite();
if ("missing" in suite) process.stderr.write(`NOT TESTED: the MCP conformance suite, since ${suite.missing}.\n`);

const client = fileURLToPath(new URL("skills-client.mjs", import.meta.url));
const TIMEOUT_MS = 120_000;

/** The figures the suite ends with. */
const passed = (output: string): string => /Passed: .*/.exec(output)?.[0] ?? output;

describe.skipIf("missing" in suite)("the MCP conformance suite", () => {
  let folder: string;
  let codemode: Codemode;
  let server: HttpServerHandle;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-conformance-")));
    mkdirSync(join(folder, "release-notes/references"), { recursive: true });
    const document =
      "---\nname: release-notes\ndescription: Writes release notes.\nmetadata:\n  version: '1.0'\n---\n\nRead on.\n";
    writeFileSync(join(folder, "release-notes/SKILL.md"), document);
    writeFileSync(join(folder, "release-notes/references/style.md"), "Short sentences.\n");
    writeFileSync(join(folder, "sum_all.ts"), "/** Adds. */\nexport function sum_all(): number {\n  return 1;\n}\n");
    codemode = createCodemode({ skills: { directories: [folder] } });
    server = await serveHttp(codemode, { port: 0, log: () => {} });
  });
  afterAll(async () => {
    await server.close();
    await codemode.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["sep-2640-skills-directory", "2026-07-28", "Passed: 7/7, 0 failed, 0 warnings"],
    ["sep-2640-skills-enumeration", "2026-07-28", "Passed: 32/32, 0 failed, 0 warnings"],
    ["sep-2640-skills-manifest", "2026-07-28", "Passed: 6/6, 0 failed, 0 warnings"],
    ["sep-2640-skills-directory", "2025-11-25", "Passed: 7/7, 0 failed, 0 warnings"],
    ["sep-2640-skills-enumeration", "2025-11-25", "Passed: 30/30, 0 failed, 0 warnings"],
    ["sep-2640-skills-manifest", "2025-11-25", "Passed: 6/6, 0 failed, 0 warnings"],
  ])("passes %s of our server in revision %s", { timeout: TIMEOUT_MS }, async (scenario, revision, figures) => {
    if ("missing" in suite) throw new Error(suite.missing);
    const version = ["--spec-version", revision, "--force"];
    const output = await runSuite(suite, ["server", "--url", server.url, "--scenario", scenario, ...version]);
    expect(passed(output)).toBe(figures);
    expect(output).toContain("ended well");
  });

  test.each([
    ["sep-2640-client-no-prefetch"],
    ["sep-2640-client-verify-digest"],
    ["sep-2640-client-verify-size"],
    ["sep-2640-client-verify-frontmatter"],
  ])("passes %s of our upstream side", { timeout: TIMEOUT_MS }, async (scenario) => {
    if ("missing" in suite) throw new Error(suite.missing);
    const command = `${process.execPath} ${client}`;
    const output = await runSuite(suite, ["client", "--command", command, "--scenario", scenario]);
    expect(passed(output)).toBe("Passed: 1/1, 0 failed, 0 warnings");
    expect(output).toContain("OVERALL: PASSED");
  });
});
