import type { ToolRegistry } from "../../sources/tool-registry.ts";
import type { ServerReport } from "../../sources/server-report.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool, AgentToolContext } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { SERVER_STATE, showServer, toServerFields } from "./list-servers.ts";
import { object, TEXTS } from "../runs/result-schema.ts";
import { ACTS } from "../tool-annotations.ts";
import type { ToolArguments } from "../tool-arguments.ts";

const TEXT_MAP = { type: "object", additionalProperties: { type: "string" } };

/** `add_mcp_server`: connects a server for as long as this process lives. It starts programs, so it is off by default. */
export function createAddMcpServer({ registry }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "add_mcp_server",
    title: "Add an MCP server",
    description: "Connects another MCP server until this one ends: a local program (command) or a remote one (url).",
    inputSchema: object(
      {
        name: { type: "string", minLength: 1, maxLength: 100 },
        command: { type: "string", description: "Program of a local server." },
        args: { type: "array", items: { type: "string" } },
        env: TEXT_MAP,
        cwd: { type: "string" },
        url: { type: "string", description: "Address of a remote server." },
        headers: TEXT_MAP,
        transport: { enum: ["stdio", "http", "streamable-http", "sse"] },
        description: { type: "string" },
      },
      ["name"],
    ),
    resultSchema: object({ server: SERVER_STATE, tools: TEXTS }, ["server", "tools"]),
    annotations: ACTS,
    run: async (args, context) => {
      const name = args.requiredText("name");
      registry.addServer({ ...serverSettings(args), name });
      const server = await connectOrRemove(registry, name, context);
      const { tools } = registry.catalog().listToolNames({ server: name, includeDeferred: true });
      return {
        text: [showServer(server), ...tools].join("\n"),
        structured: { server: toServerFields(server), tools },
      };
    },
  });
}

/** Text from a model must not read the environment of this process, so variables are refused here. */
function serverSettings(args: ToolArguments): Readonly<Record<string, unknown>> {
  const settings = args.pick(["command", "args", "env", "cwd", "url", "headers", "transport", "description"]);
  if (!JSON.stringify(settings).includes("${")) return settings;
  throw new CodemodeError("config_error", "Variables such as ${NAME} are not expanded for servers added by a tool.", {
    hint: "Write the value itself, or have the server added to the configuration file.",
  });
}

async function connectOrRemove(
  registry: ToolRegistry,
  name: string,
  { signal }: AgentToolContext,
): Promise<ServerReport> {
  try {
    await registry.ready([name], { signal });
    const server = registry.listServers().find((state) => state.name === name);
    if (server?.status === "ready") return server;
    throw new CodemodeError("server_unavailable", server?.error ?? `Server "${name}" could not be connected.`, {
      hint: "Correct the settings and add it again; it was not kept.",
    });
  } catch (thrown) {
    await registry.removeServer(name);
    throw thrown;
  }
}
