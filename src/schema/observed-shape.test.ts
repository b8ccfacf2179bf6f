import { describe, expect, test } from "vitest";
import { haveSameSchema, learnShape, type ObservedShape, shapeDrift, shapeSchema } from "./observed-shape.ts";
import { createValidator } from "./validator.ts";

function learned(...values: readonly unknown[]): ObservedShape {
  return values.reduce<ObservedShape>((shape, value) => learnShape(shape, value), { count: 0, types: {} });
}

describe("the schema of what was seen", () => {
  test.each([
    ["one text", ["a"], { type: "string" }],
    ["whole and broken numbers", [1, 2.5], { type: "number" }],
    ["different types", ["a", null], { anyOf: [{ type: "string" }, { type: "null" }] }],
    ["an empty list", [[]], { type: "array" }],
    ["nothing but null", [{ a: null }, { a: null }], { type: "object", properties: { a: {} }, required: ["a"] }],
    ["a list", [[1], ["a"]], { type: "array", items: { anyOf: [{ type: "integer" }, { type: "string" }] } }],
    [
      "a property that some lack",
      [{ a: 1, b: "x" }, { a: 2 }],
      { type: "object", properties: { a: { type: "integer" }, b: { type: "string" } }, required: ["a"] },
    ],
    [
      "properties that are named like what objects inherit",
      [
        { constructor: "x", valueOf: 1 },
        { constructor: "y", valueOf: 2 },
      ],
      {
        type: "object",
        properties: { constructor: { type: "string" }, valueOf: { type: "integer" } },
        required: ["constructor", "valueOf"],
      },
    ],
    [
      "a map by ids",
      [{ "user-1024": { n: 1 }, "user-77/x": { n: 2 } }],
      {
        type: "object",
        additionalProperties: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
      },
    ],
  ])("of %s", (_, values, schema) => {
    expect(shapeSchema(learned(...values))).toEqual(schema);
  });

  test("accepts everything it was learned from", () => {
    const values = [
      { a: [1, null, { b: "x" }], c: {} },
      { a: [], c: { d: true } },
      { a: [{ b: null, e: 1 }], c: { "x y": 1 } },
    ];
    const schema = shapeSchema(learned(...values));
    expect(values.map((value) => createValidator().validate(schema, value).ok)).toEqual([true, true, true]);
  });
});

/** Lists or objects within one another, each with so many parts. */
function nested(levels: number, width: number, form: "lists" | "objects"): unknown {
  if (levels === 0) return 1;
  const parts = Array.from({ length: width }, () => nested(levels - 1, width, form));
  return form === "lists"
    ? parts
    : Object.fromEntries(parts.map((part, at) => [`part${String.fromCharCode(97 + at)}`, part]));
}

const sizeOf = (shape: ObservedShape): number => JSON.stringify(shape).match(/"count"/g)?.length ?? 0;

test.each(["lists", "objects"] as const)("of %s with many parts at each level the first are learned", (form) => {
  const value = nested(4, 24, form);
  const shape = learned(value);
  let seen = 0;
  const walk = ({ count, properties = {}, items }: ObservedShape): void => {
    seen += count;
    for (const part of [...Object.values(properties), items]) if (part !== undefined) walk(part);
  };
  walk(shape);
  expect(seen).toBeLessThan(3_000);
  expect(createValidator().validate(shapeSchema(shape), value).ok).toBe(true);
  const changed = nested(4, 24, form === "lists" ? "objects" : "lists");
  expect(shapeDrift(learned(value, value, value), changed)).toHaveLength(1);
  expect(shapeDrift(learned(value, value, value), value)).toEqual([]);
});

test("what stands behind a long list is learned too, and a shape of ever new names ends to grow", () => {
  const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, name: "x" }));
  expect(shapeSchema(learned({ rows, next: { page: 2 } }))).toMatchObject({
    properties: { rows: { items: { required: ["id", "name"] } }, next: { properties: { page: { type: "integer" } } } },
  });
  let shape: ObservedShape | undefined;
  for (let call = 0; call < 60; call += 1) {
    const name = String.fromCharCode(97 + (call % 26), 97 + Math.floor(call / 26));
    shape = learnShape(shape, { [`of${name}`]: nested(3, 20, "objects") });
  }
  expect(sizeOf(shape ?? { count: 0, types: {} })).toBeLessThan(7_000);
});

test("two shapes have the same schema where their schemas are the same text", () => {
  const values = [
    1,
    2.5,
    "a",
    null,
    true,
    [],
    [1],
    ["a", null],
    {},
    { a: 1 },
    { a: null },
    { a: [{ b: 1 }] },
    { c: 1, a: 2 },
  ];
  const maps = [{ "1": 1 }, { "2": "a" }];
  const all: readonly unknown[] = [...values, ...maps];
  const pairs = all.flatMap((one) => all.map((other) => [one, other] as const));
  const shapes = pairs.flatMap(([one, other]) => [learned(one), learned(one, other), learned([one], [other, one])]);
  const texts = shapes.map((shape) => JSON.stringify(shapeSchema(shape)));
  const wrong = shapes.flatMap((one, at) =>
    shapes.flatMap((other, to) =>
      haveSameSchema(one, other) === (texts[at] === texts[to]) ? [] : [[texts[at], texts[to]]],
    ),
  );
  expect(wrong).toEqual([]);
});

test("no value is in a shape, and no name that is data", () => {
  const secrets = [
    "s3cret-value",
    "ann@example.com",
    "2026-01-02",
    "report final.pdf",
    "550e8400-e29b-41d4-a716-446655440000",
  ];
  const value = {
    list: secrets,
    deep: { text: secrets[0] },
    map: Object.fromEntries(secrets.map((name) => [name, name])),
  };
  const text = JSON.stringify(learned(value, value));
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

describe("drift", () => {
  const shape = learned({ id: 1, tags: ["a"], note: "x", end: null }, { id: 2, tags: [] }, { id: 3, tags: ["b"] });

  test.each([
    ["what fits", { id: 4, tags: ["c"] }, []],
    ["more than before", { id: 4, tags: [], extra: true }, []],
    ["a null", { id: null, tags: [] }, []],
    ["what was only null before", { id: 4, tags: [], end: "2030-01-01" }, []],
    ["a property that is gone", { tags: [] }, ["result.id is missing"]],
    [
      "another type",
      { id: "4", tags: [1] },
      ["result.id is a string, it was an integer", "result.tags[] is an integer, it was a string"],
    ],
    ["another kind of result", "busy", ["result is a string, it was an object"]],
  ])("%s", (_, value, expected) => {
    expect(shapeDrift(shape, value)).toEqual(expected);
  });
});

test("a large or deep result is learned in bounded time and space", () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 1_000; depth++) deep = { deep };
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, index]));
  const long = Array.from({ length: 100_000 }, (_, index) => ({ index }));
  expect(JSON.stringify(learned({ deep, wide, long })).length).toBeLessThan(5_000);
});
