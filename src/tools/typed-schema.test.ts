import { expect, test } from "vitest";
import { CodeModeExecutor } from "../host/executor.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import { codemodeTools } from "./codemode-tools.ts";
import { typedSchema } from "./typed-schema.ts";

/** Whether a schema names one type, or one in each of its alternatives. */
function isTyped(schema: unknown): boolean {
  if (!isSchemaObject(schema)) return false;
  const alternatives: unknown = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(alternatives) && schema["type"] === undefined) return alternatives.every(isTyped);
  return typeof schema["type"] === "string";
}

/** Every place below a schema whose property, item or further value has no type. */
function untyped(schema: unknown, path: string): readonly string[] {
  if (!isSchemaObject(schema)) return [];
  const { properties, items, additionalProperties, $defs, prefixItems, anyOf, oneOf, allOf } = schema;
  const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
    typeof value === "object" && value !== null ? Object.entries(value) : [];
  const below = [
    ...entries(properties),
    ...entries(prefixItems),
    ...entries({ "[]": items, "*": additionalProperties }).filter(([, value]) => typeof value === "object"),
  ];
  const beside = [$defs, anyOf, oneOf, allOf].flatMap((value) => entries(value));
  const own = below.flatMap(([key, member]) => (isTyped(member) ? [] : [`${path}.${key}`]));
  return [
    ...own,
    ...below.flatMap(([key, member]) => untyped(member, `${path}.${key}`)),
    ...beside.flatMap(([key, member]) => untyped(member, `${path}(${key})`)),
  ];
}

test("every property of every tool we serve has a type, in arguments and results", async () => {
  await using registry = new ToolRegistry();
  await using executor = new CodeModeExecutor(registry, { skills: { directories: ["/nowhere/skills"] } });
  const tools = codemodeTools(executor, { set: "full", allowCallTool: true, allowAddServer: true });
  expect(tools.length).toBeGreaterThan(10);
  expect(tools.filter(({ outputSchema }) => outputSchema !== undefined).length).toBeGreaterThan(10);
  const places = tools.flatMap(({ name, inputSchema, outputSchema }) =>
    Object.entries({ takes: inputSchema, returns: outputSchema }).flatMap(([what, schema]) =>
      untyped(schema, `${name} ${what} `),
    ),
  );
  expect(places).toEqual([]);
});

const any = ["object", "array", "string", "number", "boolean", "null"].map((type) => ({ type }));

test.each<readonly [member: object, typed: object]>([
  [{ enum: ["a", "b"] }, { enum: ["a", "b"], type: "string" }],
  [
    { enum: ["a", 1, null] },
    { anyOf: [{ type: "string", enum: ["a"] }, { type: "number", enum: [1] }, { type: "null" }] },
  ],
  [{ const: true }, { const: true, type: "boolean" }],
  [{}, { anyOf: any }],
  [{ description: "Anything." }, { description: "Anything.", anyOf: any }],
  [
    { anyOf: [{ type: "string" }, { type: ["null", "number"] }] },
    { anyOf: [{ type: "string" }, { anyOf: [{ type: "null" }, { type: "number" }] }] },
  ],
  [{ oneOf: [{ enum: [1] }, { type: "array" }] }, { oneOf: [{ enum: [1], type: "number" }, { type: "array" }] }],
  [
    { anyOf: [{ enum: ["a"] }, { const: "b" }] },
    {
      anyOf: [
        { enum: ["a"], type: "string" },
        { const: "b", type: "string" },
      ],
      type: "string",
    },
  ],
  [{ type: "integer" }, { type: "integer" }],
  [{ type: ["object", "null"] }, { anyOf: [{ type: "object" }, { type: "null" }] }],
  [{ items: {} }, { items: { anyOf: any }, anyOf: any }],
])("a property %j is served as %j", (member, typed) => {
  expect(typedSchema({ type: "object", properties: { member } })).toEqual({
    type: "object",
    properties: { member: typed },
  });
});

test("branches that only demand members stay as they are", () => {
  const anyOf = [{ required: ["a"] }, { required: ["b"] }];
  expect(typedSchema({ type: "object", anyOf })["anyOf"]).toEqual(anyOf);
});
