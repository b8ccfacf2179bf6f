import { randomBytes } from "node:crypto";
import type { ServerHandle } from "../../server/server-handle.ts";
import { serveHttp, type ServeHttpOptions } from "../../server/serve-http.ts";
import { codemodeTools } from "../../tools/codemode-tools.ts";
import type { ExecutorSource } from "../adapter-tools.ts";
import {
  type ClaudeAgentOptions,
  type ClaudeHttpServer,
  claudeToolName,
  type ClaudeServerName,
  DEFAULT_NAME,
} from "./claude-agent-options.ts";

/** Options for `query`, and the server they point to. */
export interface ClaudeAgentHttp extends ServerHandle {
  /** Spread them into the options of `query`. */
  readonly options: ClaudeAgentOptions<ClaudeHttpServer>;
}

const TOKEN_BYTES = 32;

/**
 * Serves the tools of an executor over HTTP in this process, for Claude Code that runs elsewhere or in a sandbox.
 *
 * Any free port of 127.0.0.1, a new random token and no log, unless set otherwise. Throws like `serveHttp` and
 * `codemodeTools`. The caller closes the server, then the executor.
 */
export async function serveClaudeAgent(
  codemode: ExecutorSource,
  options: ServeHttpOptions & ClaudeServerName = {},
): Promise<ClaudeAgentHttp> {
  const { name = DEFAULT_NAME, port = 0, token = randomBytes(TOKEN_BYTES).toString("base64url"), ...rest } = options;
  const executor = "executor" in codemode ? codemode.executor : codemode;
  const tools = codemodeTools(executor, rest).map((tool) => claudeToolName(name, tool.name));
  const server = await serveHttp({ executor, configuration: {} }, { log: () => {}, ...rest, port, token });
  const close = (): Promise<void> => server.close();
  const headers = { Authorization: `Bearer ${token}` };
  return {
    options: {
      mcpServers: { [name]: { type: "http", url: server.url, headers, alwaysLoad: true } },
      allowedTools: tools,
    },
    ending: server.ending,
    closeMs: server.closeMs,
    close,
    [Symbol.asyncDispose]: close,
  };
}
