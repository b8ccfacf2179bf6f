import { fileURLToPath } from "node:url";
import type { McpServerInput } from "../../src/sources/mcp/server-input.ts";

const script = fileURLToPath(new URL("talking-server.mjs", import.meta.url));

/** How the server misbehaves; `@SECRET@` in its texts becomes the value of its variable SECRET, `@LONG 9@` nine letters. */
interface TalkingOptions {
  readonly tools?: readonly object[];
  readonly mode?: "crash-at-start";
  readonly listErrorCharacters?: number;
  readonly description?: string;
  readonly instructions?: string;
}

/** A tool without parameters. */
export const talkingTool = (name: string, more: object = {}): object => ({
  name,
  description: "A tool.",
  inputSchema: { type: "object" },
  ...more,
});

/** The configuration of a server that tells what it should keep to itself. */
export function talkingServer(options: TalkingOptions, more: McpServerInput = {}): McpServerInput {
  return { command: process.execPath, args: [script, JSON.stringify(options)], ...more };
}
