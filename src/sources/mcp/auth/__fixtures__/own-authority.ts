import type { Server } from "node:http";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { SecretFilter } from "../../../../base/secret-filter.ts";
import { listenLocally } from "../../__fixtures__/hostile-source.ts";
import { parseServerConfig } from "../../server-config.ts";
import { oauthParts } from "../create-credentials.ts";
import type { OAuthParts } from "../oauth-credentials.ts";

/** What an MCP server that is its own authorization server says of itself. */
export function describeAuthority(base: string): Readonly<Record<string, unknown>> {
  return {
    issuer: base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${base}/register`,
    device_authorization_endpoint: `${base}/device`,
    response_types_supported: ["code"],
  };
}

/** Has a server listen until the test ends; its address, and what a login there needs. */
export async function listenForLogins(
  server: Server,
  flow: "authorization_code" | "device",
): Promise<{ readonly base: string; readonly parts: OAuthParts }> {
  const base = `http://127.0.0.1:${await listenLocally(server)}`;
  onTestFinished(() => void server.close());
  const config = parseServerConfig("odd", { url: `${base}/mcp`, auth: { type: "oauth", flow } });
  if (config.transport === "stdio") throw new Error("The server is a remote one.");
  const variables = { CODEMODE_HOME: await mkdtemp(join(tmpdir(), "codemode-odd-")) };
  return { base, parts: oauthParts(config, { serverName: "odd", variables, secrets: new SecretFilter() }) };
}
