// An agent on the OpenAI Responses API, without any SDK, finds tools, writes one program, and answers.
// Run it where `codemode` is installed: node main.mjs. With OPENAI_API_KEY it asks the real API.
import assert from "node:assert/strict";
import { createCodemode } from "codemode";
import { openaiTools } from "codemode/openai";
import { startStandIn } from "./stand-in.mjs";
import { weather } from "./weather.mjs";

const key = process.env.OPENAI_API_KEY;
const standIn = key === undefined ? await startStandIn() : undefined;

async function ask(body) {
  const response = await fetch(`${standIn?.url ?? "https://api.openai.com"}/v1/responses`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key ?? "none"}` },
    body: JSON.stringify({ model: "gpt-5", ...body }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const codemode = createCodemode({ tools: { weather } });
const toolset = openaiTools(codemode, { set: "minimal" });
const input = [{ role: "user", content: "Which city is the warmest?" }];
const values = [];
let answer = "";
for (;;) {
  const { output } = await ask({ input, tools: toolset.tools });
  const results = await toolset.run(output, {
    onProgress: ({ message }) => console.log(`  ${message}`),
    onResult: ({ tool, result }) => {
      console.log(`${tool} has ended`);
      if (tool === "execute_code") values.push(result.structured.value);
    },
  });
  input.push(...output, ...results);
  if (results.length > 0) continue;
  answer = output
    .flatMap(({ content }) => content ?? [])
    .map(({ text }) => text ?? "")
    .join("");
  break;
}
console.log(answer);

assert.match(answer, /Cairo/);
if (standIn !== undefined) assert.deepEqual(values, [{ city: "Cairo", degrees: 24 }]);
standIn?.close();
await codemode.close();
console.log("as expected");
