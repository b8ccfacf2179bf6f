import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCodemode, defineTool } from "codemode";
import { measureTimes } from "./measure.ts";
import type { Measurement } from "./report.ts";

const CALLS = 5_000;
const ROUNDS = 5;
const SUM = (CALLS * (CALLS - 1)) / 2;

const PROGRAMS = {
  typescript: `let n = 0; for (let i = 0; i < ${CALLS}; i++) n += (await host.echo({ i })).i; await host.send({}); n`,
  python: `n = 0\nfor i in range(${CALLS}):\n    n += (await host.echo({"i": i}))["i"]\nawait host.send({})\nn`,
} as const;

/** A run that has made many calls and waits for an approval, gone on with by an executor that has not seen it before. */
export async function measureReplay(): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const language of ["typescript", "python"] as const) {
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) times.push(await resumeOnce(language));
    // The first also loads what a process loads once.
    measured.push(measureTimes(`repeating ${CALLS} recorded calls, ${language}`, times.slice(1), 1_000));
  }
  return measured;
}

async function resumeOnce(language: keyof typeof PROGRAMS): Promise<number> {
  const stateDir = mkdtempSync(join(tmpdir(), "codemode-bench-"));
  let made = 0;
  const open = (): ReturnType<typeof createCodemode> => {
    const echo = defineTool({
      name: "echo",
      description: "Echoes.",
      annotations: { readOnlyHint: true },
      inputSchema: { type: "object" },
      execute: (args) => {
        made += 1;
        return args;
      },
    });
    const send = defineTool({ name: "send", description: "Sends.", inputSchema: { type: "object" }, execute: () => 1 });
    const limits = { toolCalls: 1_000_000, timeMs: 120_000 };
    return createCodemode({ tools: { host: [echo, send] }, policy: { preset: "ask-writes" }, limits, stateDir });
  };
  try {
    const first = open();
    const { runId, status } = await first.executor.execute(PROGRAMS[language], { language, typeCheck: false });
    assert.equal(status, "suspended");
    await first.close();
    const second = open();
    await second.executor.execute("1", { language });
    assert.equal(made, CALLS);
    const started = performance.now();
    const result = await second.executor.runs.decide(runId, [{ callId: "all", decision: "approve" }]);
    const took = performance.now() - started;
    await second.close();
    assert.deepEqual([result.value, made], [SUM, CALLS], JSON.stringify(result.error));
    return took;
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}
