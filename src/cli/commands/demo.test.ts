import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";

const count = z.number();
const cost = z.object({ turns: count, definitions: count, written: count, read: count, once: count, everyTurn: count });
const threeWays = z.object({ oneByOne: cost, sideBySide: cost, codeMode: cost });
const demoPage = z.object({
  ok: z.boolean(),
  language: z.string(),
  tokenizer: z.string(),
  servers: z.array(z.object({ name: z.string(), toolCount: count })),
  programs: z.array(
    z.object({
      value: z.unknown(),
      code: z.string(),
      toolCalls: count,
      verified: z.boolean(),
      verification: z.string(),
      steps: z.array(z.object({ tool: z.string(), text: z.string() })),
      comparison: threeWays,
    }),
  ),
  singleCall: threeWays,
});

const LANGUAGES = [
  { args: ["demo"], language: "typescript", call: "await write_file({", signature: "write_file(args: {" },
  {
    args: ["demo", "--language", "python"],
    language: "python",
    call: "await write_file(path=",
    signature: "path: str",
  },
];

test.each(LANGUAGES)(
  "the demonstration in $language does what it claims on three real servers, counts it, and cleans up",
  async ({ args, language, call, signature }) => {
    await using temporary = await testFolder();
    const run = await runCli([...args, "--json"], { env: { TMPDIR: temporary.path } });
    expect(run.stderr).toBe("");
    const page = documentOf(run, demoPage);
    expect(run.status).toBe(0);
    expect(page).toMatchObject({ ok: true, language, tokenizer: "o200k_base" });
    expect(page.servers.map(({ name }) => name)).toEqual(["filesystem", "memory", "everything"]);
    expect(page.servers.every(({ toolCount }) => toolCount > 0)).toBe(true);

    const [words, shops] = page.programs;
    expect(words).toMatchObject({ verified: true, toolCalls: 1, value: { words: 2000 } });
    expect(words?.verification).toContain("has 2000 words");
    expect(words?.code).toContain(call);
    expect(shops).toMatchObject({
      verified: true,
      toolCalls: 62,
      value: [expect.stringMatching(/^60 shops/), expect.any(String)],
    });
    for (const { steps, comparison } of page.programs) {
      expect(steps.map(({ tool }) => tool)).toEqual(["search_tools", "get_tool_details", "execute_code"]);
      expect(steps.every(({ text }) => text.length > 20)).toBe(true);
      expect(comparison.codeMode.once).toBeLessThan(comparison.sideBySide.once);
    }
    expect(words?.steps[0]?.text).toContain(signature);
    expect(words?.steps[1]?.text).toContain(signature);
    expect(await readdir(temporary.path)).toEqual([]);
  },
);

test("the printed sums follow from the printed terms", async () => {
  const page = documentOf(await runCli(["demo", "--json"]), demoPage);
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
