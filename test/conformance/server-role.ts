import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { serveHttp } from "../../src/server/serve-http.ts";
import { runSuite, type Suite } from "./suite.ts";

const upstream = fileURLToPath(new URL("upstream.mjs", import.meta.url));
const expected = fileURLToPath(new URL("server-failures.yaml", import.meta.url));

/** The revisions whose scored scenarios are run. */
const REVISIONS = ["2025-11-25", "2026-07-28"];

/**
 * Runs every scored scenario of both revisions against our server in direct mode, in front of a server that has all they
 * ask for. Prints what the suite prints; resolves with true when nothing failed that is not expected to.
 */
export async function runServerRole(
  suite: Extract<Suite, { node: string }>,
  scenarios: readonly string[],
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "codemode-conformance-"));
  const mcpServers = { suite: { command: process.execPath, args: [upstream] } };
  const codemode = createCodemode({ mcpServers, server: { mode: "direct" } });
  const server = await serveHttp(codemode, { port: 0, log: () => {} });
  try {
    await codemode.registry.ready();
    const outputs: string[] = [];
    for (const revision of REVISIONS) {
      const chosen =
        scenarios.length === 0
          ? [["--requirements", revision, "--expected-failures", expected]]
          : scenarios.map((scenario) => ["--scenario", scenario, "--spec-version", revision]);
      for (const words of chosen) {
        const output = await runSuite(suite, ["server", "--url", server.url, ...words, "-o", folder], 300_000);
        process.stdout.write(`\n== ${revision}\n${output}\n`);
        outputs.push(output);
      }
    }
    return outputs.every((output) => output.includes("ended well"));
  } finally {
    await server.close();
    await codemode.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
