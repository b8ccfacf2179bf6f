// Tools of LangChain, called by guest code of both languages.
import { tool } from "@langchain/core/tools";
import { fromLangchainTools } from "codemode/langchain";
import { z } from "zod";
import { PIXEL, reportOwnTools } from "./shop.mjs";

const schema = z.object({ amount: z.number(), rate: z.number().default(2) });
const convert = tool(({ amount, rate }, config) => ({ converted: amount * rate, by: config.configurable?.user }), {
  name: "convert",
  description: "Converts an amount.",
  schema,
});
const photo = tool(
  () => [
    [
      { type: "text", text: "a pixel" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
    ],
    { secret: true },
  ],
  { name: "photo", description: "A photo.", schema: z.object({}), responseFormat: "content_and_artifact" },
);
const fail = tool(
  () => {
    throw new Error("no luck");
  },
  { name: "fail", description: "Fails.", schema: { type: "object", properties: {} } },
);
await reportOwnTools(fromLangchainTools([convert, photo, fail], { config: { configurable: { user: "ada" } } }));
