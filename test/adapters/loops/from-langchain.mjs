// Tools of LangChain, called by guest code of both languages.
import { tool } from "@langchain/core/tools";
import { createCodemode } from "codemode";
import { fromLangchainTools } from "codemode/langchain";
import { z } from "zod";
import { PIXEL, report } from "./shop.mjs";

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
const codemode = createCodemode({
  tools: { sdk: fromLangchainTools([convert, photo, fail], { config: { configurable: { user: "ada" } } }) },
});
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
