import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CodemodeOptions, createCodemode, defineTool } from "codemode";
import { measureTogether } from "./measure.ts";
import { measureReplay } from "./replay.ts";
import type { Measurement } from "./report.ts";
import { measureStoredRuns } from "./stored-runs.ts";

const CALLS = 10_000;
const PROGRAM = `let n = 0; for (let i = 0; i < ${CALLS}; i++) n += (await host.echo({ i })).i; n`;
const SUM = (CALLS * (CALLS - 1)) / 2;

const tools = {
  host: [
    defineTool({ name: "echo", description: "Echoes.", inputSchema: { type: "object" }, execute: (args) => args }),
  ],
};

/** What the journal costs: recording, repeating what was recorded, finding it among many runs, and parked runs. */
export async function measureJournal(): Promise<Measurement[]> {
  return [...(await measureRecording()), ...(await measureReplay()), ...(await measureStoredRuns())];
}

/** Programs with ten thousand calls and with none, unrecorded, in memory and in SQLite. */
async function measureRecording(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), "codemode-bench-"));
  const stores: Readonly<Record<string, Pick<CodemodeOptions, "store" | "stateDir">>> = {
    none: { store: { journal: "none" } },
    memory: { store: { journal: "memory" } },
    sqlite: { store: { journal: "sqlite" }, stateDir: directory },
  };
  const opened = Object.entries(stores).map(([name, settings]) => {
    const limits = { toolCalls: 1_000_000 };
    return { name, codemode: createCodemode({ tools, limits, ...settings }) };
  });
  try {
    const calls = await measureTogether(
      opened.map(({ name, codemode }) =>
        workload(`${CALLS} calls, journal ${name}`, codemode, { code: PROGRAM, answer: SUM, rounds: 7 }),
      ),
    );
    const trivial = await measureTogether(
      opened.map(({ name, codemode }) =>
        workload(`no call, journal ${name}`, codemode, { code: "1 + 1", answer: 2, rounds: 200 }),
      ),
    );
    const [none, memory, sqlite] = calls;
    return [...calls, ...trivial, perCall("memory", memory, none), perCall("SQLite", sqlite, none)];
  } finally {
    for (const { codemode } of opened) await codemode.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function workload(
  name: string,
  { executor }: ReturnType<typeof createCodemode>,
  { code, answer, rounds }: { readonly code: string; readonly answer: number; readonly rounds: number },
): Parameters<typeof measureTogether>[0][number] {
  const run = async (): Promise<unknown> => {
    const { value, error } = await executor.execute(code, { typeCheck: false });
    if (error !== null) throw new Error(error.message);
    return value;
  };
  return { name, answer, rounds, run };
}

/** The difference between a journal and none, for one call. */
function perCall(journal: string, recorded: Measurement | undefined, none: Measurement | undefined): Measurement {
  if (none === undefined || recorded === undefined) throw new Error("There is nothing to compare.");
  const { median, p95, least, samples } = recorded;
  return {
    name: `recording one call in ${journal}`,
    median: (median - none.median) / CALLS,
    p95: (p95 - none.p95) / CALLS,
    least: (least - none.least) / CALLS,
    samples,
    promise: 0.3,
  };
}
