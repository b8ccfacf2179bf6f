// This package, as it is built.
import { createCodemode, defineTool } from "../../../dist/index.js";
import { twice } from "./clients.mjs";

export async function open({ servers }) {
  const schema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] };
  const host = defineTool({ name: "twice", description: "Twice a number.", inputSchema: schema, execute: twice });
  // The default refuses the works with many calls.
  const codemode = createCodemode({ mcpServers: servers, tools: { host: [host] }, limits: { toolCalls: 5_000 } });
  return {
    write: (server, tool, args) => `${server}.${tool.replaceAll("-", "_")}(${args})`,
    execute: async (program) => {
      const { value, error, text } = await codemode.executor.execute(program, { language: "typescript" });
      if (error !== null) throw new Error(text);
      return value;
    },
    close: () => codemode.close(),
  };
}
