import { expect, test } from "vitest";
import { unwrapPython } from "./python-text.ts";

test("a plain program stays as it is", () => {
  const code = "def f():\n    return 1\nf()";
  expect(unwrapPython(code)).toEqual({ code, lineOffset: 0, columnOffset: 0, notes: [] });
});

test("a program indented as a whole, as in a triple-quoted string, loses that indentation", () => {
  const text = "\n    x = 1\n    if x:\n        y = 2\n\n    y\n";
  expect(unwrapPython(text)).toEqual({
    code: "\nx = 1\nif x:\n    y = 2\n\ny\n",
    lineOffset: 0,
    columnOffset: 4,
    notes: [],
  });
});

test("a fence with prose around it is taken off", () => {
  const text = "Here it is:\n```python\nprint(1)\n```\nDone.";
  expect(unwrapPython(text)).toEqual({ code: "print(1)\n", lineOffset: 2, columnOffset: 0, notes: [] });
});

test("a fence inside a string is left alone", () => {
  const code = 's = """\n```python\n1\n```\n"""\ns';
  expect(unwrapPython(code).code).toBe(code);
});

test("carriage returns and a byte order mark go", () => {
  expect(unwrapPython("\uFEFFa = 1\r\na").code).toBe("a = 1\na");
});
