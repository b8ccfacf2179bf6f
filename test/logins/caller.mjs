// One process of many that use the same login: `node caller.mjs URL`. It writes `ready`, waits for a line, calls the tool
// `whoami` once, and writes how that ended.
import { createInterface } from "node:readline";
import { ToolRegistry } from "../../dist/index.js";

const registry = new ToolRegistry();
registry.addServer({ name: "secure", url: process.argv[2], connectTimeoutMs: 600_000, timeoutMs: 600_000 });
const lines = createInterface({ input: process.stdin });
process.stdout.write("ready\n");
await new Promise((resolve) => lines.once("line", resolve));
const outcome = await registry
  .callTool("secure__whoami", {})
  .then(String, ({ code, message }) => `${code}: ${message}`);
process.stdout.write(`${outcome}\n`);
lines.close();
await registry.close();
