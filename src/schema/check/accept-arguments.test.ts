import { expect, test } from "vitest";
import { acceptArguments } from "./accept-arguments.ts";
import { createValidator } from "../validator.ts";

const validator = createValidator();
const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const text = { type: "string" };
const closed = { additionalProperties: false };

test.each([
  ["a type that none of the listed values has", object({ g: { type: "string", enum: [0, 1] } }), { g: 0 }],
  ["a type the only value does not have", object({ v: { type: "string", const: 2 } }), { v: 2 }],
  [
    "a required name that is no property",
    object({ a: text }, { required: ["a", "ghost"], ...closed }),
    { a: "x", ghost: 1 },
  ],
  ["no properties and a required name", object({}, { required: ["id"], ...closed }), { id: 1 }],
  ["a minimum above the maximum", object({ n: { type: "integer", minimum: 10, maximum: 1 } }), { n: 5 }],
  ["lengths the wrong way round", object({ s: { type: "string", minLength: 9, maxLength: 2 } }), { s: "abc" }],
  ["counts the wrong way round", object({ l: { type: "array", minItems: 3, maxItems: 1 } }), { l: [1, 2] }],
  [
    "closed parts of which one requires what the other shuts out",
    { allOf: [object({ b: text }, closed), object({ a: text }, { required: ["a"], ...closed })] },
    { a: "x", b: "y" },
  ],
  [
    "a closed object over a reference",
    object(
      { c: text },
      { ...closed, allOf: [{ $ref: "#/$defs/A" }], $defs: { A: object({ a: text }, { required: ["a"] }) } },
    ),
    { a: "x", c: "y" },
  ],
  [
    "closed parts with nothing in common",
    { allOf: [object({ a: text }, closed), object({ b: text }, closed)] },
    { a: "x", b: "y" },
  ],
] as const)("%s does not shut the tool off, and what was not checked is said", (_, schema, args) => {
  const accepted = acceptArguments(validator, schema, args);
  expect(accepted).toMatchObject({ ok: true, value: args });
  expect(accepted.ok && accepted.unchecked.length).toBe(1);
});

test.each([
  ["values of the type rule as ever", object({ g: { type: "string", enum: ["a", 1] } }), { g: 1 }],
  ["a closed object names its required", object({ a: text }, { required: ["a"], ...closed }), { a: "x", b: 1 }],
  [
    "mended parts refuse what none of them names",
    { allOf: [object({ a: text }, closed), object({ b: text }, closed)] },
    { c: 1 },
  ],
  [
    "what is mended still has its other demands",
    object({ a: text }, { required: ["ghost"], ...closed }),
    { a: 1, ghost: 1 },
  ],
  ["an empty list of values allows nothing", object({ e: { enum: [] } }), { e: 1 }],
] as const)("%s", (_, schema, args) => {
  expect(acceptArguments(validator, schema, args).ok).toBe(false);
});

test.each([
  ["an optional text", object({ cursor: text }), { cursor: null }, {}],
  ["a text whose default is null", object({ cursor: { type: "string", default: null } }), { cursor: null }, {}],
  ["one of listed values", object({ mode: { enum: ["a", "b"] } }), { mode: null }, {}],
  [
    "a nested property",
    object({ page: object({ size: { type: "integer" } }) }),
    { page: { size: null } },
    { page: {} },
  ],
  [
    "a property of an item",
    object({ l: { type: "array", items: object({ a: text }) } }),
    { l: [{ a: null }] },
    { l: [{}] },
  ],
  ["a name with a slash", object({ "a/b~c": text }), { "a/b~c": null }, {}],
  ["a property behind a reference", object({ a: { $ref: "#/$defs/T" } }, { $defs: { T: text } }), { a: null }, {}],
  ["an object that is optional", object({ o: object({ a: text }, { required: ["a"] }) }), { o: null }, {}],
  ["more than one", object({ a: text, b: text, c: text }), { a: null, b: null, c: "x" }, { c: "x" }],
  ["a nullable one, which stays", object({ a: { type: ["string", "null"] } }), { a: null }, { a: null }],
  ["an untyped one, which stays", object({ a: {} }), { a: null }, { a: null }],
] as const)("a null for %s is no fault", (...[, schema, args, sent]) => {
  expect(acceptArguments(validator, schema, args)).toEqual({ ok: true, value: sent, unchecked: [] });
});

const big = 1915883588174806058n;

test.each([
  ["an integer", { type: "integer" }, big, big],
  ["a number", { type: "number", minimum: 1, maximum: Number(2n ** 63n) }, big, big],
  ["one of several types", { type: ["string", "integer"] }, big, big],
  ["anything", {}, { deep: [big] }, { deep: [big] }],
  ["a listed value, which the schema holds rounded", { enum: [1915883588174806000] }, big, big],
  ["a multiple", { type: "integer", multipleOf: 2 }, big, big],
  ["different items", { type: "array", uniqueItems: true }, [big, big + 1n], [big, big + 1n]],
  ["a text, as its digits", { type: "string" }, big, "1915883588174806058"],
  ["texts in a list", { type: "array", items: { type: "string" } }, ["a", big], ["a", "1915883588174806058"]],
  ["a text behind alternatives", { anyOf: [{ type: "string" }, { type: "null" }] }, big, "1915883588174806058"],
])("an integer beyond 2^53 goes where the schema wants %s", (...[, schema, given, sent]) => {
  const accepted = acceptArguments(validator, object({ id: schema }), { id: given });
  expect(accepted).toEqual({ ok: true, value: { id: sent }, unchecked: [] });
});

test.each([
  ["a boolean", { type: "boolean" }, "/id must be a boolean, not the number 1915883588174806058."],
  ["a smaller number", { type: "integer", maximum: 5 }, "/id must be at most 5, not the number 1915883588174806058."],
  [
    "a multiple",
    { type: "integer", multipleOf: 10 },
    "/id must be a multiple of 10, not the number 1915883588174806058.",
  ],
])("an integer beyond 2^53 is refused in full where the schema wants %s", (...[, schema, message]) => {
  expect(acceptArguments(validator, object({ id: schema }), { id: big })).toMatchObject({ issues: [{ message }] });
});

test.each([
  ["a required property", object({ a: text }, { required: ["a"] }), { a: null }, "/a"],
  ["an item of a list", object({ l: { type: "array", items: text } }), { l: [null] }, "/l/0"],
] as const)("a null for %s is refused as what it is", (...[, schema, args, path]) => {
  expect(acceptArguments(validator, schema, args)).toMatchObject({
    ok: false,
    issues: [{ path, message: `${path} must be a string, not null.` }],
  });
});

test.each([
  ["no dialect named", {}, [], true],
  ["2020-12 named", { $schema: "https://json-schema.org/draft/2020-12/schema" }, [], true],
  ["draft-07 named, which does not know it", { $schema: "http://json-schema.org/draft-07/schema#" }, [], false],
  ["a maximum beside it", {}, ["x", "x"], false],
] as const)("minContains 0 counts with %s", (...[, dialect, list, ok]) => {
  const contains = { type: "array", contains: { const: "x" }, minContains: 0, maxContains: 1 };
  expect(acceptArguments(validator, { ...object({ a: contains }), ...dialect }, { a: list }).ok).toBe(ok);
});
