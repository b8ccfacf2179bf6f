import { describe, expect, test } from "vitest";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { ToolDefinition } from "../../catalog/tool.ts";
import { exampleCall } from "./example-call.ts";

type Given = Pick<ToolDefinition, "inputSchema"> & Partial<ToolDefinition>;

function example(given: Given, language: "typescript" | "python" = "typescript"): string | undefined {
  const [tool] = createToolCatalog([{ name: "mail__send", serverName: "mail", description: "", ...given }]).tools;
  return tool && exampleCall(tool, language)?.split("\n")[1];
}

const message = {
  type: "object",
  properties: {
    to: { type: "string", format: "email" },
    size: { type: "integer", minimum: 3 },
    urgent: { type: "boolean" },
    kind: { enum: ["plain", "rich"] },
    parts: { type: "array", items: { $ref: "#/$defs/part" } },
    note: { type: "string" },
  },
  required: ["to", "size", "urgent", "kind", "parts"],
  $defs: { part: { type: "object", properties: { text: { type: "string" } }, required: ["text"] } },
};

describe("an example call", () => {
  test("has a value for everything that must be there, in both languages", () => {
    expect(example({ inputSchema: message })).toBe(
      'const result = await send({ to: "name@example.com", size: 3, urgent: true, kind: "plain", parts: [{ text: "text" }] });',
    );
    expect(example({ inputSchema: message }, "python")).toBe(
      'result = await send({"to": "name@example.com", "size": 3, "urgent": True, "kind": "plain", "parts": [{"text": "text"}]})',
    );
  });

  test("uses the first example of the tool that fits its schema", () => {
    const inputExamples = [{ to: 1 }, { to: "ann@example.com", size: 4, urgent: false, kind: "rich", parts: [] }];
    expect(example({ inputSchema: message, inputExamples })).toContain('to: "ann@example.com", size: 4, urgent: false');
  });

  test.each([
    ["nothing to give", { type: "object" }, "const result = await send();"],
    [
      "a pattern that no sample fits",
      { properties: { id: { type: "string", pattern: "^x{7}$" } }, required: ["id"] },
      undefined,
    ],
    ["no value at all", { properties: { id: false }, required: ["id"] }, undefined],
    ["a long one", { properties: { id: { const: "x".repeat(500) } }, required: ["id"] }, undefined],
    [
      "text that turns the line around",
      { properties: { "a-b": { const: "\u202e\u200b" } }, required: ["a-b"] },
      'const result = await send({ "a-b": "\\u202e\\u200b" });',
    ],
  ])("of %s", (_, inputSchema, expected) => {
    expect(example({ inputSchema })).toBe(expected);
  });
});
