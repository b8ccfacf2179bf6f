import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SlicedWork } from "../../../../base/sliced-work.ts";
import { LargeJson, largeTextOf } from "../../../../base/steps/large-text.ts";
import { putLarge, takeLarge } from "./large-line.ts";

/** A line in parts of the given sizes, over and over. */
function inParts(line: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(line);
  const parts: Buffer[] = [];
  for (let at = 0, part = 0; at < bytes.length; part += 1) {
    const end = at + (sizes[part % sizes.length] ?? 1);
    parts.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return parts;
}

function read(parts: readonly Buffer[], leastBytes: number): unknown {
  const steps = takeLarge(parts, { text: leastBytes, json: leastBytes });
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return new SlicedWork(() => putLarge(JSON.parse(value.text), value.texts)).now();
  }
}

/** JSON in which characters are escaped that need not be, as some servers write it. */
function escapedJson(value: unknown, every: number): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replaceAll(/[^ -~]/gu, (character, at: number) =>
    at % every === 0 ? character : character.split("").map(escape).join(""),
  );
}

const odd = fc
  .array(fc.constantFrom("a", '"', "\\", "\n", "é", "€", "😀", "\0", "u00e9", "{", ":"), { maxLength: 60 })
  .map((parts) => parts.join(""));

test("wherever a line is cut, its texts are what they are at one go", () => {
  fc.assert(
    fc.property(
      fc.array(odd, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (texts, sizes, every) => {
        const message = { id: 1, result: { content: texts.map((text) => ({ type: "text", text })), note: texts } };
        const line = escapedJson(message, every);
        expect(JSON.stringify(read(inParts(line, sizes), 8))).toBe(JSON.stringify(JSON.parse(line)));
      },
    ),
    { numRuns: 400 },
  );
});

test("a text longer than a window is the same, and its item knows its bytes without making it a string", () => {
  const text = `${'€ x \\\\ " \n😀'.repeat(20_000)}end`;
  const message = { result: { content: [{ type: "text", text, annotations: { priority: 1 } }] } };
  const found = read(inParts(JSON.stringify(message), [65_536, 65_521, 7]), 1_000);
  expect(found).toEqual(message);
  const [item] = Object(found).result.content;
  const large = largeTextOf(item);
  expect(large).toMatchObject({ bytes: Buffer.byteLength(text), characters: text.length });
  expect(large?.bounded(10)).toBe(`${text.slice(0, 10)}… (${text.length - 10} more characters)`);
});

test("lines that are read in turns do not get in each other's way", () => {
  const messages = ["é\n😀", '"\\', "€x"].map((unit, id) => ({
    id,
    result: { content: [{ text: unit.repeat(70_000) }, unit] },
  }));
  const steps = messages.map((message) =>
    takeLarge(inParts(escapedJson(message, 2), [9_973, 31]), { text: 1_000, json: 1_000 }),
  );
  const values = new Map<number, unknown>();
  while (values.size < steps.length)
    for (const [place, step] of steps.entries()) {
      const { done, value } = values.has(place) ? { done: false, value: undefined } : step.next();
      if (done !== true || value === undefined) continue;
      expect(value.texts.size).toBe(1);
      values.set(place, new SlicedWork(() => putLarge(JSON.parse(value.text), value.texts)).now());
    }
  expect(messages.map((_, place) => values.get(place))).toEqual(messages);
});

test("of a long line every text of some length is kept as bytes", () => {
  const content = Array.from({ length: 60 }, (_, place) => ({ type: "text", text: `${place} ${"y".repeat(90_000)}` }));
  const line = JSON.stringify({ id: 1, result: { content } });
  const steps = takeLarge(inParts(line, [65_536]));
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { text, texts } = step.value;
  expect([texts.size, text.length < 10_000]).toEqual([60, true]);
  expect(new SlicedWork(() => putLarge(JSON.parse(text), texts)).now()).toEqual(JSON.parse(line));
});

test.each([String.raw`{"a":"x\q${"y".repeat(99)}"}`, `{"a":"tab	${"y".repeat(99)}"}`])(
  "a text that JSON does not allow is refused",
  (line) => {
    expect(() => read(inParts(line, [20]), 50)).toThrow(SyntaxError);
  },
);

test("bytes that are no UTF-8 are read as everywhere else", () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(50_000, 0xff), Buffer.from('é"}')]);
  const expected: unknown = JSON.parse(bytes.toString());
  expect(read([Buffer.from(bytes.subarray(0, 30_000)), Buffer.from(bytes.subarray(30_000))], 50)).toEqual(expected);
});

/** What a line becomes, and how many values in it are kept as bytes. */
function kept(line: string, sizes: readonly number[]): { readonly message: unknown; readonly count: number } {
  let count = 0;
  const text = JSON.stringify(read(inParts(line, sizes), 40), function plain(this: object, key, value: unknown) {
    if (Reflect.get(this, key) instanceof LargeJson) count += 1;
    return value;
  });
  return { message: JSON.parse(text), count };
}

