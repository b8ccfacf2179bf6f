import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealTools, type RealTools } from "./system/real-tools.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/programs-python.md", import.meta.url)), "utf8");

/** A block of the page: its programs, which share a session, and what the page says comes of the last one. */
interface Block {
  readonly place: string;
  readonly programs: readonly string[];
  readonly value: string | undefined;
  readonly prints: string | undefined;
  readonly error: string | undefined;
}

const blocks: readonly Block[] = [...page.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map((match) => {
  const text = match[1] ?? "";
  const line = page.slice(0, match.index).split("\n").length;
  const claim = (name: string): string | undefined => new RegExp(`^# ${name}: (.*)$`, "m").exec(text)?.[1];
  return {
    place: `line ${line}`,
    programs: text.replace(/^# (value|prints|error): .*\n/gm, "").split(/^# next program\n/m),
    value: claim("value"),
    prints: claim("prints"),
    error: claim("error"),
  };
});

let tools: RealTools;
beforeAll(async () => {
  tools = await openRealTools();
}, 120_000);
afterAll(() => tools[Symbol.asyncDispose]());

test("the page has a block for every section that shows code", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(12);
  for (const { value, error } of blocks) expect(value ?? error).toBeDefined();
});

test.each(blocks)("the block at $place does what the page says", async ({ place, programs, value, prints, error }) => {
  const { executor } = tools.codemode;
  let result;
  for (const program of programs) {
    const code = program.replaceAll("/data", () => tools.folder);
    result = await executor.execute(code, { language: "python", sessionId: place });
  }
  await executor.clearState(place);
  const said = result?.error === null ? undefined : `${result?.error?.code} in line ${result?.error?.line}`;
  expect(said, result?.error?.message).toBe(error);
  if (value !== undefined) expect(result?.value).toEqual(JSON.parse(value));
  if (prints !== undefined) expect(result?.stdout).toBe(JSON.parse(`"${prints}"`));
});
