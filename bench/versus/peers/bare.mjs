// The bare MCP client: programs are functions of the host, without a sandbox. The limit, not a rival.
import { connect, twice } from "./clients.mjs";

const AsyncFunction = (async () => {}).constructor;

export async function open({ servers }) {
  const { call, close } = await connect(servers);
  const every = (server, tool, args) => (server === "host" ? twice(args) : call(server, tool, args));
  return {
    write: (server, tool, args) => `call("${server}", "${tool}", ${args})`,
    execute: (program) => new AsyncFunction("call", program)(every),
    close,
  };
}
