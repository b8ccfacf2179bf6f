// An agent of LangChain, which runs on LangGraph, finds tools, writes one program for three calls, and answers.
// Run it where `langchain`, `@langchain/core` and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { createCodemode } from "codemode";
import { langchainTools } from "codemode/langchain";
import { createAgent } from "langchain";
import { ScriptedModel } from "./scripted-model.mjs";
import { weather } from "./weather.mjs";

const codemode = createCodemode({ tools: { weather } });
const agent = createAgent({
  model: new ScriptedModel({}), // in earnest: "anthropic:claude-sonnet-4-5" or any other
  tools: langchainTools(codemode, { set: "minimal" }),
  systemPrompt: "Find the tools you need, then write one program.",
});
const asked = { messages: [{ role: "user", content: "Which city is the warmest?" }] };
let messages = [];
for await (const [mode, chunk] of await agent.stream(asked, { streamMode: ["custom", "values"] })) {
  if (mode === "values") messages = chunk.messages;
  else console.log(`  ${chunk.message}`);
}
const results = messages.filter(({ type }) => type === "tool").map(({ artifact }) => artifact);
const answer = messages.at(-1).text;
console.log(answer);

assert.deepEqual(results[1].value, { city: "Cairo", degrees: 24 });
assert.equal(results[1].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
