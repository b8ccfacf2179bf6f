import { expect, test } from "vitest";
import { CodeModeExecutor } from "../host/executor.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import { codemodeTools } from "./codemode-tools.ts";
import { typedSchema } from "./typed-schema.ts";

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
  const own = below.flatMap(([key, member]) =>
    isSchemaObject(member) && member["type"] !== undefined ? [] : [`${path}.${key}`],
  );
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

test.each([
  [{ enum: ["a", "b"] }, "string"],
  [{ enum: ["a", 1, null] }, ["string", "number", "null"]],
  [{ const: true }, "boolean"],
  [{}, ["object", "array", "string", "number", "boolean", "null"]],
  [{ anyOf: [{ type: "string" }, { type: ["null", "number"] }] }, ["string", "null", "number"]],
  [{ oneOf: [{ enum: [1] }, { type: "array" }] }, ["number", "array"]],
  [{ type: "integer" }, "integer"],
  [{ items: {} }, ["object", "array", "string", "number", "boolean", "null"]],
])("a property %j has the type %j", (member, type) => {
  expect(typedSchema({ type: "object", properties: { member } })).toMatchObject({ properties: { member: { type } } });
});

test("branches that only demand members stay as they are", () => {
  const anyOf = [{ required: ["a"] }, { required: ["b"] }];
  expect(typedSchema({ type: "object", anyOf })["anyOf"]).toEqual(anyOf);
});
