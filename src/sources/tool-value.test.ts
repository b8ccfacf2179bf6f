import { expect, test } from "vitest";
import type { JsonSchema } from "../schema/json-schema.ts";
import type { ToolResultEnvelope } from "./source.ts";
import { toToolValue } from "./tool-value.ts";

const text = (...texts: readonly string[]): ToolResultEnvelope => ({
  content: texts.map((line) => ({ type: "text", text: line })),
});

function valueOf(envelope: ToolResultEnvelope, outputSchema?: JsonSchema): unknown {
  return toToolValue({ name: "s__t", ...(outputSchema === undefined ? {} : { outputSchema }) }, envelope).value;
}

const wrapped: JsonSchema = { type: "object", properties: { content: { type: "string" } }, required: ["content"] };
const fastMcp: JsonSchema = {
  type: "object",
  properties: { result: { type: "array" } },
  "x-fastmcp-wrap-result": true,
};

const values: readonly (readonly [string, ToolResultEnvelope, JsonSchema | undefined, unknown])[] = [
  ["structured content is the value", { content: [], structuredContent: { a: 1 } }, undefined, { a: 1 }],
  ["a structured null is the value", { ...text("x"), structuredContent: null }, undefined, null],
  ["a lone string property is unwrapped", { content: [], structuredContent: { content: "hi" } }, wrapped, "hi"],
  ["what FastMCP wrapped is unwrapped", { content: [], structuredContent: { result: [1] } }, fastMcp, [1]],
  [
    "nothing is unwrapped without a schema",
    { content: [], structuredContent: { content: "hi" } },
    undefined,
    { content: "hi" },
  ],
  ["texts are joined", text("a", "b"), undefined, "a\nb"],
  ["a JSON object in text is parsed", text(' {"a":[1]} '), undefined, { a: [1] }],
  ["a JSON list over two texts is parsed", text("[1,", "2]"), undefined, [1, 2]],
  ["JSON in text stays text when a schema is declared", text('{"a":1}'), wrapped, '{"a":1}'],
  ["a bare number stays text", text("14"), undefined, "14"],
  ["a bare true stays text", text("true"), undefined, "true"],
  ["text that only begins like JSON stays text", text("[see below] {"), undefined, "[see below] {"],
  ["nothing at all is null", { content: [] }, undefined, null],
];

test.each(values)("%s", (...[, envelope, schema, value]) => {
  expect(valueOf(envelope, schema)).toEqual(value);
});

test("anything but text gives the content list", () => {
  const content = [
    { type: "text", text: "a" },
    { type: "image", data: "AA==", mimeType: "image/png" },
  ];
  expect(valueOf({ content })).toEqual(content);
});

test("an error result raises the server's text with its content", () => {
  const envelope = { ...text("no", "luck"), isError: true, structuredContent: { looks: "fine" } };
  expect(() => valueOf(envelope)).toThrow(
    expect.objectContaining({
      code: "tool_error",
      message: "no\nluck",
      details: { tool: "s__t", content: envelope.content },
    }),
  );
  expect(() => valueOf({ content: [], isError: true })).toThrow("s__t failed without saying why.");
});

test("an own key called __proto__ in a parsed text is data and changes nothing", () => {
  const value = valueOf(text('{"__proto__":{"polluted":true}}'));
  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

test("a result over the limit is refused, one within it is not", () => {
  const limits = { toolResultBytes: 1000 };
  expect(() => toToolValue({ name: "s__t" }, text("ä".repeat(600)), limits)).toThrow(
    expect.objectContaining({ code: "result_too_large" }),
  );
  expect(() => toToolValue({ name: "s__t" }, { content: [], structuredContent: Array(600).fill(1) }, limits)).toThrow(
    "larger",
  );
  expect(toToolValue({ name: "s__t" }, text("a".repeat(900)), limits).value).toHaveLength(900);
});

test("a result that breaks its schema arrives with a note", () => {
  const tool = { name: "s__t", outputSchema: wrapped };
  const envelope = { content: [], structuredContent: { other: 1 } };
  expect(toToolValue(tool, envelope)).toEqual({
    value: { other: 1 },
    notes: [expect.stringContaining('lacks "content"')],
  });
  const checked = toToolValue({ name: "s__t" }, envelope, { check: () => "/n must be number" });
  expect(checked.notes).toEqual(["The result of s__t breaks its schema: /n must be number"]);
  expect(toToolValue(tool, text("a"))).toEqual({
    value: "a",
    notes: [expect.stringContaining("no structured content")],
  });
});
