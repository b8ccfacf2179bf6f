import { afterAll, beforeAll, expect, test } from "vitest";
import { PYTHON_PROGRAMS } from "./python-programs.ts";
import { openRealTools, type RealTools } from "./real-tools.ts";

let tools: RealTools;

beforeAll(async () => {
  tools = await openRealTools();
}, 120_000);

afterAll(() => tools[Symbol.asyncDispose]());

test.each(PYTHON_PROGRAMS)("a Python program $name", async ({ name, cells, stdout, value, error }) => {
  let result;
  for (const cell of cells) {
    const code = cell.replaceAll("$", () => tools.folder);
    result = await tools.codemode.executor.execute(code, {
      language: "python",
      ...(cells.length > 1 ? { sessionId: name } : {}),
    });
  }
  const expected = {
    ...(error === undefined ? { error: null } : {}),
    ...(stdout === undefined ? {} : { stdout }),
    ...(value === undefined ? {} : { value }),
  };
  expect(result).toEqual(expect.objectContaining(expected));
  expect(result?.error ?? {}).toMatchObject(error ?? {});
});
