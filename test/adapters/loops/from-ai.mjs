// Tools of the AI SDK, called by guest code of both languages.
import { tool } from "ai";
import { createCodemode } from "codemode";
import { fromAiTools } from "codemode/ai";
import { z } from "zod";
import { report } from "./shop.mjs";

const tools = {
  convert: tool({
    description: "Converts an amount.",
    inputSchema: z.object({ amount: z.number(), rate: z.number().default(2) }),
    execute: ({ amount, rate }) => ({ converted: amount * rate }),
  }),
  count: tool({
    description: "Counts up.",
    inputSchema: z.object({ to: z.number() }),
    async *execute({ to }) {
      for (let at = 1; at <= to; at += 1) yield { at };
    },
  }),
  who: tool({
    description: "Tells who calls.",
    inputSchema: z.object({}),
    execute: (_input, options) => (options.context ?? options.experimental_context).user,
  }),
};
const codemode = createCodemode({ tools: { sdk: await fromAiTools(tools, { context: { user: "ada" } }) } });
const programs = {
  typescript: `import { convert, count, who } from "generated/servers/sdk";
return [(await convert({ amount: 4 })).converted, (await count({ to: 3 })).at, await who({})];`,
  python: "[(await sdk.convert(amount=4, rate=3))['converted'], (await sdk.count(to=2))['at']]",
};
for (const [language, code] of Object.entries(programs)) {
  const { value, error } = await codemode.executor.execute(code, { language });
  report({ language, value, error });
}
const { error } = await codemode.executor.execute('await sdk.convert({ amount: "much" })', { typeCheck: false });
report({ code: error?.code });
await codemode.close();
const refused = await fromAiTools({ search: tool({ inputSchema: z.object({}) }) }).catch(({ code }) => code);
report({ refused });
