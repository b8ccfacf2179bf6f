import { expect, test } from "vitest";
import type { JsonSchema } from "../schema/json-schema.ts";
import type { ToolResultEnvelope } from "./source.ts";
import { createValidator } from "../schema/validator.ts";
import { SlicedWork } from "../base/sliced-work.ts";
import { compactJson } from "../base/steps/compact-json.ts";
import { largeItem, LargeJson, LargeText, withLargeStructured } from "../base/steps/large-text.ts";
import { toToolValue, toToolValueSoon } from "./tool-value.ts";

const validator = createValidator();

const text = (...texts: readonly string[]): ToolResultEnvelope => ({
  content: texts.map((line) => ({ type: "text", text: line })),
});

function valueOf(envelope: ToolResultEnvelope, outputSchema?: JsonSchema): unknown {
  const check = (value: unknown, schema: JsonSchema): string | undefined =>
    validator.validate(schema, value).ok ? undefined : "it does not fit";
  return toToolValue({ name: "s__t", ...(outputSchema === undefined ? {} : { outputSchema }) }, envelope, { check })
    .value;
}

const items: JsonSchema = { type: "object", properties: { items: { type: "array" } }, required: ["items"] };
const wrapped: JsonSchema = { type: "object", properties: { content: { type: "string" } }, required: ["content"] };
const fastMcp: JsonSchema = {
  type: "object",
  properties: { result: { type: "array" } },
  "x-fastmcp-wrap-result": true,
};

