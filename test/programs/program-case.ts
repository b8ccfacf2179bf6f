import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import type { ExecutionResult } from "../../src/runs/result.ts";
import { openShop, type Shop } from "./shop.ts";

/** A program as a model writes it, and what a user would want of it. What is left out is not compared. */
export interface ProgramCase {
  readonly id: string;
  /** Several programs are one session; all but the last complete. */
  readonly program: string | readonly string[];
  /** The program completes with this value. */
  readonly value?: unknown;
  readonly stdout?: string;
  /** The program fails with this code in this line of the last text; null for a failure without a place. */
  readonly fails?: readonly [code: string, line: number | null];
  /** What the text of the result, which is all a model reads, contains. */
  readonly says?: readonly (string | RegExp)[];
  readonly mustNotSay?: readonly (string | RegExp)[];
  /** What the tool `note` was given by all programs. @default nothing */
  readonly writes?: readonly string[];
  /** The program itself wrote every `{}` and `null` of its value. */
  readonly honest?: boolean;
}

/** Makes a test of each case. All cases of one call share an executor over the shop. */
export function testPrograms(title: string, language: "typescript" | "python", cases: readonly ProgramCase[]): void {
  describe(title, () => {
    let shop: Shop;
    let codemode: Codemode;
    beforeAll(async () => {
      shop = openShop();
      codemode = createCodemode({ tools: { shop: shop.tools } });
      await codemode.executor.setup();
    });
    afterAll(() => codemode.close());

    test.each(cases)("$id", async (row) => {
      shop.written.length = 0;
      const programs = typeof row.program === "string" ? [row.program] : row.program;
      const session = programs.length > 1 ? { sessionId: row.id } : {};
      let result: ExecutionResult | undefined;
      for (const program of programs) {
        if (result !== undefined) expect(result.error).toBeNull();
        result = await codemode.executor.execute(program, { language, ...session });
      }
      if (result === undefined) throw new Error("The case has no program.");
      expectOutcome(result, row);
      expect(shop.written).toEqual(row.writes ?? []);
      expectHonesty(result, shop.written, row);
    });
  });
}

function expectOutcome(result: ExecutionResult, row: ProgramCase): void {
  const { error, text } = result;
  if (row.fails === undefined) expect(error, text).toBeNull();
  else expect([error?.code, error?.line ?? null], text).toEqual(row.fails);
  if ("value" in row) expect(result.value, text).toEqual(row.value);
  if (row.stdout !== undefined) expect(result.stdout).toBe(row.stdout);
  for (const words of row.says ?? []) {
    if (typeof words === "string") expect(text).toContain(words);
    else expect(text).toMatch(words);
  }
  for (const words of row.mustNotSay ?? []) {
    if (typeof words === "string") expect(text).not.toContain(words);
    else expect(text).not.toMatch(words);
  }
}

/** What holds for every program, whatever it is. */
function expectHonesty(result: ExecutionResult, written: readonly string[], { honest }: ProgramCase): void {
  const { status, error, value, notes, text } = result;
  if (error?.code === "syntax_error" || error?.code === "type_error") {
    expect(result.toolCalls, "what the check refuses calls nothing").toEqual([]);
    expect(written, "what the check refuses writes nothing").toEqual([]);
  }
  if (status !== "completed") return;
  expect(
    result.toolCalls.filter((call) => call.status === "in_doubt"),
    text,
  ).toEqual([]);
  const leftSomething = result.toolCalls.length > 0 || result.stdout !== "" || result.stderr !== "";
  if (value === null && !leftSomething && honest !== true)
    expect(notes, "a program without any trace says why").not.toEqual([]);
  if (honest !== true && hasNothing(value)) expect(notes, "what became {} or null is noted").not.toEqual([]);
}

/** Whether a value holds an empty object, or null, or an object that was made text. */
function hasNothing(value: unknown): boolean {
  if (typeof value === "string") return value.includes("[object ");
  if (typeof value !== "object") return false;
  if (value === null) return true;
  const parts = Object.values(value);
  return (parts.length === 0 && !Array.isArray(value)) || parts.some(hasNothing);
}
