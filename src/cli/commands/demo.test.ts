import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";

interface Cost {
  readonly turns: number;
  readonly definitions: number;
  readonly written: number;
  readonly read: number;
  readonly once: number;
  readonly everyTurn: number;
}

interface DemoPage {
  readonly ok: boolean;
  readonly tokenizer: string;
  readonly servers: readonly { readonly name: string; readonly toolCount: number }[];
  readonly programs: readonly {
    readonly value: unknown;
    readonly toolCalls: number;
    readonly verified: boolean;
    readonly verification: string;
    readonly steps: readonly { readonly tool: string; readonly text: string }[];
    readonly comparison: { readonly oneByOne: Cost; readonly sideBySide: Cost; readonly codeMode: Cost };
  }[];
  readonly singleCall: { readonly oneByOne: Cost; readonly codeMode: Cost };
}

test("the demonstration does what it claims on three real servers, counts it, and cleans up", async () => {
  await using temporary = await testFolder();
  const run = await runCli(["demo", "--json"], { env: { TMPDIR: temporary.path } });
  expect(run.stderr).toBe("");
  const page = documentOf(run) as unknown as DemoPage;
  expect(run.status).toBe(0);
  expect(page).toMatchObject({ ok: true, tokenizer: "o200k_base" });
  expect(page.servers.map(({ name }) => name)).toEqual(["filesystem", "memory", "everything"]);
  expect(page.servers.every(({ toolCount }) => toolCount > 0)).toBe(true);

  const [words, shops] = page.programs;
  expect(words).toMatchObject({ verified: true, toolCalls: 1, value: { words: 2000 } });
  expect(words?.verification).toContain("has 2000 words");
  expect(shops).toMatchObject({
    verified: true,
    toolCalls: 62,
    value: [expect.stringMatching(/^60 shops/), expect.any(String)],
  });
  for (const { steps } of page.programs) {
    expect(steps.map(({ tool }) => tool)).toEqual(["search_tools", "get_tool_details", "execute_code"]);
    expect(steps.every(({ text }) => text.length > 20)).toBe(true);
  }
  expect(await readdir(temporary.path)).toEqual([]);
});

test("the printed sums follow from the printed terms", async () => {
  const page = documentOf(await runCli(["demo", "--json"])) as unknown as DemoPage;
  const costs = page.programs
    .flatMap(({ comparison }) => Object.values(comparison))
    .concat(Object.values(page.singleCall));
  for (const { turns, definitions, written, read, once, everyTurn } of costs) {
    expect(once).toBe(definitions + written + read);
    expect(everyTurn).toBeGreaterThanOrEqual(turns * definitions + written);
    expect(everyTurn).toBeLessThanOrEqual(turns * once + written);
  }
  for (const { comparison } of page.programs) {
    expect(comparison.oneByOne).toMatchObject({
      once: comparison.sideBySide.once,
      written: comparison.sideBySide.written,
    });
    expect(comparison.codeMode.once).toBeLessThan(comparison.sideBySide.once);
  }
  expect(page.singleCall.codeMode.once).toBeGreaterThan(page.singleCall.oneByOne.once);
});

test("for people it is plain text that names what was verified and where code mode loses", async () => {
  const run = await runCli(["demo"]);
  expect(run.stdout).not.toContain("\u001B");
  expect(run.stdout).toContain("verified the file on disk has 2000 words");
  expect(run.stdout).toContain("Where code mode does not pay");
  expect(run).toMatchObject({ stderr: "", status: 0 });
});
