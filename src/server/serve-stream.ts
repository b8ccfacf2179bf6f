import { setMaxListeners } from "node:events";
import { type Readable, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { serveStdio as serveWire, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { ExactWire } from "../base/exact-wire.ts";
import { createToolServer } from "./create-mcp-server.ts";
import { DrainingTransport } from "./messages/draining-transport.ts";
import { RequestGate } from "./messages/request-gate.ts";
import { createServerHandle, type ServerHandle } from "./server-handle.ts";
import type { ServedExecutor } from "./served-tools.ts";

/**
 * Once the client has closed its end and the server is up, requests that had arrived are answered within this time or not
 * at all. Programs are cancelled by then and waits ended, so it is only needed where something hangs.
 */
const DRAIN_MS = 10_000;

/** What a client writes and reads, one message a line. */
interface ClientStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Serves one MCP client over a pair of streams, in either revision family of the protocol.
 *
 * When the input ends, running programs are cancelled and serving ends. Neither stream is closed.
 *
 * @param end runs once when serving ends, after the client has had its answers
 */
export function serveStream(
  served: ServedExecutor,
  { input, output }: ClientStreams,
  end: () => Promise<void>,
): ServerHandle {
  const disconnected = new AbortController();
  const exact = new ExactWire();
  const exactOutput = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      output.write(typeof chunk === "string" ? exact.toWire(chunk) : chunk, done);
    },
  });
  // Each open request listens for the end, and each answer that the client has not read for room.
  setMaxListeners(0, disconnected.signal, exactOutput);
  const gate = new RequestGate(exactOutput, exact);
  const transport = new DrainingTransport(new StdioServerTransport(gate.input, exactOutput), {
    onEnd: () => disconnected.abort(),
    onAnswer: (answer) => gate.answered(answer),
    isUp: () => served.open(),
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
    await end();
    input.unpipe(gate.input);
  });
  input.pipe(gate.input, { end: false });
  // What has been read is handed over before the end is acted upon.
  const hearEnd = (): void =>
    void gate
      .whenTaken()
      .then(() => nextTurn())
      .then(() => transport.end())
      .then(() => handle.close());
  input.once("end", hearEnd).once("error", hearEnd);
  return handle;
}

function reportError(error: Error): void {
  process.stderr.write(`codemode: ${error.message}\n`);
}
