// Tools of the Claude Agent SDK, called by guest code of both languages.
import { tool } from "@anthropic-ai/claude-agent-sdk";
import { createCodemode } from "codemode";
import { fromClaudeAgentTools } from "codemode/claude-agent";
import { z } from "zod";
import { PIXEL, report } from "./shop.mjs";

const shape = { amount: z.number(), rate: z.number().default(2) };
const convert = tool("convert", "Converts an amount.", shape, async ({ amount, rate }) => ({
  content: [{ type: "text", text: JSON.stringify({ converted: amount * rate }) }],
}));
const photo = tool("photo", "A photo.", {}, async () => ({
  content: [
    { type: "text", text: "a pixel" },
    { type: "image", data: PIXEL, mimeType: "image/png" },
  ],
}));
const fail = tool("fail", "Fails.", {}, async () => ({ content: [{ type: "text", text: "no luck" }], isError: true }));
const codemode = createCodemode({ tools: { sdk: fromClaudeAgentTools([convert, photo, fail]) } });
const programs = {
  typescript: [
    'import { convert } from "generated/servers/sdk";\nawait convert({ amount: 4 })',
    "(await sdk.photo({})).map((item) => item.type)",
    "await sdk.fail({})",
    'await sdk.convert({ amount: "4" })',
  ],
  python: ["(await sdk.convert(amount=4, rate=3))['converted']"],
};
for (const [language, codes] of Object.entries(programs)) {
  for (const code of codes) {
    const { value, error } = await codemode.executor.execute(code, { language, typeCheck: false });
    report({ value, code: error?.code, message: error?.message });
  }
}
await codemode.close();
