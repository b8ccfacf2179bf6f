import { expect, test } from "vitest";
import { CodeModeExecutor } from "../host/executor.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import { codemodeTools } from "./codemode-tools.ts";
import { typedSchema } from "./typed-schema.ts";

/** Every place below a schema whose property or item has no type. */
function untyped(schema: unknown, path: string): readonly string[] {
  if (!isSchemaObject(schema)) return [];
  const { properties, items, anyOf } = schema;
  const members = Object.entries(isSchemaObject(properties) ? properties : {});
  const below = [...members, ...(items === undefined ? [] : [["[]", items] as const])];
  const branches = Array.isArray(anyOf) ? anyOf.flatMap((branch) => untyped(branch, path)) : [];
  const own = below.flatMap(([key, member]) =>
    isSchemaObject(member) && member["type"] !== undefined ? [] : [`${path}.${key}`],
  );
  return [...own, ...below.flatMap(([key, member]) => untyped(member, `${path}.${key}`)), ...branches];
}

test("every property of every tool we serve has a type, in arguments and results", async () => {
  await using registry = new ToolRegistry();
  await using executor = new CodeModeExecutor(registry, { skills: { directories: ["/nowhere/skills"] } });
  const tools = codemodeTools(executor, { set: "full", allowCallTool: true, allowAddServer: true });
  expect(tools.length).toBeGreaterThan(10);
  expect(
    tools.flatMap(({ name, inputSchema, outputSchema }) =>
      untyped({ items: { type: "object", anyOf: [inputSchema, outputSchema] } }, name),
    ),
  ).toEqual([]);
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
