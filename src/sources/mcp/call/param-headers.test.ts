import { expect, test } from "vitest";
import { paramHeaderFault, paramHeaders, paramHeaderValues } from "./param-headers.ts";

const string = (header: unknown): object => ({ type: "string", "x-mcp-header": header });

test.each<readonly [string, object, Record<string, unknown>, Record<string, string>]>([
  ["a text", { region: string("Region") }, { region: "us-west1" }, { "Mcp-Param-Region": "us-west1" }],
  ["a number", { n: { type: "integer", "x-mcp-header": "N" } }, { n: 42 }, { "Mcp-Param-N": "42" }],
  ["a flag", { on: { type: "boolean", "x-mcp-header": "On" } }, { on: false }, { "Mcp-Param-On": "false" }],
  ["no value", { region: string("Region") }, { region: null }, {}],
  ["text beyond ASCII", { city: string("City") }, { city: "Zürich" }, { "Mcp-Param-City": "=?base64?WsO8cmljaA==?=" }],
  ["an empty text", { city: string("City") }, { city: "" }, { "Mcp-Param-City": "=?base64??=" }],
  ["spaces around", { city: string("City") }, { city: " x" }, { "Mcp-Param-City": "=?base64?IHg=?=" }],
  ["a line break", { city: string("City") }, { city: "a\nb" }, { "Mcp-Param-City": "=?base64?YQpi?=" }],
  [
    "an inner property",
    { place: { type: "object", properties: { city: string("City") } } },
    { place: { city: "Bern" } },
    { "Mcp-Param-City": "Bern" },
  ],
])("%s goes into its header", (...[, properties, args, headers]) => {
  const marked = paramHeaders({ type: "object", properties });
  expect(paramHeaderValues(marked ?? [], args)).toEqual(headers);
  expect(paramHeaderFault(marked ?? [], args, (name) => headers[name])).toBeUndefined();
});

test.each<readonly [string, object, Record<string, unknown>, string | undefined, string]>([
  [
    "is missing",
    string("P"),
    { a: "x" },
    undefined,
    'a is "x" in the arguments, and the header Mcp-Param-P is missing',
  ],
  ["says another text", string("P"), { a: "x" }, "y", 'a is "x" in the arguments, and the header Mcp-Param-P says "y"'],
  ["lacks its padding", string("P"), { a: "Hello" }, "=?base64?SGVsbG8?=", "not valid base64"],
  ["has letters that base64 has not", string("P"), { a: "Hello" }, "=?base64?SGVs!!!bG8=?=", "not valid base64"],
  ["holds bytes that are no text", string("P"), { a: "x" }, "=?base64?/w==?=", "not valid base64"],
  ["has the marks by half", string("P"), { a: "=?base64?SGk=" }, "=?base64?SGk=", "agrees"],
  ["writes a number with a fraction of nothing", { type: "integer", "x-mcp-header": "P" }, { a: 42 }, "42.0", "agrees"],
  ["stands for no argument", string("P"), {}, "y", "agrees"],
])("a header that %s is told from one that agrees", (...[, property, args, value, says]) => {
  const marked = paramHeaders({ type: "object", properties: { a: property } });
  const fault = paramHeaderFault(marked ?? [], args, () => value);
  expect(fault?.says ?? "agrees").toContain(says);
});

test.each<readonly [string, object]>([
  ["an empty name", { a: string("") }],
  ["a name with a space", { a: string("A B") }],
  ["a name that is not text", { a: string(1) }],
  ["the same name twice", { a: string("Same"), b: string("same") }],
  ["an object", { a: { type: "object", "x-mcp-header": "A" } }],
  ["a number that need not be whole", { a: { type: "number", "x-mcp-header": "A" } }],
  ["an item of a list", { a: { type: "array", items: string("A") } }],
  ["a branch", { a: { oneOf: [string("A")] } }],
])("a schema that marks %s is not usable", (_what, properties) => {
  expect(paramHeaders({ type: "object", properties })).toBeUndefined();
});
