import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import { closestName } from "../../base/closest-name.ts";
import { CHARACTERS_PER_TOKEN } from "../../catalog/catalog-text.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import type { ServerMode } from "../../host/configuration/configuration.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { AgentTool } from "../../tools/agent-tool.ts";
import { type CodemodeToolsOptions, codemodeTools } from "../../tools/codemode-tools.ts";
import { connectingServers } from "../../tools/tool-list.ts";
import type { ClientProfile } from "../clients/client-profile.ts";
import { toDirectTool } from "./direct-tools.ts";
import type { StateOfTexts } from "./state-of-texts.ts";

/** The mode that serves a client, and why it is this one. */
export interface ChosenMode {
  readonly mode: Exclude<ServerMode, "auto">;
  /** As the end of a sentence, for people. */
  readonly reason: string;
}

/** All that one client is offered. */
export interface Surface extends ChosenMode {
  /** Tools of ours as they are listed, which are the same for all clients. */
  readonly tools: readonly AgentTool[];
  /** The tool of ours with this name as it acts for the client; undefined where it is offered none. */
  readonly tool: (name: string) => AgentTool | undefined;
  /** Tools of the servers behind, each by itself. */
  readonly direct: readonly ToolEntry[];
  /** Name under which the runs of the client are kept; absent for the local user. */
  readonly owner?: string;
  /** What the texts of the tools stand on now. */
  readonly state: StateOfTexts;
}

/** Tokens that the definitions of all tools take at most where `auto` offers them directly. */
const DIRECT_TOKENS = 1_500;

/** Tokens of the definitions of all tools of a catalog: every call of a client asks for them. */
const tokensOf = new WeakMap<Catalog, number>();

function countTokens(catalog: Catalog): number {
  const characters = catalog.tools.reduce((sum, tool) => sum + JSON.stringify(toDirectTool(tool)).length, 0);
  const tokens = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  tokensOf.set(catalog, tokens);
  return tokens;
}

/** Chooses how a client is served. With `auto` the choice follows the tools there are by now. */
export function chooseMode(
  executor: CodeModeExecutor,
  { mode = "code", profile }: { readonly mode?: ServerMode; readonly profile: ClientProfile },
): ChosenMode {
  const { registry } = executor;
  if (mode !== "auto") {
    return { mode, reason: mode === "code" ? "programs compose the tools" : "as the configuration or --mode says" };
  }
  if (profile.composes === true) return { mode: "direct", reason: `auto: the client has a code mode of its own` };
  const connecting = connectingServers(registry);
  if (connecting.length > 0) {
    return { mode: "code", reason: `auto: the tools of ${connecting.join(", ")} are not known yet` };
  }
  const catalog = registry.wholeCatalog();
  const { tools } = catalog;
  const tokens = tokensOf.get(catalog) ?? countTokens(catalog);
  const size = `the definitions of all ${tools.length} tools take about ${tokens} tokens`;
  return tokens <= DIRECT_TOKENS
    ? { mode: "direct", reason: `auto: ${size}, ${DIRECT_TOKENS} at most` }
    : { mode: "code", reason: `auto: ${size}, more than ${DIRECT_TOKENS}` };
}

/** The tools of ours in a mode; those of the servers come from {@link directEntries}. */
export function ownTools(
  executor: CodeModeExecutor,
  mode: ChosenMode["mode"],
  options: CodemodeToolsOptions,
): readonly AgentTool[] {
  if (mode === "code") return codemodeTools(executor, options);
  const { include = [], exclude = [], ...rest } = options;
  if (mode === "direct") {
    const asked = new Set(include);
    return asked.size === 0 ? [] : codemodeTools(executor, options).filter(({ name }) => asked.has(name));
  }
  const found = codemodeTools(executor, {
    ...rest,
    set: "minimal",
    allowCallTool: true,
    include: [...SEARCH_TOOLS, ...include],
    exclude: [...new Set(["execute_code", ...exclude])],
  });
  return found.map((tool) => {
    const description = SEARCH_DESCRIPTIONS[tool.name];
    return description === undefined ? tool : Object.assign({}, tool, { description });
  });
}

/** The tools of servers that are offered by themselves. */
export function directEntries({ registry }: CodeModeExecutor, mode: ChosenMode["mode"]): readonly ToolEntry[] {
  const { tools } = registry.wholeCatalog();
  if (mode === "direct") return tools;
  return tools.filter(({ serverName }) => ["direct", "both"].includes(registry.exposureOf(serverName)));
}

/** Finds a tool that is offered by itself, by any spelling of its name, or by its own name where only one has that. */
export function findDirect(
  { registry }: CodeModeExecutor,
  entries: readonly ToolEntry[],
  name: string,
): ToolEntry | undefined {
  const known = registry.wholeCatalog().get(name);
  if (known !== undefined) return entries.find((entry) => entry.name === known.name);
  const [only, ...others] = entries.filter(({ toolName }) => toolName === name);
  return others.length === 0 ? only : undefined;
}

/** Beside the smallest set; a result may be kept aside. */
const SEARCH_TOOLS = ["list_tool_names", "list_servers", "read_artifact"];

/** What is said in place of how programs are written. */
const SEARCH_DESCRIPTIONS: Readonly<Record<string, string>> = {
  search_tools:
    "Finds tools by what they do. Search with a few words (best first), see the parameters with get_tool_details, then call one with call_tool.",
  get_tool_details: "Shows the parameters of one or several tools. Ask for all the tools you need in one call.",
  read_artifact: "Reads a part of a long result by character range, by lines that match a pattern, or by JSON path.",
  call_tool: "Calls one tool by its full name, server__tool, with the arguments that get_tool_details shows.",
};

/** The error of a call of a tool that there is not, with the nearest of ours. */
export function noTool(name: string, own: readonly AgentTool[]): ProtocolError {
  // Some clients put the name of the server in front.
  const meant = closestName(
    name.split("__").at(-1) ?? name,
    own.map((tool) => tool.name),
  );
  const guess = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool "${name}".${guess}`);
}
