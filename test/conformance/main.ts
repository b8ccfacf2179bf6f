// npm run conformance -- --role server|client [SCENARIO…]: runs the MCP conformance suite against this package.
import { prepareSuite, type Suite } from "./suite.ts";

type Role = (suite: Extract<Suite, { node: string }>, scenarios: readonly string[]) => Promise<boolean>;

/** The roles by name. */
const ROLES: Readonly<Record<string, () => Promise<Role>>> = {
  server: async () => (await import("./server-role.ts")).runServerRole,
};

const words = process.argv.slice(2);
const at = words.indexOf("--role");
const [, name = ""] = at === -1 ? [] : words.splice(at, 2);
const load = ROLES[name];
if (load === undefined) {
  process.stderr.write(`Usage: npm run conformance -- --role ${Object.keys(ROLES).join("|")} [SCENARIO…]\n`);
  process.exit(2);
}
const suite = await prepareSuite();
if ("missing" in suite) {
  process.stderr.write(`The conformance suite cannot be run: ${suite.missing}.\n`);
  process.exit(2);
}
const run = await load();
process.exitCode = (await run(suite, words)) ? 0 : 1;
