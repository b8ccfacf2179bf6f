#!/usr/bin/env node
import { createCodemode, defineTool, loadConfiguration } from "codemode";
import { runUntilStopped, serveStdio } from "codemode/server";

const now = defineTool({
  name: "now",
  description: "The time of this machine as ISO text.",
  inputSchema: { type: "object" },
  annotations: { readOnlyHint: true },
  execute: () => new Date().toISOString(),
});

// Opened at the first request, closed when the client has gone.
const open = () => createCodemode({ ...loadConfiguration().configuration, tools: { clock: [now] } });

await runUntilStopped(serveStdio(open));
process.exit(0);
