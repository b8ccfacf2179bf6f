// Tools of TanStack AI, called by guest code of both languages.
import { toolDefinition } from "@tanstack/ai";
import { fromTanstackTools } from "codemode/tanstack";
import { z } from "zod";
import { PIXEL, report, reportOwnTools } from "./shop.mjs";

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
await reportOwnTools(fromTanstackTools([convert, photo, fail], { context: { user: "ada" } }));
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
