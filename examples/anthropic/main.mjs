// An agent on the Anthropic Messages API, without any SDK, finds tools, writes one program, and answers.
// Run it where `codemode` is installed: node main.mjs. With ANTHROPIC_API_KEY it asks the real API.
import assert from "node:assert/strict";
import { createCodemode } from "codemode";
import { anthropicTools } from "codemode/anthropic";
import { startStandIn } from "./stand-in.mjs";
import { weather } from "./weather.mjs";

const key = process.env.ANTHROPIC_API_KEY;
const standIn = key === undefined ? await startStandIn() : undefined;

async function ask(body) {
  const response = await fetch(`${standIn?.url ?? "https://api.anthropic.com"}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key ?? "none", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ model: "claude-sonnet-4-5", max_tokens: 2_000, ...body }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const codemode = createCodemode({ tools: { weather } });
const toolset = anthropicTools(codemode, { set: "minimal" });
const messages = [{ role: "user", content: "Which city is the warmest?" }];
const values = [];
for (;;) {
  const { content } = await ask({ messages, tools: toolset.tools });
  messages.push({ role: "assistant", content });
  const results = await toolset.run(content, {
    onProgress: ({ message }) => console.log(`  ${message}`),
    onResult: ({ tool, result }) => {
      console.log(`${tool} has ended`);
      if (tool === "execute_code") values.push(result.structured.value);
    },
  });
  if (results.length === 0) break;
  messages.push({ role: "user", content: results });
}
const answer = messages
  .at(-1)
  .content.map(({ text }) => text ?? "")
  .join("");
console.log(answer);

assert.match(answer, /Cairo/);
if (standIn !== undefined) assert.deepEqual(values, [{ city: "Cairo", degrees: 24 }]);
standIn?.close();
await codemode.close();
console.log("as expected");
