// Tools of TanStack AI, called by guest code of both languages.
import { toolDefinition } from "@tanstack/ai";
import { createCodemode } from "codemode";
import { fromTanstackTools } from "codemode/tanstack";
import { z } from "zod";
import { PIXEL, report } from "./shop.mjs";

const inputSchema = z.object({ amount: z.number(), rate: z.number().default(2) });
const convert = toolDefinition({ name: "convert", description: "Converts an amount.", inputSchema }).server(
  ({ amount, rate }, { context, emitCustomEvent }) => {
    emitCustomEvent("converting", {});
    return { converted: amount * rate, by: context.user };
  },
);
const photo = toolDefinition({ name: "photo", description: "A photo.", inputSchema: { type: "object" } }).server(() => [
  { type: "text", content: "a pixel" },
  { type: "image", source: { type: "data", value: PIXEL, mimeType: "image/png" } },
]);
const fail = toolDefinition({ name: "fail", description: "Fails.", inputSchema: { type: "object" } }).server(() => {
  throw new Error("no luck");
});
const codemode = createCodemode({
  tools: { sdk: fromTanstackTools([convert, photo, fail], { context: { user: "ada" } }) },
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
const { inputSchema: _schema, ...bare } = convert;
for (const unusable of [
  { ...bare, execute: undefined },
  { ...convert, needsApproval: true },
]) {
  try {
    fromTanstackTools([unusable]);
  } catch (error) {
    report({ refused: error.code });
  }
}
await codemode.close();
