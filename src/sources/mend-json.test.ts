import { expect, test } from "vitest";
import { mendJson } from "./mend-json.ts";

test.each<readonly [text: string, value: unknown]>([
  ['{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN, Infinity"}', { a: null, b: [null, null], c: "NaN, Infinity" }],
  ['{"a":[1,2,],"b":{"c":",]",} , }', { a: [1, 2], b: { c: ",]" } }],
  ['{"a":"tab\there","b":"line\nend \\" quote"}', { a: "tab\there", b: 'line\nend " quote' }],
])("%j is read as it was meant", (text, value) => {
  expect(JSON.parse(mendJson(text) ?? "")).toEqual(value);
});

test.each(['{"a":1}', "plain words", "", '{"a":"NaN,}"}', '"open', "{'a': 1}"])(
  "%j has nothing that could be mended",
  (text) => {
    expect(mendJson(text)).toBe(undefined);
  },
);

test("a long text is mended in time linear in its length, and a longer one left alone", () => {
  const text = (items: number): string => `[${"NaN,\n".repeat(items)}]`;
  const begun = process.cpuUsage();
  expect(JSON.parse(mendJson(text(50_000)) ?? "")).toHaveLength(50_000);
  expect(mendJson(text(60_000))).toBe(undefined);
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(2_000);
});
