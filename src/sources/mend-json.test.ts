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

test("a long text is mended in time linear in its length", () => {
  const text = `[${"NaN,\n".repeat(200_000)}]`;
  const begun = process.cpuUsage();
  expect(JSON.parse(mendJson(text) ?? "")).toHaveLength(200_000);
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(3_000);
});
