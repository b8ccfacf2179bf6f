// Tools of Genkit, called by guest code of both languages.
import { genkit, z } from "genkit";
import { fromGenkitTools } from "codemode/genkit";
import { ownToolPrograms, PIXEL, reportOwnTools } from "./shop.mjs";

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
await reportOwnTools(
  fromGenkitTools([convert, photo, fail], { context: { user: "ada" } }),
  ownToolPrograms(", rate: 2"),
);
