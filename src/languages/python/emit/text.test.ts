import { expect, test } from "vitest";
import { parsePython, runPython } from "../../__fixtures__/python.ts";
import { docstring, docstringLines, isPythonName, pythonComments, quotePython } from "./text.ts";

const TEXTS = [
  '"""',
  'a"',
  '\\"""',
  "\\",
  '""',
  'x """ y',
  "\u0000\ud800\u202e",
  "tab\there",
  "\u{e0041}hidden",
  '"',
  "",
];

test("a docstring reads as the text it was made of, apart from what is invisible", async () => {
  const programs = TEXTS.map((text) => docstring(docstringLines(`.${text}`, 1000)).join("\n"));
  const values = await runPython(
    "import ast, json, sys\njson.dump([ast.literal_eval(t) for t in json.load(sys.stdin)], sys.stdout)",
    programs,
  );
  const visible = (text: string): string =>
    docstringLines(text, 1000).join("\n").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  expect(values).toEqual(TEXTS.map((text) => visible(`.${text}`)));
});

test("a quoted text is the same text in Python", async () => {
  const texts = TEXTS.filter((text) => !text.includes("\ud800"));
  const values = await runPython(
    "import ast, json, sys\njson.dump([ast.literal_eval(t) for t in json.load(sys.stdin)], sys.stdout)",
    texts.map(quotePython),
  );
  expect(values).toEqual(texts);
});

test("a comment is no directive", async () => {
  expect(pythonComments("type: ignore\n  mypy: ignore-errors\nfine", 100)).toEqual([
    "# . type: ignore",
    "# .   mypy: ignore-errors",
    "# fine",
  ]);
  expect((await parsePython([pythonComments("a\rb\u2028c\fd", 100).join("\n")]))[0]?.shape).toBe("Module");
});

test("names that are keywords, mangled or not ASCII are no parameters", () => {
  expect(["path", "_x", "type", "match"].filter(isPythonName)).toEqual(["path", "_x", "type", "match"]);
  expect(["from", "None", "__x", "a-b", "1a", "", "ﬁ", "async"].filter(isPythonName)).toEqual([]);
});
