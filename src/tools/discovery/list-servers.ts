import type { ServerReport } from "../../sources/server-report.ts";
import { defined } from "../../base/defined.ts";
import { escapeInvisible, firstLine, hangingText } from "../../catalog/brief.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { COUNT, list, object, TEXT, TEXTS } from "../runs/result-schema.ts";
import type { JsonSchemaObject } from "../../schema/json-schema.ts";
import { awaitServers } from "./server-readiness.ts";
import { READS } from "../tool-annotations.ts";

/** Schema of a {@link ServerReport}. */
export const SERVER_STATE: JsonSchemaObject = object(
  {
    name: TEXT,
    transport: TEXT,
    status: { enum: ["disabled", "connecting", "cached", "ready", "idle", "needs_login", "failed", "closed"] },
    toolCount: COUNT,
    resources: COUNT,
    prompts: COUNT,
    instructions: TEXT,
    latencyMs: { type: "number" },
    description: TEXT,
    error: TEXT,
    login: TEXT,
    nextAttemptAt: TEXT,
    warnings: TEXTS,
  },
  ["name", "transport", "status", "toolCount", "warnings"],
);

const COUNT_MS = 1_000;

/** `list_servers`: which servers there are and how each is doing. */
export function createListServers({ registry }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "list_servers",
    title: "List servers",
    description: "Lists the connected servers with status and number of tools, and why one is not available.",
    inputSchema: object({}),
    resultSchema: object({ servers: list(SERVER_STATE) }, ["servers"]),
    annotations: READS,
    run: async (_args, { signal }) => {
      await awaitServers(registry, { signal });
      await registry.countContent({ withinMs: COUNT_MS });
      const servers = registry.listServers();
      const text = servers.length === 0 ? "No server is configured." : servers.map(showServer).join("\n");
      return { text, structured: { servers: servers.map(toServerFields) } };
    },
  });
}

/** The fields of {@link SERVER_STATE}. */
export function toServerFields(server: ServerReport): ServerReport {
  const { name, transport, status, toolCount, warnings } = server;
  const { resources, prompts, latencyMs, description, instructions, error, login, nextAttemptAt } = server;
  return {
    name,
    transport,
    status,
    toolCount,
    warnings,
    ...defined({ resources, prompts, latencyMs, description, instructions, error, login, nextAttemptAt }),
  };
}

/** A server as a line for a model. */
export function showServer(server: ServerReport): string {
  const { name, status, toolCount, resources = 0, prompts = 0, description, instructions, error } = server;
  const counts = [`${toolCount} tools`, ...(resources > 0 ? [`${resources} resources`] : [])];
  if (prompts > 0) counts.push(`${prompts} prompts`);
  const advice = instructions === undefined ? "" : `\n  ${escapeInvisible(plainSpaces(instructions))}`;
  const reason = error === undefined ? "" : ` (${hangingText(error)})`;
  const about = description === undefined ? "" : `: ${escapeInvisible(firstLine(description))}`;
  return `${escapeInvisible(name)}: ${status}${reason}, ${counts.join(", ")}${about}${advice}`;
}

function plainSpaces(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
