// Tools of Mastra, called by guest code of both languages.
import { createTool } from "@mastra/core/tools";
import { createCodemode } from "codemode";
import { fromMastraTools } from "codemode/mastra";
import { z } from "zod";
import { report } from "./shop.mjs";

const tools = {
  convert: createTool({
    id: "convert",
    description: "Converts an amount.",
    inputSchema: z.object({ amount: z.number(), rate: z.number().default(2) }),
    outputSchema: z.object({ converted: z.number() }),
    execute: async ({ amount, rate }) => ({ converted: amount * rate }),
  }),
  even: createTool({
    id: "even",
    description: "Takes even numbers only.",
    inputSchema: z.object({ number: z.number().refine((number) => number % 2 === 0, "not even") }),
    execute: async ({ number }) => number,
  }),
};
const codemode = createCodemode({ tools: { sdk: fromMastraTools(tools) } });
const programs = {
  typescript: 'import { convert } from "generated/servers/sdk";\n(await convert({ amount: 4 })).converted',
  python: "(await sdk.convert(amount=4, rate=3))['converted']",
};
for (const [language, code] of Object.entries(programs)) {
  const { value, error } = await codemode.executor.execute(code, { language });
  report({ language, value, error });
}
const { error } = await codemode.executor.execute("await sdk.even({ number: 3 })");
report({ code: error?.code, message: error?.message });
await codemode.close();
