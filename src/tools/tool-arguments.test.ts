import { expect, test } from "vitest";
import { meantArguments } from "./tool-arguments.ts";

const schema = {
  type: "object",
  properties: {
    code: { type: "string" },
    timeout: { type: "number" },
    background: { type: "boolean" },
    names: { type: "array", items: { type: "string" } },
    arguments: { type: "object" },
  },
} as const;

test.each<readonly [given: Readonly<Record<string, unknown>>, meant: object]>([
  [{ timeout: "30" }, { timeout: 30 }],
  [{ timeout: " 1.5 " }, { timeout: 1.5 }],
  [{ timeout: "soon" }, { timeout: "soon" }],
  [{ background: "False" }, { background: false }],
  [{ background: "no" }, { background: "no" }],
  [{ code: 5 }, { code: 5 }],
  [{ names: "a" }, { names: ["a"] }],
  [{ names: "a, b" }, { names: ["a", "b"] }],
  [{ names: '["a","b"]' }, { names: ["a", "b"] }],
  [{ arguments: '{"n":9007199254740993}' }, { arguments: { n: 9_007_199_254_740_993n } }],
  [{ arguments: "[1]" }, { arguments: "[1]" }],
  [
    { other: "5", code: "x" },
    { other: "5", code: "x" },
  ],
  [{ toString: "5" }, { toString: "5" }],
])("%j is meant as what the schema has", (given, meant) => {
  expect(meantArguments(given, schema)).toEqual(meant);
});

test("arguments of the right types are handed on untouched", () => {
  const given = { code: "1", timeout: 5, names: ["a"] };
  expect(meantArguments(given, schema)).toBe(given);
});
