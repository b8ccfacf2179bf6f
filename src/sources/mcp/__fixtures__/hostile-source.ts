import { mkdtempSync, readFileSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ToolSource } from "../../source.ts";
import { createMcpSource, type McpSourceOptions } from "../mcp-source.ts";
import { parseServerConfig } from "../server-config.ts";
import type { McpServerInput } from "../server-input.ts";

const script = fileURLToPath(new URL("hostile-server.mjs", import.meta.url));

/** Configuration of the hostile server in one of its modes. */
export function hostileServer(mode: string, file?: string): McpServerInput {
  return { command: process.execPath, args: [script, mode, ...(file === undefined ? [] : [file])] };
}

/** A source that is closed at the end of the test. */
export function openSource(server: McpServerInput, options?: McpSourceOptions, name = "h"): ToolSource {
  const source = createMcpSource(name, parseServerConfig(name, server), options);
  onTestFinished(() => source.close());
  return source;
}

/** A source on the hostile server in one of its modes. */
export function openHostile(mode: string, more: McpServerInput = {}, file?: string): ToolSource {
  return openSource({ ...hostileServer(mode, file), ...more });
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "sources-"));
}

/** Resolves when a condition holds, looking at every change of the source. */
export function until(source: ToolSource, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      stop();
      resolve();
    };
    const stop = source.onChange(look);
    look();
  });
}

/** Tells whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Makes a server listen on a free port of this machine only. */
export async function listenLocally(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a port");
  return address.port;
}

/** Text of the first content item. */
export function firstText(envelope: { readonly content: readonly { readonly [field: string]: unknown }[] }): unknown {
  return envelope.content[0]?.["text"];
}
