import { expect, test } from "vitest";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";
import { createReferenceResolver } from "./resolve.ts";

const found = (
  document: JsonSchemaObject,
  reference: string,
  from: JsonSchemaObject = document,
): JsonSchema | undefined => createReferenceResolver(document).resolve(reference, from)?.schema;

test("a pointer is percent- and tilde-decoded and may lead anywhere in the document", () => {
  const document = {
    $defs: { "a/b~c <d>": { type: "number" } },
    properties: { x: { anyOf: [{ type: "string" }, { type: "null" }] } },
  };
  expect(found(document, "#/$defs/a~1b~0c%20%3Cd%3E")).toEqual({ type: "number" });
  expect(found(document, "#/properties/x/anyOf/1")).toEqual({ type: "null" });
  expect(found(document, "#")).toBe(document);
});

test("anchors and ids are found, relative to the resource they stand in", () => {
  const inner = { $id: "inner.json", $anchor: "here", $defs: { n: { $anchor: "n", type: "number" } } };
  const document = { $id: "https://example.org/root.json", $defs: { inner, old: { $id: "#old", type: "string" } } };
  expect(found(document, "inner.json")).toBe(inner);
  expect(found(document, "https://example.org/inner.json#n")).toEqual({ $anchor: "n", type: "number" });
  expect(found(document, "#n")).toBeUndefined();
  expect(found(document, "#n", inner)).toEqual({ $anchor: "n", type: "number" });
  expect(found(document, "#old")).toEqual({ $id: "#old", type: "string" });
});

test.each([
  "#/nowhere",
  "#nowhere",
  "#/%",
  "https://example.org/x.json",
  "file:///etc/passwd",
  "#/properties/constructor",
  "::",
])("%s resolves to nothing", (reference) => {
  expect(found({ properties: { a: {} } }, reference)).toBeUndefined();
});

test("what looks like a schema inside a value is no place for ids", () => {
  const document = { const: { $id: "trap.json", type: "number" }, properties: { a: { enum: [{ $anchor: "trap" }] } } };
  expect(found(document, "trap.json")).toBeUndefined();
  expect(found(document, "#trap")).toBeUndefined();
  expect(isSchemaObject(document)).toBe(true);
});