const ROWS = `{"rows":[{"id":1,"name":"Größe \\"1\\""},[[],{}]],"more":"${"x".repeat(60)}"}`;
const SMALL = `{"a":[1]}`;

test.each([
  ["alone", `{"id":1,"result":{"structuredContent":${ROWS}}}`, 1],
  ["before the content", `{"result":{"structuredContent":${ROWS},"content":[]},"id":1}`, 1],
  ["after the content", `{"id":1,"result":{"content":[{"type":"text","text":"}]{["}],"structuredContent":${ROWS}}}`, 1],
  ["with blanks around it", ` { "result" : { "structuredContent" :  ${ROWS} , "content" : [ ] } } `, 1],
  ["with an escaped name", `{"result":{"\\u0073tructured\\u0043ontent":${ROWS}}}`, 1],
  ["of an escaped result", `{"re\\u0073ult":{"structuredContent":${ROWS}}}`, 1],
  ["in another spelling", `{"result":{"structured_content":${ROWS}}}`, 1],
  ["twice", `{"result":{"structuredContent":${ROWS},"structuredContent":${ROWS}}}`, 1],
  ["twice, the second one small", `{"result":{"structuredContent":${ROWS},"structuredContent":${SMALL}}}`, 0],
  ["twice, the first one small", `{"result":{"structuredContent":${SMALL},"structuredContent":${ROWS}}}`, 1],
  [
    "in both messages of a batch",
    `[{"result":{"structuredContent":${ROWS}}},{"result":{"structuredContent":${ROWS}}}]`,
    2,
  ],
  ["that is small", `{"result":{"structuredContent":${SMALL}}}`, 0],
  ["that is a list", `{"result":{"structuredContent":[${ROWS}]}}`, 1],
  ["that is a text", `{"result":{"structuredContent":"${"x".repeat(60)}"}}`, 0],
  ["in itself", `{"result":{"structuredContent":{"result":{"structuredContent":${ROWS}}}}}`, 1],
  ["in a list of results", `{"result":[{"structuredContent":${ROWS}}]}`, 0],
  ["in a member of the result", `{"result":{"_meta":{"structuredContent":${ROWS}}}}`, 0],
  ["of parameters", `{"params":{"structuredContent":${ROWS}}}`, 0],
  ["without a result", `{"structuredContent":${ROWS}}`, 0],
  ["named in a text", `{"result":{"content":[{"text":"\\"structuredContent\\":{"}]}}`, 0],
  ["with a name that is longer", `{"result":{"structuredContent2":${ROWS},"${"n".repeat(300)}":${ROWS}}}`, 0],
  ["nested very deeply", `{"result":{"structuredContent":${"[".repeat(1_500)}${"]".repeat(1_500)}}}`, 0],
])("structured content %s is the same value, and as bytes where it is that of a result", (_, line, count) => {
  for (const sizes of [[1], [7, 3], [64], [line.length]])
    expect(kept(line, sizes)).toEqual({ message: JSON.parse(line), count });
});

const PARTS = `[{"type":"text","text":"é]}"},{"type":"text","text":"\\"content\\":["},{"type":"other"}]`;

test.each([
  ["of a result", `{"id":1,"result":{"content":${PARTS}}}`, 1],
  ["beside structured content", `{"result":{"structuredContent":${ROWS},"content":${PARTS}}}`, 2],
  ["in a batch", `[{"result":{"content":${PARTS}}}]`, 1],
  ["that is small", `{"result":{"content":[{"type":"text","text":"a"}]}}`, 0],
  ["of one large text", `{"result":{"content":[{"type":"text","text":"${"x".repeat(60)}"}]}}`, 0],
  ["of a large text among many", `{"result":{"content":[{"text":"${"x".repeat(60)}"},${PARTS.slice(1)}}}`, 1],
  ["in structured content", `{"result":{"structuredContent":{"content":${PARTS}}}}`, 1],
  ["of parameters", `{"params":{"content":${PARTS}}}`, 0],
])("a long list of content %s is the same list, and as bytes where it is that of a result", (_, line, count) => {
  for (const sizes of [[1], [7, 3], [64], [line.length]])
    expect(kept(line, sizes)).toEqual({ message: JSON.parse(line), count });
});

test.each([
  ["that does not end", `{"result":{"structuredContent":${ROWS.slice(0, -1)}`],
  ["with a bracket of another kind", `{"result":{"structuredContent":${ROWS.slice(0, -1)}]}}`],
  ["with a comma too many", `{"result":{"structuredContent":${ROWS.slice(0, -1)},}}}`],
  ["followed by something", `{"result":{"structuredContent":${ROWS} 1}}`],
  ["with what JSON does not know", `{"result":{"structuredContent":${ROWS.replace("1", "NaN")}}}`],
])("structured content %s is refused", (_, line) => {
  expect(() => read(inParts(line, [9]), 40)).toThrow(SyntaxError);
});
