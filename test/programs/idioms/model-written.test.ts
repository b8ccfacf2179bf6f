import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asConfiguration } from "../../../evals/harness/plain-client.ts";
import type { World } from "../../../evals/harness/suite.ts";
import { OWN_SUITE } from "../../../evals/suites/own/own-suite.ts";
import { type Codemode, createCodemode } from "../../../src/host/create-codemode.ts";
import { MODEL_PYTHON_CASES } from "../model-python.cases.ts";
import { MODEL_TYPESCRIPT_CASES } from "../model-typescript.cases.ts";

// Programs of a model that knew the words of a request and the tools, and nothing else: whatever it guessed wrong, the
// text that came back led it to a program that leaves the state which the task wants.

let world: World;
let codemode: Codemode;

beforeAll(async () => {
  world = await OWN_SUITE.open();
  codemode = createCodemode({ mcpServers: asConfiguration(world.servers) });
  await codemode.executor.setup();
  await codemode.executor.execute("1", { language: "python" });
}, 180_000);

afterAll(async () => {
  await codemode.close();
  await world[Symbol.asyncDispose]();
});

describe.each([
  ["typescript", MODEL_TYPESCRIPT_CASES],
  ["python", MODEL_PYTHON_CASES],
] as const)("a model that writes %s", (language, cases) => {
  test.each(cases)("does %s", async (id, ...programs) => {
    const task = OWN_SUITE.tasks.find((each) => each.id === id);
    if (task === undefined) throw new Error(`There is no task ${id}.`);
    await world.reset(task);
    const ends: string[] = [];
    for (const code of programs) {
      const { status, error } = await codemode.executor.execute(code, { language, timeoutMs: 60_000 });
      ends.push(error === null ? status : `${error.code}: ${error.message}`);
    }
    expect(ends.at(-1)).toBe("completed");
    // A model goes on after a mistake of its own only.
    expect(ends.filter((end) => /^(?:internal|sandbox_lost)/.test(end))).toEqual([]);
    expect(await world.check(task, 0)).toBeUndefined();
  });
});
