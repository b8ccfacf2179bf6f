// UTCP code mode (V8 isolates), with its own MCP client. It offers no function of the host but by a plug-in.
import { CodeModeUtcpClient } from "@utcp/code-mode";
// oxlint-disable-next-line import/no-unassigned-import -- it registers itself
import "@utcp/mcp";
import { CallTemplateSerializer, CommunicationProtocol } from "@utcp/sdk";
import { twice } from "./clients.mjs";

const TYPE = "bench_host";

class HostTemplateSerializer {
  toDict = (template) => template;
  validateDict = (template) => template;
  copy = (template) => template;
}

class HostProtocol {
  registerManual = async (_client, manualCallTemplate) => ({
    manualCallTemplate,
    manual: {
      utcp_version: "1.0.0",
      manual_version: "1.0.0",
      tools: [
        {
          name: "twice",
          description: "Twice a number.",
          inputs: { type: "object", properties: { n: { type: "number" } } },
          outputs: {},
          tags: [],
          tool_call_template: manualCallTemplate,
        },
      ],
    },
    success: true,
    errors: [],
  });
  deregisterManual = async () => {};
  callTool = async (_client, _name, args) => twice(args);
  close = async () => {};
}

export async function open({ servers, folder }) {
  CallTemplateSerializer.registerCallTemplate?.(TYPE, new HostTemplateSerializer());
  CommunicationProtocol.communicationProtocols[TYPE] = new HostProtocol();
  const client = await CodeModeUtcpClient.create(folder);
  const mcpServers = Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, { transport: "stdio", ...server }]),
  );
  await client.registerManual({ name: "all", call_template_type: "mcp", config: { mcpServers } });
  await client.registerManual({ name: "host", call_template_type: TYPE });
  const names = (await client.getTools()).map(({ name }) => name);
  const sanitized = (name) => name.replaceAll(/[^a-zA-Z0-9_]/g, "_");
  return {
    write: (server, tool, args) => {
      const name = names.find((each) => each.endsWith(`.${tool}`) && (server === "host" || each.includes(server)));
      const [manual, ...rest] = (name ?? `${server}.${tool}`).split(".");
      return `${sanitized(manual)}.${rest.map(sanitized).join("_")}(${args})`;
    },
    execute: async (program) => {
      const { result, logs } = await client.callToolChain(program);
      if (result === null) throw new Error(logs.join("\n"));
      return result;
    },
    close: () => client.close(),
  };
}
