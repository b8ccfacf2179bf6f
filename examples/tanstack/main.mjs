// A chat of TanStack AI finds tools, writes one program for three calls, and answers.
// Run it where `@tanstack/ai` and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { chat, EventType } from "@tanstack/ai";
import { createCodemode } from "codemode";
import { tanstackTools } from "codemode/tanstack";
import { scriptedAdapter } from "./scripted-adapter.mjs";
import { weather } from "./weather.mjs";

const codemode = createCodemode({ tools: { weather } });
const events = chat({
  adapter: scriptedAdapter(), // in earnest: anthropicText("claude-sonnet-4-5") of @tanstack/ai-anthropic, or any other
  tools: tanstackTools(codemode, { set: "minimal" }),
  messages: [{ role: "user", content: "Which city is the warmest?" }],
});
const results = [];
let answer = "";
for await (const { type, name, value, delta } of events) {
  if (type === EventType.TEXT_MESSAGE_CONTENT) answer += delta;
  if (name === "codemode_progress") console.log(`  ${value.message}`);
  if (name === "codemode_result") results.push(value.structured);
}
console.log(answer);

assert.deepEqual(results[1].value, { city: "Cairo", degrees: 24 });
assert.equal(results[1].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
