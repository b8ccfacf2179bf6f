import { Writable } from "node:stream";
import { serveStdio as serveWire, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { ExactWire } from "../base/exact-wire.ts";
import { createToolServer } from "./create-mcp-server.ts";
import { DrainingTransport } from "./draining-transport.ts";
import { claimStdout } from "./protocol-output.ts";
import { RequestGate } from "./request-gate.ts";
import { createServerHandle, type ServerHandle } from "./server-handle.ts";
import { type CodemodeSource, ServedExecutor, type ServedToolsOptions } from "./served-tools.ts";

/** Once the client has closed its end, requests that had arrived are answered within this time or not at all. */
const DRAIN_MS = 1_700;

/**
 * Serves one MCP client over standard input and output, in either revision family of the protocol.
 *
 * Standard output is the protocol's alone from now on; what else is printed goes to standard error. When the input ends,
 * running programs are cancelled and serving ends; the caller closes the handle, or lets `runUntilStopped` do it.
 */
export function serveStdio(source: CodemodeSource, options: ServedToolsOptions = {}): ServerHandle {
  const served = new ServedExecutor(source, options);
  const disconnected = new AbortController();
  const output = claimStdout(() => void handle.close());
  const exact = new ExactWire();
  const exactOutput = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      output.stream.write(typeof chunk === "string" ? exact.toWire(chunk) : chunk, done);
    },
  });
  const gate = new RequestGate(exactOutput, exact);
  const transport = new DrainingTransport(new StdioServerTransport(gate.input, exactOutput), {
    onEnd: () => disconnected.abort(),
    onAnswer: (answer) => gate.answered(answer),
    drainMs: DRAIN_MS,
  });
  const openServer = (): ReturnType<typeof createToolServer> =>
    createToolServer((onChange) => served.toolsFor(async () => undefined, onChange), {
      disconnected: disconnected.signal,
      skills: served.skillsNow(),
      servers: served.serversNow(),
      ...served.settingsNow(),
      wire: exact,
    });
  const wire = serveWire(openServer, { transport, onerror: reportError });
  const handle = createServerHandle(async () => {
    disconnected.abort();
    await wire.close();
    await served.close();
    output.release();
    process.stdin.unpipe(gate.input);
    process.stdin.pause();
  });
  process.stdin.pipe(gate.input, { end: false });
  // What has been read is handed over before the end is acted upon.
  const end = (): void => void setImmediate(() => void transport.end().then(() => handle.close()));
  process.stdin.once("end", end).once("error", end);
  return handle;
}

function reportError(error: Error): void {
  process.stderr.write(`codemode: ${error.message}\n`);
}
