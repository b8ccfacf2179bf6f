import { expect, test } from "vitest";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import { toolOf } from "../../__fixtures__/corpus.ts";
import { emitDeclaration, emitImport, emitShortSignature, emitSignature } from "./views.ts";

const search = toolOf({
  name: "search-issues",
  description: "Searches issues. Takes a query in the search language.\nAnd more.",
  inputSchema: {
    type: "object",
    properties: {
      query: { type: "string", description: "What to look for.", minLength: 1 },
      state: { type: "string", enum: ["open", "closed"], default: "open", description: "State, default open." },
      limit: { type: "integer", minimum: 1, maximum: 100, default: 30 },
      labels: { type: ["array", "null"], items: { type: "string" } },
    },
    required: ["query"],
  },
  outputSchema: { type: "object", properties: { result: { type: "string" } }, required: ["result"] },
  inputExamples: [{ query: "bug" }],
});

const signature = (inputSchema: JsonSchema, outputSchema?: JsonSchema): string =>
  emitSignature(toolOf({ inputSchema, ...(outputSchema === undefined ? {} : { outputSchema }) }));

test("a signature is one line with every type", () => {
  expect(emitSignature(search)).toBe(
    'search_issues(args: { query: string; state?: "open" | "closed" /* = "open" */; limit?: number /* = 30 */; labels?: string[] | null }): Promise<string>',
  );
});

test("a short signature leaves out the types of strings alone, and names no argument", () => {
  expect(emitShortSignature(search)).toBe(
    'search_issues({ query, state?: "open" | "closed" /* = "open" */, limit?: number /* = 30 */, labels?: string[] | null }): Promise<string>',
  );
  const properties = { "to whom: string; x": { type: "string" }, any: {}, one: { const: "a: string; b" } };
  const outputSchema = { type: "array", items: { type: "object", properties: { id: { type: "string" } } } };
  expect(emitShortSignature(toolOf({ name: "tell", inputSchema: { type: "object", properties }, outputSchema }))).toBe(
    'tell({ "to whom: string; x"?, any?: unknown, one?: "a: string; b" }): Promise<{ id? }[]>',
  );
});

test("a declaration adds descriptions, constraints, defaults, examples and the server's own name", () => {
  expect(emitDeclaration(search)).toMatchInlineSnapshot(`
    "/**
     * Searches issues. Takes a query in the search language.
     * And more.
     * Name at the server: "search-issues".
     * @example search_issues({"query":"bug"})
     */
    declare function search_issues(args: {
      /** What to look for. (min length 1) */
      query: string;
      /** State, default open. */
      state?: "open" | "closed";
      /** (integer; min 1; max 100; default 30) */
      limit?: number;
      labels?: string[] | null;
    }): Promise<string>;"
  `);
});

test.each<[string, JsonSchema, string]>([
  ["a number", { type: "integer", default: 10 }, "n?: number /* = 10 */"],
  ["a truth value", { type: "boolean", default: false }, "n?: boolean /* = false */"],
  ["an empty text", { type: "string", default: "" }, 'n?: string /* = "" */'],
  ["a text with signs", { type: "string", default: 'a"\n\u202e' }, 'n?: string /* = "a\\"\\n\\u202e" */'],
  ["a text that would end the comment", { type: "string", default: "*/ x" }, "n?: string"],
  ["a long text", { type: "string", default: "x".repeat(60) }, "n?: string"],
  ["a list", { type: "array", items: { type: "string" }, default: ["a"] }, "n?: string[]"],
  ["nothing", { type: ["string", "null"], default: null }, "n?: string | null"],
])("a signature shows a short default: %s", (_, schema, shown) => {
  expect(signature({ type: "object", properties: { n: schema } })).toBe(`run(args?: { ${shown} }): Promise<unknown>`);
  const nested = signature({ type: "object", properties: { in: { type: "object", properties: { n: schema } } } });
  expect(nested).toBe(`run(args?: { in?: { ${shown} } }): Promise<unknown>`);
});

test("a required argument has no default to leave it out for", () => {
  const schema = { type: "object", properties: { n: { type: "integer", default: 1 } }, required: ["n"] } as const;
  expect(signature(schema)).toBe("run(args: { n: number }): Promise<unknown>");
});

test("an import names the module of the server", () => {
  expect(emitImport(search)).toBe('import { search_issues } from "generated/servers/demo";');
});

test("arguments may be left out when none is required, and are not shown when there are none", () => {
  expect(signature({ type: "object", properties: { a: { type: "string" } } })).toBe(
    "run(args?: { a?: string }): Promise<unknown>",
  );
  expect(signature({ type: "object", properties: {} })).toBe("run(): Promise<unknown>");
});

test("long enumerations become their type, deep types are cut until the line is short", () => {
  const many = {
    type: "object",
    properties: { e: { enum: Array.from({ length: 40 }, (_, index) => `value${index}`) } },
  };
  expect(signature(many)).toBe("run(args?: { e?: string }): Promise<unknown>");
  const wide = (depth: number): JsonSchema => ({
    type: "object",
    properties: Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`field${index}`, depth === 0 ? { type: "string" } : wide(depth - 1)]),
    ),
  });
  expect(signature(wide(4)).length).toBeLessThanOrEqual(1200);
});

test("a type that contains itself is spelled twice and then left open in a signature, and named in a declaration", () => {
  const tree = {
    type: "object",
    properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
    required: ["name"],
  };
  expect(signature(tree)).toBe(
    "run(args: { name: string; children?: { name: string; children?: unknown[] }[] }): Promise<unknown>",
  );
  expect(emitDeclaration(toolOf({ inputSchema: tree }))).toBe(
    "type RunInput = {\n  name: string;\n  children?: RunInput[];\n};\ndeclare function run(args: RunInput): Promise<unknown>;",
  );
});

test.each<[string, JsonSchema, string]>([
  [
    "alternatives keep what stands beside them",
    { type: "object", properties: { k: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    "{ k?: string } & ({ a: unknown } | { b: unknown })",
  ],
  [
    "demands are merged into one object",
    {
      allOf: [
        { type: "object", properties: { a: { type: "number" } } },
        { properties: { b: { type: "null" } }, required: ["b"] },
      ],
    },
    "{ a?: number; b: null }",
  ],
  [
    "a list of alternatives has brackets",
    { properties: { a: { type: "array", items: { type: ["string", "null"] } } }, required: ["a"] },
    "{ a: (string | null)[] }",
  ],
  [
    "an untyped property takes anything",
    { properties: { a: { description: "any" } }, required: ["a"] },
    "{ a: unknown }",
  ],
  [
    "a map of one type",
    { properties: { a: { type: "object", additionalProperties: { type: "number" } } }, required: ["a"] },
    "{ a: { [key: string]: number } }",
  ],
  [
    "a tuple is open unless it is closed",
    { properties: { a: { prefixItems: [{ type: "string" }], minItems: 1 } }, required: ["a"] },
    "{ a: [string, ...unknown[]] }",
  ],
])("%s", (_name, schema, type) => {
  expect(signature(schema)).toContain(`: ${type}): Promise<unknown>`);
});
