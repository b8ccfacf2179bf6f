// An agent of the AI SDK finds tools, writes one program for three calls, and answers.
// Run it where `ai` and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { stepCountIs, streamText } from "ai";
import { createCodemode } from "codemode";
import { aiTools } from "codemode/ai";
import { scriptedModel } from "./scripted-model.mjs";
import { weather } from "./weather.mjs";

const codemode = createCodemode({ tools: { weather } });
const run = streamText({
  model: scriptedModel(), // in earnest: anthropic("claude-sonnet-4-5") of @ai-sdk/anthropic, or any other
  tools: aiTools(codemode, { set: "minimal" }),
  stopWhen: stepCountIs(10),
  prompt: "Which city is the warmest?",
});
const results = [];
for await (const part of run.fullStream) {
  if (part.type === "tool-call") console.log(`${part.toolName} is called`);
  if (part.type !== "tool-result") continue;
  if (part.preliminary) console.log(`  ${part.output.text}`);
  else results.push(part.output.structured);
}
const answer = await run.text;
console.log(answer);

assert.deepEqual(results[1].value, { city: "Cairo", degrees: 24 });
assert.equal(results[1].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
