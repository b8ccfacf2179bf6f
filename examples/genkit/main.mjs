// Genkit finds tools, writes one program for three calls, and answers.
// Run it where `genkit` and `codemode` are installed: node main.mjs
import assert from "node:assert/strict";
import { createCodemode } from "codemode";
import { genkitTools } from "codemode/genkit";
import { genkit } from "genkit";
import { defineScriptedModel } from "./scripted-model.mjs";
import { weather } from "./weather.mjs";

const codemode = createCodemode({ tools: { weather } });
const ai = genkit({});
const { text: answer, messages } = await ai.generate({
  model: defineScriptedModel(ai), // in earnest: googleAI.model("gemini-2.5-pro") or any other
  tools: genkitTools(ai, codemode, { set: "minimal", onProgress: ({ message }) => console.log(`  ${message}`) }),
  prompt: "Which city is the warmest?",
});
const parts = messages.filter(({ role }) => role === "tool").flatMap(({ content }) => content);
const results = parts.map(({ metadata }) => metadata.structured);
console.log(answer);

assert.deepEqual(results[1].value, { city: "Cairo", degrees: 24 });
assert.equal(results[1].toolCalls.length, 4);
assert.match(answer, /Cairo/);
await codemode.close();
console.log("as expected");
