import { expect, test } from "vitest";
import { mendRequest } from "./mend-request.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const read = (text: string): unknown => JSON.parse(text);

test.each<readonly [what: string, given: object, mended: object]>([
  ["a cursor that is null", { cursor: null }, {}],
  [
    "null beside what is there",
    { name: "a", arguments: { x: null }, task: null },
    { name: "a", arguments: { x: null } },
  ],
  ["arguments that are null", { name: "a", arguments: null }, { name: "a" }],
  ["arguments as text", { name: "a", arguments: '{"x":1}' }, { name: "a", arguments: { x: 1 } }],
  ["a token that is none", { _meta: { progressToken: {} } }, { _meta: {} }],
])("%s is put right", (_what, params, mended) => {
  expect(mendRequest({ ...list, params }, read)).toEqual({ ...list, params: mended });
});

test("a message that is right is the same message", () => {
  const message = { ...list, params: { cursor: "a" } };
  expect(mendRequest(message, read)).toBe(message);
});
