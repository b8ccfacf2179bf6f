// Host functions whose schemas come from Zod, Valibot and ArkType.
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { createCodemode, defineTool } from "codemode";
import * as v from "valibot";
import { z } from "zod";
import { report } from "./shop.mjs";

const schemas = {
  zod: z.object({ article: z.string(), pieces: z.number().int().default(2) }),
  valibot: toStandardJsonSchema(
    v.object({ article: v.string(), pieces: v.optional(v.pipe(v.number(), v.integer()), 2) }),
  ),
  arktype: type({ article: "string", pieces: "number.integer = 2" }),
};
const tools = Object.entries(schemas).map(([name, inputSchema]) =>
  defineTool({
    name,
    description: `Checked by ${name}.`,
    inputSchema,
    execute: ({ article, pieces }) => [pieces, article].join(" "),
  }),
);
const codemode = createCodemode({ tools: { shop: tools } });
for (const name of Object.keys(schemas)) {
  const call = (args) => codemode.executor.execute(`await shop.${name}(${args})`, { typeCheck: false });
  const [{ value, error }, refused] = [await call('{ article: "tea" }'), await call('{ article: "tea", pieces: 1.5 }')];
  report({ name, value, error, refused: refused.error?.code });
}
await codemode.close();
