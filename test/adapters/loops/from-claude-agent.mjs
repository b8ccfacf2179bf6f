// Tools of the Claude Agent SDK, called by guest code of both languages.
import { tool } from "@anthropic-ai/claude-agent-sdk";
import { fromClaudeAgentTools } from "codemode/claude-agent";
import { z } from "zod";
import { PIXEL, reportOwnTools } from "./shop.mjs";

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
await reportOwnTools(fromClaudeAgentTools([convert, photo, fail]));
