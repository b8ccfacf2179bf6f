import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newerNode } from "../newer-node.ts";

/** The release of the MCP conformance suite that is run. It needs Node 22 itself; what it tests does not. */
const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A suite that is ready to run, or why it cannot be. */
export type Suite = { readonly node: string; readonly program: string } | { readonly missing: string };

/** Finds a Node that can run the suite, and installs the suite into `temp` unless it is there from an earlier run. */
export async function prepareSuite(): Promise<Suite> {
  let node: string;
  try {
    node = await newerNode();
  } catch (error) {
    return { missing: `it needs Node 22, and none can be had here (${String(error)})` };
  }
  const folder = join(root, "temp", SUITE.replaceAll(/[^\w.]+/g, "-"));
  const program = join(folder, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
  if (existsSync(program)) return { node, program };
  mkdirSync(folder, { recursive: true });
  const options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  try {
    execFileSync("npm", ["install", "--prefix", folder, ...options, SUITE], { stdio: "ignore", timeout: 240_000 });
  } catch {
    // Said below.
  }
  return existsSync(program) ? { node, program } : { missing: `${SUITE} could not be installed` };
}

/**
 * Runs the suite's program with some arguments; resolves with all it printed, whatever became of it.
 *
 * @param timeoutMs it is ended after this
 */
export function runSuite(
  { node, program }: Extract<Suite, { node: string }>,
  args: readonly string[],
  timeoutMs = 90_000,
): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      node,
      [program, ...args],
      { timeout: timeoutMs, env: { ...process.env, NO_COLOR: "1" } },
      (error, out, err) => {
        resolve(`${out}\n${err}\n${error === null ? "ended well" : `ended with ${error.code ?? "a signal"}`}`);
      },
    );
  });
}
