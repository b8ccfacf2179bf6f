// An agent of the OpenAI Agents SDK finds tools, writes one program for three calls, and answers.
// Run it where `@openai/agents` and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { Agent, Runner } from "@openai/agents";
import { createCodemode } from "codemode";
import { openaiAgentsTools } from "codemode/openai-agents";
import { scriptedModel } from "./scripted-model.mjs";
import { weather } from "./weather.mjs";

const codemode = createCodemode({ tools: { weather } });
const agent = new Agent({
  name: "forecaster",
  instructions: "Find the tools you need, then write one program.",
  model: scriptedModel(), // in earnest: "gpt-5" or any other
  tools: openaiAgentsTools(codemode, { set: "minimal", onProgress: ({ message }) => console.log(`  ${message}`) }),
});
const run = await new Runner({ tracingDisabled: true }).run(agent, "Which city is the warmest?");
const outputs = run.newItems.filter(({ type }) => type === "tool_call_output_item");
const results = outputs.map(({ customData }) => customData.structured);
const answer = run.finalOutput;
console.log(answer);

assert.deepEqual(results[1].value, { city: "Cairo", degrees: 24 });
assert.equal(results[1].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
