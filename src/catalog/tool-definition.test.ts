import { expect, test } from "vitest";
import type { JsonSchema } from "../schema/json-schema.ts";
import { definitionHash, describeChange } from "./tool-definition.ts";

const tool = {
  name: "mail__send",
  serverName: "mail",
  description: "Sends.",
  inputSchema: { type: "object", properties: {} },
};

test("the hash of a definition does not depend on the order of properties", () => {
  const turned = { ...tool, inputSchema: { properties: {}, type: "object" } };
  expect(definitionHash(turned)).toBe(definitionHash(tool));
});

test.each([
  ["its description", { description: "Sends it." }],
  ["its title", { title: "Send" }],
  ["its schema", { inputSchema: { type: "object" } }],
  ["the schema of its results", { outputSchema: true }],
  ["what it is marked as", { annotations: { readOnlyHint: true } }],
])("the hash of a definition changes with %s", (_what, change) => {
  expect(definitionHash({ ...tool, ...change })).not.toBe(definitionHash(tool));
});

test("a schema too deep to be put in order has a hash all the same", () => {
  let schema: JsonSchema = { type: "string" };
  for (let depth = 0; depth < 20_000; depth++) schema = { type: "array", items: schema };
  expect(definitionHash({ ...tool, inputSchema: schema })).toMatch(/^[0-9a-f]{64}$/);
});

test("a difference names the places, and shows a long text from where it differs", () => {
  const long = "word ".repeat(100);
  const before = { description: `${long}one end`, inputSchema: { type: "object", required: ["a"] } };
  const after = { description: `${long}another end`, inputSchema: { type: "object", title: "T" } };
  const lines = describeChange(before, after);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^- description: "….*one end"$/);
  expect(lines[1]).toMatch(/^\+ description: "….*another end"$/);
  expect(lines.slice(2)).toEqual(['- inputSchema.required: ["a"]', '+ inputSchema.title: "T"']);
});
