// Connects to a server with the built source, prints that it is up, and ends in the requested way.
import { pathToFileURL } from "node:url";

const [dist, how, server] = process.argv.slice(2);
const { createMcpSource } = await import(pathToFileURL(`${dist}/sources/mcp/mcp-source.js`).href);
const { parseServerConfig } = await import(pathToFileURL(`${dist}/sources/mcp/server-config.js`).href);
const source = createMcpSource("h", parseServerConfig("h", JSON.parse(server)));
const { status } = await source.settled();
process.stdout.write(`${status}\n`);
if (how === "exit") process.stdin.once("data", () => process.exit(0));
if (how === "throw") {
  process.stdin.once("data", () => {
    throw new Error("uncaught");
  });
}
process.stdin.resume();
