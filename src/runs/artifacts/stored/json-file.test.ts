import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LargeText } from "../../../base/steps/large-text.ts";
import { JsonFile } from "./json-file.ts";
import { type PathStep, stepsOf } from "./json-path.ts";

const ALL = { offset: 0, limit: 1_000_000, isLines: false };

/** A text stored in pieces of some size. */
function stored(text: string, size = 65_536): LargeText {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return new LargeText(pieces, text.length);
}

const open = (text: string, size?: number): JsonFile => new JsonFile(stored(text, size));

/** What a path leads to in a value that was read as a whole. */
function walk(value: unknown, steps: readonly PathStep[]): unknown {
  return steps.reduce<unknown>((part, step) => {
    const isFit = Array.isArray(part) === (typeof step === "number");
    return typeof part === "object" && part !== null && isFit && Object.hasOwn(part, step)
      ? Reflect.get(part, step)
      : undefined;
  }, value);
}

const rows = Array.from({ length: 30_000 }, (_, id) => ({
  id,
  'a"b': [id, { c: "é😀" }],
  note: "],}{[:".repeat(id % 5),
}));
const document = { before: [[1], { items: [0] }], 'na"me é': { items: rows, after: 1 }, last: "x" };

test.each([
  ["$", []],
  ["$.a.b_1", ["a", "b_1"]],
  ["$[0][12].größe", [0, 12, "größe"]],
  [`$['a b']["c.d"][""]`, ["a b", "c.d", ""]],
  ["$.a[*]", undefined],
  ["$..a", undefined],
  ["$.a[-1]", undefined],
  ["$.a[?@.b]", undefined],
  ["$['a\\'b']", undefined],
  ["a", undefined],
  ["$.", undefined],
])("the steps of %s", (path, steps) => {
  expect(stepsOf(path)).toEqual(steps);
});

test.each([1_000, 65_536, 10_000_000])(
  "rows in the middle of a file are those of the value, in pieces of %i",
  async (size) => {
    const file = open(JSON.stringify(document, undefined, 1), size);
    const steps = ['na"me é', "items"];
    for (const offset of [0, 1, 700, 29_990, 29_999, 30_000, 50_000, 3]) {
      const read = await file.rows(steps, { offset, limit: 20, isLines: false });
      expect(read).toEqual({ json: JSON.stringify(rows.slice(offset, offset + 20)) });
    }
    expect(await file.value([...steps, 25_000, 'a"b', 1, "c"])).toEqual({ json: '"é😀"' });
    expect(await file.value(["last"])).toEqual({ json: '"x"' });
    expect(await file.value(["nowhere"])).toEqual({ missing: "value" });
    expect(await file.rows(['na"me é', "after"], ALL)).toEqual({ missing: "list" });
  },
);

test("wherever a file is cut, what a path leads to is what it leads to in the value", async () => {
  const key = fc.constantFrom("a", "b", "", "é", "0");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "medium" },
      fc.constantFrom("", '"', "],", "{é"),
      fc.integer(),
      fc.constant(null),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("value"), { maxLength: 4 }),
    object: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  }));
  const step = fc.oneof(key, fc.nat({ max: 3 }));
  const path = fc.array(step, { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(value, path, fc.integer({ min: 1, max: 9 }), async (each, steps, size) => {
      const file = open(JSON.stringify(each, undefined, size % 2), size);
      const expected = walk(each, steps);
      expect(await file.value(steps)).toEqual(
        expected === undefined ? { missing: "value" } : { json: JSON.stringify(expected) },
      );
      if (!Array.isArray(expected)) return;
      const range = { offset: size % 3, limit: 2, isLines: false };
      expect(await file.rows(steps, range)).toEqual({ json: JSON.stringify(expected.slice(size % 3, (size % 3) + 2)) });
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["values on lines", '{"a":1}\n{"a":2}\r\n\n[3]\n"4" 5\nnull\n', [{ a: 1 }, { a: 2 }, [3], "4", 5, null]],
  ["values one right after the other", '{"a":1}{"a":2}[]', [{ a: 1 }, { a: 2 }, []]],
])("%s are rows", async (_what, text, values) => {
  for (const size of [1, 5, 100]) {
    const file = open(text, size);
    for (let offset = 0; offset <= values.length; offset += 1)
      expect(await file.rows([], { offset, limit: 2, isLines: false })).toEqual({
        json: JSON.stringify(values.slice(offset, offset + 2)),
      });
    expect(await file.rows(["a"], ALL)).toEqual({ missing: "value" });
  }
});

test("one value is a row only where it is said to be one of several", async () => {
  expect(await open('{"a":1}\n').rows([], { ...ALL, isLines: true })).toEqual({ json: '[{"a":1}]' });
  expect(await open('{"a":1}\n').rows([], ALL)).toEqual({ missing: "list" });
});

test("many lines are read from a place near them", async () => {
  const lines = Array.from({ length: 20_000 }, (_, id) => ({ id, text: "y".repeat(id % 40) }));
  const file = open(lines.map((line) => JSON.stringify(line)).join("\n"), 4_096);
  for (const offset of [0, 9_999, 19_999])
    expect(await file.rows([], { offset, limit: 3, isLines: false })).toEqual({
      json: JSON.stringify(lines.slice(offset, offset + 3)),
    });
});

test.each(["[", '{"a":', '[{"a":'])(
  "what opens %s without end is no JSON, and no bracket of it is remembered",
  async (opening) => {
    const file = open(opening.repeat(3_000_000 / opening.length), 10_000);
    await expect(file.rows([], ALL)).rejects.toThrow("nested too deeply");
    await expect(file.value(["a"])).rejects.toThrow(SyntaxError);
  },
);

test("of a name that is there twice the last one counts", async () => {
  expect(await open('{"a":{"b":[1]},"a":{"b":[2,3]}}').rows(["a", "b"], ALL)).toEqual({ json: "[2,3]" });
  expect(await open('{"a":{"b":[1]},"a":{}}').rows(["a", "b"], ALL)).toEqual({ missing: "value" });
});

test("digits of long numbers stay, and rows that are larger than a text may be are not read here", async () => {
  expect(await open("[12345678901234567890123,1.50]").rows([], ALL)).toEqual({ json: "[12345678901234567890123,1.5]" });
  const file = open(JSON.stringify(["x".repeat(17_000_000), 1]));
  expect(await file.rows([], ALL)).toEqual({ missing: "room" });
  expect(await file.rows([], { offset: 1, limit: 5, isLines: false })).toEqual({ json: "[1]" });
  expect(await file.value([0])).toEqual({ missing: "room" });
});

test.each(["[1,2", "[1}", "]", "[1],[2]", "[01]", '["a]', "[1,,2]", "[1,]", "[nul]", '{"a":[1}', "[1 2]"])(
  "%s is no JSON to read rows of",
  async (text) => {
    await expect(open(text).rows([], ALL)).rejects.toThrow(SyntaxError);
  },
);
