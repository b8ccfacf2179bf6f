import { ToolRegistry } from "../../../dist/sources/tool-registry.js";

const servers = JSON.parse(process.argv[2]);
const registry = new ToolRegistry();
for (const [index, args] of servers.entries()) registry.addServer({ name: `s${index}`, command: process.execPath, args });
const found = await registry.discoverAll();
if (Object.values(found).some((tools) => tools.length === 0)) process.exit(1);
process.stdout.write(String(performance.timeOrigin + performance.now()));
await registry.close();
