import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import type { ExecutionResult } from "../../src/runs/result.ts";
import { openShop } from "./shop.ts";

/** A program that fails, what the text of its result says to do, and the program that this leads to. */
type Repair = readonly [program: string, says: readonly string[], corrected: string, value: unknown];

const TYPESCRIPT: readonly Repair[] = [
  [
    "Here it is:\n```ts\nconst a = 1;\n```\n```ts\nreturn a;\n```",
    ["2 code blocks", "one program"],
    "const a = 1;\nreturn a;",
    1,
  ],
  ['"const a = 1;\\nreturn a;"', ["real line breaks", "without the quotes"], "const a = 1;\nreturn a;", 1],
  ["const a = 1;\\nreturn a;", ["real line breaks"], "const a = 1;\nreturn a;", 1],
  ["<think>\ncount\n</think>\nreturn 1;", ["Send only the program"], "return 1;", 1],
  ["if (1 &lt; 2) { return 3; }", ["HTML entities", "`<`"], "if (1 < 2) { return 3; }", 3],
  [
    "test.each(TYPESCRIPT)("the text for the TypeScript program %j leads to one that runs", (...row) =>
  expectRepair("typescript", row));

test.each(PYTHON)("the text for the Python program %j leads to one that runs", (...row) => expectRepair("python", row));

async function expectRepair(language: "typescript" | "python", row: Repair): Promise<void> {
  const [program, says, corrected, value] = row;
  const run = (code: string): Promise<ExecutionResult> => codemode.executor.execute(code, { language });
  const { error, text } = await run(program);
  expect(error).not.toBeNull();
  expect(text.length).toBeLessThanOrEqual(1000);
  expect(says.filter((words) => !text.includes(words)).map((words) => [words, text])).toEqual([]);
  expect(await run(corrected)).toMatchObject({ error: null, value });
}
