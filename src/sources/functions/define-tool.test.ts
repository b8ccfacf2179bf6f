import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { StandardSchema } from "../../schema/standard-schema.ts";
import { defineTool } from "./define-tool.ts";
import { createFunctionSource } from "./function-source.ts";

const described = { name: "price", description: "A price." };

test("a Standard Schema gives the JSON Schema, the types of the arguments and their defaults", async () => {
  const tool = defineTool({
    ...described,
    inputSchema: z.object({ article: z.string(), pieces: z.number().int().default(2) }),
    outputSchema: z.object({ cents: z.number() }),
    execute: (args) => {
      expectTypeOf(args).toEqualTypeOf<{ article: string; pieces: number }>();
      return { cents: args.article.length * args.pieces };
    },
  });
  expect(tool.inputSchema).toMatchObject({
    type: "object",
    properties: { article: { type: "string" }, pieces: { type: "integer", default: 2 } },
    required: ["article"],
  });
  expect(tool.outputSchema).toMatchObject({ properties: { cents: { type: "number" } }, required: ["cents"] });
  const result = await createFunctionSource("shop", [tool]).call("price", { article: "tea" });
  expect(result.structuredContent).toEqual({ cents: 6 });
});

test("what a Standard Schema refuses beyond its JSON Schema is an error result that says where", async () => {
  const inputSchema = z.object({ article: z.string().refine((name) => name !== "milk", "is sold out") });
  const tool = defineTool({ ...described, inputSchema, execute: () => 1 });
  const result = await createFunctionSource("shop", [tool]).call("price", { article: "milk" });
  expect(result).toMatchObject({ isError: true, content: [{ text: "article: is sold out" }] });
});

test("a result of another type than the output schema does not compile", () => {
  const tool = defineTool({
    ...described,
    inputSchema: z.object({}),
    outputSchema: z.object({ cents: z.number() }),
    // @ts-expect-error The schema promises cents.
    execute: () => ({ euros: 1 }),
  });
  expect(tool.outputSchema).toMatchObject({ required: ["cents"] });
});

test("arguments under a JSON Schema are unknown", () => {
  const inputSchema = { type: "object", properties: { article: { type: "string" } } };
  const tool = defineTool({
    ...described,
    inputSchema,
    execute: ({ article }) => {
      expectTypeOf(article).toEqualTypeOf<unknown>();
      return article;
    },
  });
  expect(tool.inputSchema).toBe(inputSchema);
});

test("a Standard Schema without JSON Schema, or with what JSON Schema cannot say, is refused with the way out", () => {
  const bare: StandardSchema = { "~standard": { version: 1, vendor: "tiny", validate: (value) => ({ value }) } };
  const define = (inputSchema: StandardSchema): unknown => defineTool({ ...described, inputSchema, execute: () => 1 });
  expect(() => define(bare)).toThrow('The input schema of the tool "price" (tiny) has no JSON Schema.');
  expect(() => define(z.object({ at: z.date() }))).toThrow("cannot be converted to JSON Schema");
});

test("a schema that is a function, as ArkType has them, is a Standard Schema too", () => {
  const props: StandardSchema["~standard"] = {
    version: 1,
    vendor: "callable",
    validate: (value) => ({ value }),
    jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
  };
  const inputSchema = Object.assign(() => {}, { "~standard": props });
  expect(defineTool({ ...described, inputSchema, execute: () => 1 }).inputSchema).toEqual({ type: "object" });
});
