import { expect, test } from "vitest";
import { argumentsFrom } from "./json-arguments.ts";

const schema = {
  type: "object",
  properties: {
    text: { type: "string" },
    maybe: { type: ["string", "null"] },
    mode: { enum: ["1", "2"] },
    count: { type: "integer" },
    tags: { type: "array", items: { type: "string" } },
    filter: { type: "object" },
    any: {},
  },
};

test.each([
  [["text=5"], { text: "5" }],
  [["text=a=b"], { text: "a=b" }],
  [["text="], { text: "" }],
  [["text=two\nlines"], { text: "two\nlines" }],
  [["maybe=null"], { maybe: "null" }],
  [["mode=1"], { mode: "1" }],
  [["count=5"], { count: 5 }],
  [["count=five"], { count: "five" }],
  [["tags=a"], { tags: ["a"] }],
  [["tags=a", "tags=b"], { tags: ["a", "b"] }],
  [['tags=["a","b"]'], { tags: ["a", "b"] }],
  [['filter={"a":1}'], { filter: { a: 1 } }],
  [["any=true", "other=x"], { any: true, other: "x" }],
  [["toString=1", "reply-to=a", "路径=/"], { toString: 1, "reply-to": "a", 路径: "/" }],
  [['{"text":"a=b"}'], { text: "a=b" }],
  [[], {}],
])("the words %j are the arguments %j", (words, value) => {
  expect(argumentsFrom(words).under(schema)).toEqual(value);
});

test("an integer beyond 2^53 stays exact", () => {
  expect(argumentsFrom(["count=12345678901234567890"]).under(schema)).toEqual({ count: 12_345_678_901_234_567_890n });
});

test("a value is JSON or text where no schema says which", () => {
  expect(argumentsFrom(["a=1", "b=x", "c=1", "c=y"]).under()).toEqual({ a: 1, b: "x", c: [1, "y"] });
});

test.each([
  [["{text:1}"], "The arguments are not JSON"],
  [["[1]"], "The arguments are JSON, but not an object."],
  [["echo", "a=1"], '"echo" is no argument of the form name=value.'],
  [["a=1", "b"], '"b" is no argument of the form name=value.'],
  [["=1"], "The arguments are not JSON"],
])("the words %j are refused: %s", (words, message) => {
  expect(() => argumentsFrom(words)).toThrow(message);
});
