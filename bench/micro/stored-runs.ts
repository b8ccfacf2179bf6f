import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createCodemode } from "codemode";
import { SqliteRunStore } from "../../src/runs/journal/sqlite-run-store.ts";
import type { JournalEvent } from "../../src/runs/journal/run-store.ts";
import { measureTogether } from "./measure.ts";
import type { Measurement } from "./report.ts";

const CHILD = fileURLToPath(new URL("./parked-child.js", import.meta.url));
const RUNS = 10_000;
/** Every tenth waits for an approval, and every hundredth is of the same session. */
const SHARES = { parked: 10, session: 100 } as const;
const ROUNDS = 30;

/** Lists and shows among many stored runs, and what runs that wait cost the process. */
export async function measureStoredRuns(): Promise<Measurement[]> {
  const stateDir = mkdtempSync(join(tmpdir(), "codemode-bench-"));
  try {
    await fill(stateDir);
    const codemode = createCodemode({ stateDir });
    const { runs } = codemode.executor;
    const common = { rounds: ROUNDS, promise: 50 };
    const lists = [
      { name: "list", query: {}, total: RUNS },
      { name: "list of a session", query: { session: "work" }, total: RUNS / SHARES.session },
      { name: "list of the suspended", query: { status: "suspended" }, total: RUNS / SHARES.parked },
      { name: "list of a client", query: { client: "ada" }, total: RUNS / 2 },
      { name: "list of what is older", query: { before: idOf(RUNS / 2) }, total: RUNS },
    ] as const;
    const measured = await measureTogether([
      ...lists.map(({ name, query, total }) => ({
        name: `${name} among ${RUNS} runs`,
        answer: [20, total],
        run: async (): Promise<unknown> => {
          const listed = await runs.list(query);
          return [listed.runs.length, listed.total];
        },
        rounds: ROUNDS,
        promise: 50,
      })),
      {
        name: `show of one among ${RUNS} runs`,
        answer: 8,
        run: async (): Promise<unknown> => (await runs.get(idOf(4_321))).events.length,
        ...common,
      },
      {
        name: `history of ${RUNS} runs`,
        answer: 20,
        run: async () => (await codemode.executor.history(20)).length,
        ...common,
      },
    ]);
    await codemode.close();
    return [...measured, ...(await measureParked())];
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** In a process that has done nothing else, so that its memory is theirs. */
async function measureParked(): Promise<Measurement[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", CHILD]);
  const measurements: Measurement[] = JSON.parse(stdout);
  return measurements;
}

function idOf(index: number): string {
  return `run_${String(index).padStart(20, "0")}`;
}

/** Runs of three calls with texts of some size, as programs leave them. */
async function fill(directory: string): Promise<void> {
  const store = await SqliteRunStore.open({ directory });
  const now = Date.now() - RUNS;
  const text = "What a tool has answered. ".repeat(20);
  for (let index = 0; index < RUNS; index += 1) {
    const [runId, startedAt] = [idOf(index), now + index];
    const session = index % SHARES.session === 7 ? "work" : null;
    const client = index % 2 === 0 ? { client: "ada" } : {};
    await store.submit({ runId, language: "typescript", code: text, session, startedAt, ...client });
    const lease = await store.claim(runId, "bench", 2_000);
    if (lease === null) throw new Error("The run is held.");
    const body = JSON.stringify(text);
    const events = [1, 2, 3].flatMap((callId): JournalEvent[] => [
      { seq: callId * 2, type: "call", at: startedAt, callId, facts: '{"tool":"host__echo"}', body: '{"i":1}' },
      {
        seq: callId * 2 + 1,
        type: "result",
        at: startedAt,
        callId,
        facts: '{"tool":"host__echo","status":"ok"}',
        body,
      },
    ]);
    await store.append(lease, [{ seq: 1, type: "start", at: startedAt, facts: "{}", body }, ...events]);
    const outcome = { durationMs: 3, toolCalls: 3, result: JSON.stringify(resultOf(runId, text)) };
    const last = { seq: 8, at: startedAt, facts: '{"for":"decision"}' };
    if (index % SHARES.parked === 3)
      await store.park(lease, { ...last, type: "wait", body: "[]" }, { pending: 1, ...outcome });
    else await store.finish(lease, { status: "completed", endedAt: startedAt, ...outcome }, [{ ...last, type: "end" }]);
  }
  await store.close();
}

function resultOf(runId: string, text: string): object {
  const lists = { notes: [], toolCalls: [], artifacts: [], pending: [], content: [] };
  return {
    runId,
    status: "completed",
    value: text,
    text,
    stdout: "",
    stderr: "",
    error: null,
    durationMs: 3,
    ...lists,
  };
}
