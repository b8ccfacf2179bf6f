import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealTools, type RealTools } from "./system/real-tools.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/programs-python.md", import.meta.url)), "utf8");

/** A block of the page: its programs, which share a session, and what the page says comes of the last one. */
interface Block {
  readonly place: string;
  readonly programs: readonly string[];
  readonly outcome: { readonly error: string | null; readonly value?: unknown; readonly stdout?: unknown };
}

const blocks: readonly Block[] = [...page.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map((match) => {
  const text = match[1] ?? "";
  const claim = (name: string): string | undefined => new RegExp(`^# ${name}: (.*)$`, "m").exec(text)?.[1];
  const [value, prints] = [claim("value"), claim("prints")];
  return {
    place: `line ${page.slice(0, match.index).split("\n").length}`,
    programs: text.replace(/^# (value|prints|error): .*\n/gm, "").split(/^# next program\n/m),
    outcome: {
      error: claim("error") ?? null,
      ...(value === undefined ? {} : { value: parsed(value) }),
      ...(prints === undefined ? {} : { stdout: parsed(`"${prints}"`) }),
    },
  };
});

function parsed(json: string): unknown {
  return JSON.parse(json);
}

let tools: RealTools;
beforeAll(async () => {
  tools = await openRealTools();
  // The first start of a version makes its image.
  await tools.codemode.executor.execute("1", { language: "python" });
}, 120_000);
afterAll(() => tools[Symbol.asyncDispose]());

test("every block of the page says what comes of it", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(12);
  expect(blocks.filter(({ outcome }) => outcome.error === null && !("value" in outcome))).toEqual([]);
});

test.each(blocks)("the block at $place does what the page says", async ({ place, programs, outcome }) => {
  const { executor } = tools.codemode;
  let came = {};
  for (const program of programs) {
    const code = program.replaceAll("/data", () => tools.folder);
    const { error, value, stdout } = await executor.execute(code, { language: "python", sessionId: place });
    came = { error: error === null ? null : `${error.code} in line ${error.line}`, value, stdout };
  }
  await executor.clearState(place);
  expect(came).toMatchObject(outcome);
});
