import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defined } from "../../src/base/defined.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import type { ExecutionResult } from "../../src/runs/result.ts";
import { openShop } from "./shop.ts";

/** A program as a model writes it, and what a user would want of it. What is left out is not compared. */
export interface ProgramCase {
  readonly id: string;
  /** Several programs are one session of their own; all but the last complete. */
  readonly program: string | readonly string[];
  /** The program runs in the session of all such cases. */
  readonly isShared?: boolean;
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

/** Cases that go by the beginning of their text. */
export function titled(rows: readonly Omit<ProgramCase, "id">[]): readonly ProgramCase[] {
  return rows.map((row) => Object.assign({ id: [row.program].flat().join("; ").slice(0, 80) }, row));
}

/**
 * The same cases in one interpreter, since starting one takes longer than most programs run.
 *
 * @param alone ids of those that go by what no program has defined, imported or counted before
 */
export function inOneSession(rows: readonly ProgramCase[], alone: readonly string[]): readonly ProgramCase[] {
  return rows.map((row) => ({ ...row, isShared: !alone.includes(row.id) }));
}

/** Makes a test of each case. All share one executor over the shop and the skills in folders, if there are any. */
export function testPrograms(
  language: "typescript" | "python",
  cases: readonly ProgramCase[],
  directories: readonly string[] = [],
): void {
  const shop = openShop();
  const codemode = createCodemode({ tools: { shop: shop.tools }, skills: { directories } });
  beforeAll(async () => {
    await codemode.executor.setup();
    // The first program of all may have to make the image of the interpreter.
    await codemode.executor.execute("1", { language });
  }, 180_000);
  afterAll(() => codemode.close());

  test.each(cases)("$id", async (row) => {
    shop.written.length = 0;
    const result = await runAll(codemode, row, language);
    const problems = [...outcomeProblems(result, row), ...honestyProblems(result, row)];
    expect(problems.length === 0 ? [] : [...problems, result.text]).toEqual([]);
    expect(shop.written).toEqual(row.writes ?? []);
  });
}

async function runAll(
  { executor }: Codemode,
  { id, program, isShared }: ProgramCase,
  language: "typescript" | "python",
): Promise<ExecutionResult> {
  const [first, ...more] = typeof program === "string" ? [program] : program;
  const sessionId = more.length > 0 ? id : isShared === true ? "shared" : undefined;
  const session = defined({ sessionId });
  let result = await executor.execute(first ?? "", { language, ...session });
  for (const next of more) {
    if (result.error !== null) throw new Error(`An earlier program failed: ${result.text}`);
    result = await executor.execute(next, { language, ...session });
  }
  return result;
}

/** How a result differs from what a case wants, as sentences. */
function outcomeProblems({ error, text, value, stdout }: ExecutionResult, row: ProgramCase): readonly string[] {
  const ended = error === null ? "completed" : `${error.code} in line ${error.line ?? null}`;
  const wanted = row.fails === undefined ? "completed" : `${row.fails[0]} in line ${row.fails[1]}`;
  const lacks = (words: string | RegExp): boolean =>
    typeof words === "string" ? !text.includes(words) : !words.test(text);
  return [
    ...(ended === wanted ? [] : [`It is ${ended}, not ${wanted}.`]),
    ...("value" in row && !isDeepStrictEqual(value, row.value) ? [`Its value is ${JSON.stringify(value)}.`] : []),
    ...(row.stdout === undefined || row.stdout === stdout ? [] : [`It prints ${JSON.stringify(stdout)}.`]),
    ...(row.says ?? []).filter(lacks).map((words) => `The text does not say ${String(words)}.`),
    ...(row.mustNotSay ?? []).filter((words) => !lacks(words)).map((words) => `The text says ${String(words)}.`),
  ];
}

/** What holds for every program, whatever it is, and does not for this one. */
function honestyProblems(result: ExecutionResult, { honest }: ProgramCase): readonly string[] {
  const { error, toolCalls, notes } = result;
  if (error?.code === "syntax_error" || error?.code === "type_error")
    return toolCalls.length === 0 ? [] : ["It was refused after it had called tools."];
  if (error !== null) return [];
  const isTold = notes.some((note) => note.includes("cancelled"));
  const isInDoubt = toolCalls.some(({ status }) => status === "in_doubt");
  const inDoubt = isInDoubt && !isTold ? ["A call ended in doubt."] : [];
  const isOpen = honest === true || notes.length > 0;
  return isOpen ? inDoubt : [...inDoubt, ...silenceProblems(result)];
}

function silenceProblems({ value, stdout, stderr, toolCalls }: ExecutionResult): readonly string[] {
  if (value !== null) return holdsNothing(value) ? ["Its value holds {} or null without a note."] : [];
  const hasTrace = toolCalls.length > 0 || stdout !== "" || stderr !== "";
  return hasTrace ? [] : ["It left no trace, and no note says why."];
}

/** Whether a value is or holds an empty object, null, or an object that was made text. */
function holdsNothing(value: unknown): boolean {
  if (typeof value === "string") return value.includes("[object ");
  if (typeof value !== "object") return false;
  if (value === null) return true;
  const parts = Object.values(value);
  return (parts.length === 0 && !Array.isArray(value)) || parts.some(holdsNothing);
}
