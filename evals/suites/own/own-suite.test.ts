import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RecordedCall } from "../../harness/recorded-call.ts";
import { Stage, type TaskRecord, WAYS } from "../../harness/perform.ts";
import type { Task } from "../../harness/suite.ts";
import { OWN_SUITE } from "./own-suite.ts";

const MINUTES = 60_000;
const records = new Map<string, TaskRecord>();
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open(OWN_SUITE);
  for (const task of OWN_SUITE.tasks) records.set(task.id, await stage.record(task));
}, 8 * MINUTES);

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const recordOf = ({ id }: Task): TaskRecord => {
  const record = records.get(id);
  if (record === undefined) throw new Error(`no record of ${id}`);
  return record;
};

/** The steps of a task without one call. */
const without = (steps: TaskRecord["calls"]["typescript"], left: RecordedCall) =>
  steps.map((calls) => calls.filter((call) => call !== left));

test("there are forty tasks of twenty templates, and half a dozen templates that one call or none answers", () => {
  expect(OWN_SUITE.tasks).toHaveLength(40);
  expect(new Set(OWN_SUITE.tasks.map(({ template }) => template)).size).toBe(20);
});

describe.each(OWN_SUITE.tasks.map((task) => [task.id, task] as const))("%s", (_id, task) => {
  test("ends as wanted in every arm, and in the same state", () => {
    const { ways, rejected } = recordOf(task);
    expect(rejected).toBeUndefined();
    expect(WAYS.map((way) => [way, ways[way].verdict])).toEqual(WAYS.map((way) => [way, undefined]));
  });

  test(
    "is refused as it began, and without any one of the calls that write",
    async () => {
      const { calls } = recordOf(task);
      const call = (tool: string, args: RecordedCall["args"]) => stage.plain.call(tool, args);
      const untouched = await stage.replay(task, { steps: [], answers: [], call });
      const writes = (steps: typeof calls.typescript) =>
        steps.flat().filter(({ tool, args }) => OWN_SUITE.writes(tool, args));
      expect(untouched.verdict === undefined).toBe(writes(calls.typescript).length === 0);
      const programs = [calls.typescript, ...(sameCalls(calls) ? [] : [calls.python])];
      for (const steps of programs) {
        for (const left of writes(steps)) {
          const { verdict } = await stage.replay(task, { steps: without(steps, left), answers: [], call });
          expect(verdict).toMatch(/are not the wanted ones/);
        }
      }
    },
    2 * MINUTES,
  );
});

function sameCalls({ typescript, python }: TaskRecord["calls"]): boolean {
  const plain = (steps: typeof typescript): string =>
    JSON.stringify(
      steps.map((calls) =>
        calls.map(({ tool, args }) => [tool, Object.entries(args).toSorted(([a], [b]) => a.localeCompare(b))]),
      ),
    );
  return plain(typescript) === plain(python);
}
