// Claude Code, driven by the Claude Agent SDK, finds tools, writes one program for three calls, and answers.
// Run it where `@anthropic-ai/claude-agent-sdk` and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { query } from "@anthropic-ai/claude-agent-sdk";
import { createCodemode } from "codemode";
import { claudeAgentTools } from "codemode/claude-agent";
import { weather } from "./weather.mjs";

const results = [];
const codemode = createCodemode({
  tools: { weather },
  executor: { hooks: { onRunEnd: ({ result }) => results.push(result) } },
});
const messages = query({
  prompt: "Which city is the warmest?",
  options: {
    ...claudeAgentTools(codemode, { set: "minimal" }),
    // In earnest without these two lines: the SDK brings Claude Code.
    pathToClaudeCodeExecutable: fileURLToPath(new URL("./claude-stand-in.mjs", import.meta.url)),
    executable: "node",
  },
});
let answer = "";
for await (const message of messages) {
  if (message.type === "result") answer = message.result;
}
for (const { tool, status } of results[0].toolCalls) console.log(`  ${tool}: ${status}`);
console.log(answer);

assert.deepEqual(results[0].value, { city: "Cairo", degrees: 24 });
assert.equal(results[0].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
