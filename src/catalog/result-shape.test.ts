import { expect, test } from "vitest";
import type { JsonSchema } from "../schema/json-schema.ts";
import { resultShape } from "./result-shape.ts";

const text = { type: "string" };
const only = (name: string, schema: object, more: object = {}): JsonSchema => ({
  type: "object",
  properties: { [name]: schema },
  required: [name],
  ...more,
});

test("without an output schema a result is untyped", () => {
  expect(resultShape(undefined)).toEqual({ kind: "untyped" });
});

test.each(["content", "result", "text"] as const)(
  "an object that is only a text called %s is that text",
  (property) => {
    const shape = resultShape(only(property, text, { additionalProperties: false }));
    expect(shape).toEqual({ kind: "wrapped", property, schema: text });
  },
);

test("a wrapped result is what was wrapped, with the definitions it refers to", () => {
  const schema = only(
    "result",
    { $ref: "#/$defs/N" },
    { "x-fastmcp-wrap-result": true, $defs: { N: { type: "number" } } },
  );
  expect(resultShape(schema)).toEqual({
    kind: "wrapped",
    property: "result",
    schema: { $ref: "#/$defs/N", $defs: { N: { type: "number" } } },
  });
});

test.each<[string, JsonSchema]>([
  ["another name", only("value", text)],
  ["another type", only("result", { type: "number" })],
  ["an optional text", { type: "object", properties: { result: text } }],
  ["a second property", { type: "object", properties: { result: text, more: text }, required: ["result"] }],
  ["other properties allowed", only("result", text, { additionalProperties: { type: "number" } })],
  ["a combination", only("result", text, { anyOf: [{}] })],
  ["a boolean schema", true],
])("%s is left as it is", (_name, schema) => {
  expect(resultShape(schema)).toEqual({ kind: "value", schema });
});