const values: readonly (readonly [string, ToolResultEnvelope, JsonSchema | undefined, unknown])[] = [
  ["structured content is the value", { content: [], structuredContent: { a: 1 } }, undefined, { a: 1 }],
  ["a structured null is absent, as serialisers write it", { ...text("x"), structuredContent: null }, undefined, "x"],
  ["a structured null with nothing else is null", { content: [], structuredContent: null }, undefined, null],
  ["a structured null whose text says the same is null", { ...text("null"), structuredContent: null }, undefined, null],
  ["the result of before there was content", { content: [], toolResult: { a: 1 } }, undefined, { a: 1 }],
  [
    "integers in JSON text keep their digits",
    text('{"id":1915883588174806058}'),
    undefined,
    { id: 1915883588174806058n },
  ],
  ["a declared object sent as text", text('{"items":[{"n":1}]}'), items, { items: [{ n: 1 }] }],
  ["a declared list sent as text", text("[1,", "2]"), { type: "array" }, [1, 2]],
  ["a declared number sent as text", text("14"), { type: "number" }, 14],
  ["a declared boolean sent as text", text("true"), { type: "boolean" }, true],
  ["a declared string stays text", text("14"), { type: "string" }, "14"],
  ["a declared string that looks like an object stays text", text('{"a":1}'), { type: "string" }, '{"a":1}'],
  ["a declared object that is no JSON stays text", text("none found"), items, "none found"],
  ["a wrapped text sent as JSON with its wrapper", text('{"content":"hi"}'), wrapped, "hi"],
  ["a wrapped list sent as JSON without its wrapper", text("[1]"), fastMcp, [1]],
  ["a wrapped list sent as JSON with its wrapper", text('{"result":[1]}'), fastMcp, [1]],
  ["a wrapped list that is no list stays text", text('{"other":1}'), fastMcp, '{"other":1}'],
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
  ["JSON in text stays text where a text is declared", text('{"a":1}'), wrapped, '{"a":1}'],
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

test("an error result raises the server's text with all that came with it", () => {
  const envelope = { ...text("no", "luck"), isError: true, structuredContent: { code: "NEEDS_HUMAN" } };
  expect(() => valueOf(envelope)).toThrow(
    expect.objectContaining({
      code: "tool_error",
      message: "no\nluck",
      details: { tool: "s__t", content: envelope.content, structuredContent: { code: "NEEDS_HUMAN" } },
    }),
  );
});

const failures: readonly (readonly [string, Partial<ToolResultEnvelope>, string])[] = [
  ["an item of another kind", { content: [{ type: "error", text: "the disk is full" }] }, "the disk is full"],
  ["an item with a message", { content: [{ type: "error", message: "no disk" }] }, "no disk"],
  ["an item with an error inside", { content: [{ type: "error", error: { code: 5, message: "no disk" } }] }, "no disk"],
  ["an item without a kind", { content: [{ type: "unknown", value: "no disk" }] }, "no disk"],
  ["structured content", { structuredContent: { message: "no quota" } }, "no quota"],
  ["structured content one level down", { structuredContent: { error: { code: 1, message: "no quota" } } }, "no quota"],
  ["a list of errors", { structuredContent: { errors: [{ message: "a" }, { detail: "b" }] } }, "a; b"],
  ["structured content without words", { structuredContent: { code: 507 } }, '{"code":507}'],
  ["blank text beside structured content", { ...text(" "), structuredContent: { reason: "late" } }, "late"],
  ["nothing", {}, "s__t failed without saying why."],
];

test.each(failures)("the reason of a failure is found in %s", (_, envelope, message) => {
  expect(() => valueOf({ content: [], isError: true, ...envelope })).toThrow(
    expect.objectContaining({ code: "tool_error", message }),
  );
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

/** A result with one large text, or with large structured content. */
function large(kind: "text" | "structured", content: string): ToolResultEnvelope {
  const pieces = [Buffer.from(content.slice(0, 9)), Buffer.from(content.slice(9))];
  const envelope: ToolResultEnvelope = { content: [] };
  if (kind === "structured") return withLargeStructured(envelope, new SlicedWork(() => compactJson(pieces)).now());
  const item = largeItem(new LargeText(pieces, content.length), { type: "text", text: "" }, "text");
  return Object.assign(envelope, { content: [item] });
}

const list: JsonSchema = { type: "object", properties: { a: { type: "array" } } };

type LargeCase = readonly [
  what: string,
  envelope: ToolResultEnvelope,
  schema: JsonSchema | undefined,
  expected: unknown,
];

const kept: readonly LargeCase[] = [
  ["structured content", large("structured", '{"a":[1, 2]}'), undefined, '{"a":[1,2]}'],
  ["structured content that fits its schema", large("structured", '{"a":[1, 2]}'), list, '{"a":[1,2]}'],
  ["a text that is JSON", large("text", '[{"a": "€"}]'), undefined, '[{"a":"€"}]'],
  ["any other text", large("text", "a text with €"), undefined, "a text with €"],
];

test.each(kept)(
  "of a large result %s stays bytes where these are asked for",
  async (_, ...[envelope, schema, expected]) => {
    const tool = { name: "s__t", ...(schema === undefined ? {} : { outputSchema: schema }) };
    const { value, notes } = await toToolValueSoon(tool, envelope, { asBytes: true });
    expect([String(value), notes]).toEqual([expected, []]);
    expect(value instanceof LargeJson).toBe(/^[[{]/.test(String(expected)));
  },
);

const read: readonly LargeCase[] = [
  ["what is unwrapped", large("structured", '{"content":"hi there"}'), wrapped, "hi there"],
  ["a text that is nearly JSON", large("text", '[{"a": 1},]'), undefined, [{ a: 1 }]],
  ["a text that begins like JSON", large("text", "[not at all] JSON"), undefined, "[not at all] JSON"],
];

test.each(read)("of a large result %s is a value all the same", async (_, ...[envelope, schema, expected]) => {
  const tool = { name: "s__t", ...(schema === undefined ? {} : { outputSchema: schema }) };
  expect((await toToolValueSoon(tool, envelope, { asBytes: true })).value).toEqual(expected);
});

test.each<readonly [string, ToolResultEnvelope]>([
  ["structured content as bytes", large("structured", '{"content":"hi"}')],
  ["structured content", { content: [], structuredContent: { content: "hi ".repeat(70_000) } }],
  ["JSON text", text(JSON.stringify({ content: "hi ".repeat(70_000) }))],
])("large %s is looked through in slices before it is checked", async (_, envelope) => {
  const seen: (readonly [string, unknown])[] = [];
  await toToolValueSoon({ name: "s__t", outputSchema: wrapped }, envelope, {
    prepare: async (value) => void seen.push(["prepared", value]),
    check: (value) => void seen.push(["checked", value]),
  });
  expect(seen.map(([what]) => what)).toEqual(["prepared", "checked"]);
  expect(seen[1]?.[1]).toBe(seen[0]?.[1]);
});

test("the reason of a failure is found in large structured content, which is not handed on", async () => {
  const envelope = Object.assign(large("structured", '{"detail":"disk full","rows":[1,2]}'), { isError: true });
  const failed = Promise.resolve(toToolValueSoon({ name: "s__t" }, envelope));
  await expect(failed).rejects.toMatchObject({ message: "disk full", details: { tool: "s__t" } });
  await expect(failed).rejects.not.toHaveProperty("details.structuredContent");
});

test("texts that are too large together are refused without being made into strings", () => {
  class Unread extends LargeText {
    override toString(): string {
      throw new Error("A string was made.");
    }
  }
  const item = (): object => largeItem(new Unread([Buffer.alloc(400)], 400), { type: "text", text: "" }, "text");
  const envelope: ToolResultEnvelope = { content: JSON.parse("[]") };
  Object.assign(envelope, { content: [item(), item(), item()] });
  expect(() => toToolValueSoon({ name: "s__t" }, envelope, { toolResultBytes: 1000 })).toThrow(
    expect.objectContaining({ code: "result_too_large" }),
  );
});

test("a result that breaks its schema arrives with a note", () => {
  const tool = { name: "s__t", outputSchema: wrapped };
  const envelope = { content: [], structuredContent: { other: 1 } };
  expect(toToolValue(tool, envelope)).toEqual({
    value: { other: 1 },
    notes: [expect.stringContaining('lacks "content"')],
  });
  const open = { name: "s__t", outputSchema: { type: "object" } };
  const checked = toToolValue(open, envelope, { check: () => "/n must be number" });
  expect(checked.notes).toEqual(["The result of s__t breaks its schema: /n must be number"]);
  expect(toToolValue(tool, text("a"))).toEqual({
    value: "a",
    notes: [expect.stringContaining("no structured content")],
  });
});
