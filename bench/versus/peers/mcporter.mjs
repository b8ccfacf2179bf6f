// mcporter's runtime; programs are functions of the host, without a sandbox.
import { createRuntime } from "mcporter";
import { twice } from "./clients.mjs";

const AsyncFunction = (async () => {}).constructor;
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

export async function open({ servers, folder }) {
  const definitions = Object.entries(servers).map(([name, { command, args }]) => ({
    name,
    command: { kind: "stdio", command, args, cwd: folder },
  }));
  const runtime = await createRuntime({ servers: definitions, rootDir: folder, logger: SILENT });
  await Promise.all(Object.keys(servers).map((name) => runtime.listTools(name)));
  const call = (server, tool, args) => (server === "host" ? twice(args) : runtime.callTool(server, tool, { args }));
  return {
    write: (server, tool, args) => `call("${server}", "${tool}", ${args})`,
    execute: (program) => new AsyncFunction("call", program)(call),
    close: () => runtime.close(),
  };
}
