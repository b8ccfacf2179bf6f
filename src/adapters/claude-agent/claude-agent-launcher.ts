import { fileURLToPath } from "node:url";
import {
  type ClaudeAgentOptions,
  type ClaudeServerName,
  type ClaudeStdioServer,
  claudeToolName,
  DEFAULT_NAME,
} from "./claude-agent-options.ts";

/** Settings with which Claude Code starts `codemode serve`. */
export interface ClaudeLauncherOptions extends ClaudeServerName {
  /** Configuration file. @default the one that `codemode serve` finds */
  readonly config?: string;
  /** Further arguments of `codemode serve`. */
  readonly args?: readonly string[];
  /** Added to the environment of Claude Code's servers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Node.js, where it is not the one that runs this. */
  readonly command?: string;
}

const COMMAND_LINE = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../../dist/cli.js" : "../../cli.js", import.meta.url),
);

/**
 * Has Claude Code start `codemode serve` of this installation as a process of its own, which ends with the query. What it
 * serves is defined by a configuration file, so all its tools are allowed.
 */
export function claudeAgentLauncher(options: ClaudeLauncherOptions = {}): ClaudeAgentOptions<ClaudeStdioServer> {
  const { name = DEFAULT_NAME, config, args = [], env, command = process.execPath } = options;
  const file = config === undefined ? [] : ["--config", config];
  const server: ClaudeStdioServer = {
    type: "stdio",
    command,
    args: [COMMAND_LINE, "serve", ...file, ...args],
    ...(env === undefined ? {} : { env: { ...env } }),
    alwaysLoad: true,
  };
  return { mcpServers: { [name]: server }, allowedTools: [claudeToolName(name, "*")] };
}
