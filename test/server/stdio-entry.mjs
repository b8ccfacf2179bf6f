// Serves a configuration file over standard input and output, with a source of host functions that count their calls.
import { runUntilStopped, serveStdio } from "../../dist/server.js";

const [file, answerMs] = process.argv.slice(2);

const server = serveStdio(
  async () => {
    const { openCodemode } = await import("../../dist/index.js");
    const { createHostTools } = await import("./host-tools.mjs");
    const codemode = openCodemode({ file });
    codemode.registry.addTools("host", createHostTools());
    return codemode;
  },
  answerMs === undefined ? {} : { answerMs: Number(answerMs) },
);
await runUntilStopped(server);
process.exit(0);
