import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ServerCommand } from "../harness/plain-client.ts";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Command that starts a server of ours from its source, with the files that hold its state. */
export function typescriptServer(source: URL, ...args: readonly string[]): ServerCommand {
  return { command: process.execPath, args: ["--import", loader, fileURLToPath(source), ...args] };
}
