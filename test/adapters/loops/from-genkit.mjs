// Tools of Genkit, called by guest code of both languages.
import { genkit, z } from "genkit";
import { createCodemode } from "codemode";
import { fromGenkitTools } from "codemode/genkit";
import { PIXEL, report } from "./shop.mjs";

const ai = genkit({});
const inputSchema = z.object({ amount: z.number(), rate: z.number() });
const convert = ai.defineTool(
  {
    name: "convert",
    description: "Converts an amount.",
    inputSchema,
    outputSchema: z.object({ converted: z.number(), by: z.string() }),
  },
  async ({ amount, rate }, { context }) => ({ converted: amount * rate, by: context.user }),
);
const photo = ai.defineTool({ name: "photo", description: "A photo.", multipart: true }, async () => ({
  output: "a pixel",
  content: [{ media: { url: `data:image/png;base64,${PIXEL}`, contentType: "image/png" } }],
}));
const fail = ai.defineTool({ name: "fail", description: "Fails." }, async () => {
  throw new Error("no luck");
});
const codemode = createCodemode({
  tools: { sdk: fromGenkitTools([convert, photo, fail], { context: { user: "ada" } }) },
});
const programs = {
  typescript: [
    'import { convert } from "generated/servers/sdk";\nawait convert({ amount: 4, rate: 2 })',
    "(await sdk.photo({})).map((item) => item.type)",
    "await sdk.fail({})",
    'await sdk.convert({ amount: "4", rate: 2 })',
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
