import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "codemode-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BUILT = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

test("nothing of Python starts with setup; its image is made for the user, not for the project, and old ones go", async () => {
  const cache = join(folder, "cache", "codemode");
  mkdirSync(cache, { recursive: true });
  const daysUnused = { a: 30, b: 3, c: 2, d: 1 };
  const image = (letter: string): string => `python-${letter.repeat(24)}.image`;
  for (const [letter, days] of Object.entries(daysUnused)) {
    const time = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
    writeFileSync(join(cache, image(letter)), "");
    utimesSync(join(cache, image(letter)), time, time);
  }
  writeFileSync(join(cache, "notes.txt"), "");
  const program = `
    import { readdirSync } from "node:fs";
    import { createCodemode } from ${JSON.stringify(BUILT)};
    const before = readdirSync(${JSON.stringify(cache)}).length;
    const codemode = createCodemode({ stateDir: ${JSON.stringify(join(folder, "state"))} });
    await codemode.executor.setup();
    const afterSetup = readdirSync(${JSON.stringify(cache)}).length;
    const { value } = await codemode.executor.execute("1 + 1", { language: "python" });
    await codemode.close();
    console.log(JSON.stringify({ before, afterSetup, value }));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], {
    env: { PATH: process.env["PATH"], XDG_CACHE_HOME: join(folder, "cache") },
  });
  expect(JSON.parse(stdout)).toEqual({ before: 5, afterSetup: 5, value: 2 });
  const left = readdirSync(cache);
  expect(left).toHaveLength(4);
  expect(left).toEqual(expect.arrayContaining(["notes.txt", image("c"), image("d")]));
}, 120_000);

test("the limits of the configuration hold for both languages", async () => {
  await using codemode = createCodemode({
    limits: { timeMs: 4_000, memoryBytes: 96 << 20, valueBytes: 50 },
    executor: { spareSandboxes: 0 },
  });
  const { executor } = codemode;
  expect(executor.limits("python")).toEqual(executor.limits("typescript"));
  const ended = async (language: "python" | "typescript", code: string): Promise<string | undefined> =>
    (await executor.execute(code, { language, typeCheck: false })).error?.code;
  for (const [language, loop, large] of [
    ["python", "while True: pass", "'x' * 60"],
    ["typescript", "for (;;) {}", "'x'.repeat(60)"],
  ] as const) {
    expect(await ended(language, loop)).toBe("time_limit");
    expect(await ended(language, large)).toBe("result_too_large");
  }
  expect(await ended("python", "x = 'ab'\nwhile True: x += x")).toBe("memory_limit");
}, 60_000);

test("Python has 512 MB and TypeScript 64 MB where nothing else is said", async () => {
  await using codemode = createCodemode();
  expect(codemode.executor.limits("python").memoryBytes).toBe(512 << 20);
  expect(codemode.executor.limits("typescript").memoryBytes).toBe(64 << 20);
});

test("without bubblewrap the first Python program says so in its notes, and the next does not", async () => {
  const program = `
    import { createCodemode } from ${JSON.stringify(BUILT)};
    await using codemode = createCodemode({ executor: { spareSandboxes: 0 } });
    const notes = [];
    for (let i = 0; i < 2; i += 1) notes.push((await codemode.executor.execute("1", { language: "python" })).notes);
    console.log(JSON.stringify(notes));
    await codemode.close();`;
  // Nothing is found on this path, as where bubblewrap is not installed.
  const { stdout } = await run(
    process.execPath,
    ["--input-type=module", "-e", program.replace("await using", "const")],
    {
      env: { PATH: folder, XDG_CACHE_HOME: join(folder, "cache") },
    },
  );
  expect(JSON.parse(stdout)).toEqual([[expect.stringMatching(/^Python programs run without bubblewrap \(/)], []]);
}, 120_000);
