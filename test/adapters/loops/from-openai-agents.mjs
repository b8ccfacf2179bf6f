// Tools of the OpenAI Agents SDK, called by guest code of both languages.
import { tool } from "@openai/agents";
import { fromOpenaiAgentsTools } from "codemode/openai-agents";
import { z } from "zod";
import { ownToolPrograms, PIXEL, report, reportOwnTools } from "./shop.mjs";

const convert = tool({
  name: "convert",
  description: "Converts an amount.",
  parameters: z.object({ amount: z.number(), rate: z.number() }),
  execute: ({ amount, rate }, context) => ({ converted: amount * rate, by: context.context.user }),
});
const photo = tool({
  name: "photo",
  description: "A photo.",
  parameters: z.object({}),
  execute: () => [
    { type: "text", text: "a pixel" },
    { type: "image", image: { data: PIXEL, mediaType: "image/png" } },
  ],
});
const fail = tool({
  name: "fail",
  description: "Fails.",
  parameters: z.object({}),
  errorFunction: null,
  execute: () => {
    throw new Error("no luck");
  },
});
const pay = tool({
  name: "pay",
  description: "Pays.",
  parameters: z.object({ cents: z.number() }),
  needsApproval: async (_context, { cents }) => cents > 100,
  execute: ({ cents }) => `paid ${cents}`,
});
const tools = fromOpenaiAgentsTools([convert, photo, fail, pay], { context: { user: "ada" } });
const [convertOnce, photoOnce, ...failures] = ownToolPrograms(", rate: 2");
const payments = ["await sdk.pay({ cents: 50 })", "await sdk.pay({ cents: 500 })"];
await reportOwnTools(tools, [convertOnce, photoOnce, ...payments, ...failures]);
try {
  fromOpenaiAgentsTools([{ type: "hosted_tool", name: "web_search" }]);
} catch (error) {
  report({ refused: error.code });
}
