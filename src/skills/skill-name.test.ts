import { expect, test } from "vitest";
import { parseSkillName, skillIdentifier, skillNameProblem } from "./skill-name.ts";

const HOSTILE = [
  "",
  ".",
  "..",
  "../x",
  "x/../y",
  "/etc/passwd",
  "C:\\x",
  "x".repeat(300),
  "CON",
  "con",
  "lpt1",
  "__proto__",
  "a\0b",
  "a\nb",
  "a b",
  "Batch",
  "-x",
  "x-",
  "a--b",
  "a__b",
  "é",
  "x.ts",
];

test.each(HOSTILE)("the name %j is refused for both kinds of skills, with what to do", (name) => {
  for (const kind of ["code", "folder"] as const) {
    expect(skillNameProblem(name, kind)).toBeTypeOf("string");
    expect(() => parseSkillName(name, kind)).toThrow(expect.objectContaining({ code: "invalid_arguments" }));
  }
});

test("names of code are identifiers, names of folders follow the Agent Skills specification", () => {
  expect(parseSkillName("batch_process2", "code")).toBe("batch_process2");
  expect(parseSkillName("pdf-processing", "folder")).toBe("pdf-processing");
  expect(parseSkillName("3d-models", "folder")).toBe("3d-models");
  const grammar =
    "may have lower-case letters, digits and single underscores between them only, and begins with a letter";
  expect(skillNameProblem("pdf-processing", "code")).toBe(grammar);
  expect(skillNameProblem("3d", "code")).toBe(grammar);
  expect(parseSkillName("x".repeat(64), "code")).toHaveLength(64);
  expect(skillNameProblem("x".repeat(65), "code")).toContain("65 characters");
});

test("words of either language are no names of code", () => {
  for (const name of ["class", "def", "import", "lambda", "then", "constructor", "skills", "codemode"]) {
    expect(skillNameProblem(name, "code")).toBe("is a word that already means something in guest code");
  }
});

test("a refused name comes with one that would do", () => {
  expect(() => parseSkillName("Batch Process!", "code")).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ hint: "Use for instance batch_process." }) }),
  );
});

test("something that is not text is refused like any bad name", () => {
  for (const name of [undefined, null, 3, {}, ["x"]]) expect(skillNameProblem(name, "code")).toBe("is not text");
});

test("every good name has an identifier that both languages accept", () => {
  expect(["pdf-tools", "3d-models", "class", "x_y"].map(skillIdentifier)).toEqual([
    "pdf_tools",
    "_3d_models",
    "class_",
    "x_y",
  ]);
});
