import { expect, test } from "vitest";
import { readFolderFacts } from "./folder-facts.ts";
import { parseSkillDocument } from "./front-matter.ts";

const document = (yaml: string, body = "# Title\n\nDo it.\n"): string => `---\n${yaml}\n---\n${body}`;
const parse = (yaml: string): ReturnType<typeof parseSkillDocument>["frontMatter"] =>
  parseSkillDocument(document(yaml)).frontMatter;

test("the fields of the specification are read, and the rest of the file is the instructions", () => {
  const { frontMatter, instructions } = parseSkillDocument(
    document(`name: pdf-tools
description: Reads PDF files.
license: MIT
compatibility: Needs Python.
metadata:
  author: someone
  version: "1.0"
tags: [pdf, files]
allowed-tools: Bash(git add:*) files__read, Read
denied-tools:
  - files__write
x-own: true`),
  );
  expect(instructions).toBe("# Title\n\nDo it.\n");
  expect(frontMatter).toEqual({
    name: "pdf-tools",
    description: "Reads PDF files.",
    version: "1.0",
    license: "MIT",
    compatibility: "Needs Python.",
    metadata: { author: "someone", version: "1.0" },
    tags: ["pdf", "files"],
    allowedTools: ["Bash(git add:*)", "files__read", "Read"],
    deniedTools: ["files__write"],
    extra: { "x-own": true },
    problems: [],
  });
});

test("a version keeps its digits, and an empty list of tools is not an absent one", () => {
  expect(parse("name: x\ndescription: d\nversion: 1.10").version).toBe("1.10");
  expect(parse("name: x\ndescription: d\nallowed-tools: []").allowedTools).toEqual([]);
  expect(parse("name: x\ndescription: d\nallowed-tools:")).not.toHaveProperty("allowedTools");
});

test("an unquoted text with a colon is understood and noted", () => {
  const fields = parse("name: x\ndescription: Use when: always");
  expect(fields.description).toBe("Use when: always");
  expect(fields.problems).toHaveLength(1);
});

test("what the specification refuses is taken and noted", () => {
  const facts = readFolderFacts("my-skill", document(`name: My Skill\ndescription: ${"d".repeat(2_000)}`), []);
  expect(facts).toMatchObject({ title: "My Skill", description: "d".repeat(2_000) });
  expect(facts.notes).toHaveLength(2);
  expect(readFolderFacts("x", document("name: x"), []).description).toBe("Do it.");
});

const laughs = [
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."b c d e f g h i".split(" ").map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`),
];

test.each([
  ["a billion laughs", document(`name: x\ndescription: d\n${laughs.join("\n")}`)],
  ["one anchor", document("name: &n x\ndescription: d")],
  ["merge keys", document("a: &a {b: 1}\n<<: *a\nname: x\ndescription: d")],
  ["brackets without end", document(`name: ${"[".repeat(50_000)}`)],
  ["lists in lists without end", document(`name:\n  ${"- ".repeat(20_000)}x`)],
  ["maps in maps without end", document(`name: ${"{a: ".repeat(12_000)}`)],
  ["more than 64 KiB", document(`name: x\ndescription: ${"d".repeat(70_000)}`)],
  ["a list", document("- a\n- b")],
  ["no front matter", "# Title\n"],
  ["no end", "---\nname: x\n"],
  ["a field twice", document("name: x\nname: y\ndescription: d")],
])("front matter with %s is refused quickly", (_what, text) => {
  const startedAt = performance.now();
  expect(() => parseSkillDocument(text)).toThrow(expect.objectContaining({ code: "syntax_error" }));
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test("tags that name types of a language make nothing but data", () => {
  expect(parse("name: x\ndescription: !!js/function 'function(){}'").description).toBe("function(){}");
  expect(parse("name: x\ndescription: d\nmetadata: {__proto__: y}").metadata).toEqual({ ["__proto__"]: "y" });
});
