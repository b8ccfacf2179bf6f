import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parsePythonCall, parsePythonValue } from "./python-literals.ts";
import { readCsv } from "./read-csv.ts";
import { dayOf, minutesOf, readWords, timeOf } from "./workbench/read-words.ts";

test.each([
  ["['a', \"b's\"]", ["a", "b's"]],
  ["{\"a\": [1, -2.5], 'b': {1: None}}", { a: [1, -2.5], b: { 1: null } }],
  ["(True, False)", [true, false]],
  ["'line\\nend'", "line\nend"],
])("the Python literal %s is read", (text, value) => {
  expect(parsePythonValue(text)).toEqual(value);
});

test("a call is read with its positional and named arguments", () => {
  expect(parsePythonCall("mail.send('a b', to=[\"c\"], copies=2)")).toEqual({
    name: "mail.send",
    positional: ["a b"],
    named: { to: ["c"], copies: 2 },
  });
});

test.each(["send(", "send(a=)", "send() + 1", "'open"])(
  "%s is refused, since it is neither a call nor a literal",
  (text) => {
    expect(() => parsePythonCall(text)).toThrow(/Expected/);
  },
);

test("quoted fields hold commas, quotes and line ends", () => {
  const folder = mkdtempSync(join(tmpdir(), "codemode-csv-"));
  const file = join(folder, "a.csv");
  writeFileSync(file, 'id,text\n1,"a, ""b""\nc"\n2,\n');
  expect(readCsv(file)).toEqual([
    { id: "1", text: 'a, "b"\nc' },
    { id: "2", text: "" },
  ]);
  rmSync(folder, { recursive: true });
});

test("the parameters of a request stand where its template has places for them, also twice", () => {
  expect(
    readWords(
      "If {name} was {more_or_less} than {threshold}, write {name} a letter",
      "If ana b was less than 11, write ana b a letter",
    ),
  ).toEqual({
    name: "ana b",
    more_or_less: "less",
    threshold: "11",
  });
  expect(readWords("Call {name}", "Write to ana")).toBeUndefined();
});

test.each([
  [dayOf("November 3"), "2023-11-03"],
  [dayOf("Monday"), "2023-11-27"],
  [dayOf("friday", "next"), "2023-12-01"],
  [timeOf("3:30"), "15:30:00"],
  [timeOf("10"), "10:00:00"],
  [minutesOf("1.5 hour"), 90],
  [minutesOf("half-hour"), 30],
])("%s is what the words name", (found, wanted) => {
  expect(found).toBe(wanted);
});
