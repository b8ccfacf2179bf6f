// The engine `run` (QuickJS in worker threads), with the official MCP client.
import { createRunner } from "run";
import { connect, twice } from "./clients.mjs";

export async function open({ servers }) {
  const { functions, close } = await connect(servers);
  const hostFunctions = { ...functions((name) => name.replaceAll("-", "_")), host: { twice } };
  const runner = createRunner({
    // Its defaults refuse the works with many calls.
    limits: {
      maxBridgeRequests: 5_000,
      maxInFlightBridgeRequests: 5_000,
      maxHostFunctionOutputBytes: 16 * 1024 * 1024,
    },
  });
  return {
    write: (server, tool, args) => `${server}.${tool.replaceAll("-", "_")}(${args})`,
    execute: async (source) => {
      const result = await runner.run({ source, hostFunctions });
      if (result.status !== "completed") throw new Error(JSON.stringify(result));
      return result.value;
    },
    close,
  };
}
