/**
 * The MCP server: an executor's tools for any MCP client, over standard input and output or streamable HTTP.
 *
 * @example
 * import { createCodemode } from "codemode";
 * import { serveHttp } from "codemode/server";
 *
 * const server = await serveHttp(() => createCodemode({}), { port: 0 });
 * server.url; // "http://127.0.0.1:…/mcp"
 * await server.close();
 *
 * @module
 */
export type { ResourceServerSettings, ServerMode } from "./host/configuration/configuration.ts";
export { createMcpServer, type McpServer, type McpTransport } from "./server/create-mcp-server.ts";
export { runUntilStopped } from "./server/run-until-stopped.ts";
export type { CodemodeSource, ServedCodemode, ServedToolsOptions } from "./server/served-tools.ts";
export type { ServerHandle } from "./server/server-handle.ts";
export type { HttpSessionLimits } from "./server/sessions/http-sessions.ts";
export { type HttpServerHandle, serveHttp, type ServeHttpOptions } from "./server/serve-http.ts";
export type { HttpToken } from "./server/door/http-access.ts";
export { serveStdio } from "./server/serve-stdio.ts";
