import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { testPrograms } from "./program-case.ts";
import { SKILL_FILES } from "./skill-files.ts";
import { PYTHON_SKILL_CASES, SKILL_CASES } from "./skills.cases.ts";

const folder = mkdtempSync(join(tmpdir(), "program-skills-"));
for (const [path, text] of Object.entries(SKILL_FILES)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

testPrograms("typescript", SKILL_CASES, [folder]);
testPrograms("python", PYTHON_SKILL_CASES, [folder]);
