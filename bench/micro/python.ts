import assert from "node:assert/strict";
import { createCodemode, defineTool, type Codemode } from "codemode";
import { measureAlone, measureTimes } from "./measure.ts";
import type { Measurement } from "./report.ts";

const echo = defineTool({
  name: "echo",
  description: "Echoes.",
  inputSchema: { type: "object" },
  execute: (args) => args,
});

const SEQUENTIAL = "n = 0\nfor i in range(1000):\n    n += (await host.echo(i=i))['i']\nn";
const GATHERED =
  "import asyncio\nsum(each['i'] for each in await asyncio.gather(*(host.echo(i=i) for i in range(1000))))";
const STARTS = 5;

function open(spareSandboxes?: number): Codemode {
  return createCodemode({
    tools: { host: [echo] },
    limits: { toolCalls: 1_000_000 },
    executor: spareSandboxes === undefined ? {} : { spareSandboxes },
  });
}

async function valueOf(codemode: Codemode, code: string, sessionId?: string): Promise<unknown> {
  const { value, error } = await codemode.executor.execute(code, {
    language: "python",
    ...(sessionId === undefined ? {} : { sessionId }),
  });
  if (error !== null) throw new Error(error.message);
  return value;
}

/** Python programs: in one warm session, and from the image or the warm pool where each is the first of its sandbox. */
export async function measurePython(): Promise<Measurement[]> {
  return [...(await measureStarts()), ...(await measureSession())];
}

async function measureSession(): Promise<Measurement[]> {
  await using codemode = open(0);
  const results: Measurement[] = [];
  for (const { code, ...workload } of [
    { name: "Python: trivial program in one session", code: "1 + 1", answer: 2, rounds: 200, promise: 3 },
    { name: "Python: 1,000 host calls in sequence", code: SEQUENTIAL, answer: 499_500, rounds: 10, promise: 200 },
    { name: "Python: 1,000 host calls gathered", code: GATHERED, answer: 499_500, rounds: 10, promise: 250 },
  ]) {
    results.push(await measureAlone({ ...workload, run: () => valueOf(codemode, code, "bench") }));
  }
  return results;
}

async function measureStarts(): Promise<Measurement[]> {
  // Makes the image, which belongs to no figure.
  await firstProgram();
  const fromImage: number[] = [];
  for (let round = 0; round < STARTS; round += 1) fromImage.push(await firstProgram());
  return [
    measureTimes("Python: first program, from the image", fromImage, 1_200),
    measureTimes("Python: first program of a sandbox, from the warm pool", await pooledPrograms(), 50),
  ];
}

async function firstProgram(): Promise<number> {
  await using codemode = open(0);
  return await timed(codemode);
}

/** The pool is refilled between programs, while nobody waits. */
async function pooledPrograms(): Promise<readonly number[]> {
  await using codemode = open();
  await timed(codemode);
  const times: number[] = [];
  for (let round = 0; round < STARTS * 2; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, REFILL_MS));
    times.push(await timed(codemode));
  }
  return times;
}

const REFILL_MS = 3_000;

async function timed(codemode: Codemode): Promise<number> {
  const started = performance.now();
  const value = await valueOf(codemode, "1 + 1");
  const tookMs = performance.now() - started;
  assert.equal(value, 2);
  return tookMs;
}
