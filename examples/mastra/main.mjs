// An agent of Mastra finds tools, writes one program for three calls, and answers.
// Run it where `@mastra/core`, `ai` (for the scripted model) and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { Agent } from "@mastra/core/agent";
import { createCodemode } from "codemode";
import { mastraTools } from "codemode/mastra";
import { scriptedModel } from "./scripted-model.mjs";
import { weather } from "./weather.mjs";

const codemode = createCodemode({ tools: { weather } });
const agent = new Agent({
  id: "forecaster",
  name: "forecaster",
  instructions: "Find the tools you need, then write one program.",
  model: scriptedModel(), // in earnest: "openai/gpt-5" or any other
  tools: mastraTools(codemode, { set: "minimal" }),
});
const run = await agent.stream("Which city is the warmest?", { maxSteps: 10 });
const results = [];
for await (const { type, payload } of run.fullStream) {
  if (type === "tool-call") console.log(`${payload.toolName} is called`);
  if (type === "tool-output") console.log(`  ${payload.output.message}`);
  if (type === "tool-result") results.push(payload.result.structured);
}
const answer = await run.text;
console.log(answer);

assert.deepEqual(results[1].value, { city: "Cairo", degrees: 24 });
assert.equal(results[1].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
