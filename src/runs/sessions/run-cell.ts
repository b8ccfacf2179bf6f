import { defined } from "../../base/defined.ts";
import type { JsonValue } from "../../base/json.ts";
import type { CellOutcome, OutputChunk } from "../../engines/engine.ts";
import type { Program, ReachedSkills } from "../../languages/program.ts";
import { assertShallow } from "../assert-shallow.ts";
import { placeNotes } from "../fault-error.ts";
import type { Run } from "../run.ts";
import { type ScriptSurroundings, setupSource } from "../skills/script-setup.ts";
import type { LanguageRuntime } from "./language-runtimes.ts";
import { type LentSession, SESSION_LOST } from "./session-pool.ts";

/** A program on its way through a run. */
export interface PreparedProgram {
  readonly program: Program;
  readonly skills: ReachedSkills;
}

/** A sandbox for a run, of its session where it has one; what runs it releases it. */
export async function lend(run: Run, { engine, sessions }: LanguageRuntime, sessionId?: string): Promise<LentSession> {
  const { limits, depth, clock, host } = run;
  // A client is known by where its results are kept.
  const { artifacts } = run.root;
  const borrower = { signal: clock.signal, client: artifacts, holder: artifacts.holder };
  const lending =
    depth === 0
      ? sessions.lend(sessionId, borrower)
      : host.skillPlaces.lend(engine, depth, { ...borrower, memoryBytes: limits.memoryBytes });
  const name = sessionId === undefined ? "a sandbox" : `the session "${sessionId}"`;
  try {
    const lent = await clock.wait(name, lending);
    if (lent.wasReset) run.record.notes.push(SESSION_LOST);
    return lent;
  } catch (thrown) {
    // It may come later still, and then nothing is left to use it.
    void lending.then((late) => late.release()).catch(() => {});
    throw thrown;
  }
}

/** Runs the program of a run in a sandbox, after what is set up there before it. Throws when the run has ended. */
export async function runCell(
  run: Run,
  { sandbox, isAlone }: LentSession,
  {
    program,
    skills,
    setup,
    output,
  }: PreparedProgram & { readonly setup?: ScriptSurroundings; readonly output: (chunk: OutputChunk) => void },
): Promise<CellOutcome> {
  const { clock, door, journal, guest } = run;
  const { signal } = clock;
  const namespaces = run.host.namespaces.of(run.catalog);
  const host = { call: door.answer.bind(door), output, signal };
  const { logBytes, valueBytes, toolResultBytes: argumentBytes } = run.limits;
  const limits = { timeMs: clock.leftMs, logBytes, valueBytes, argumentBytes };
  const repeatable = defined({ repeatable: journal?.repeatable?.(guest) });
  if (setup !== undefined) {
    const source = setupSource(run.language, setup);
    const ready = await sandbox.run({ source, filename: "setup", namespaces, limits, ...repeatable }, host);
    if (ready.kind !== "finished") return ended(run, ready);
  }
  signal.throwIfAborted();
  const modules = new Map([...program.modules(run.catalog), ...skills.modules]);
  const cell = {
    ...program.cell,
    modules,
    namespaces,
    limits,
    ...repeatable,
    isAlone: isAlone && setup === undefined,
  };
  return placeNotes(ended(run, await sandbox.run(cell, host)), program);
}

/** The deadline is the run's own, and so is the error, whichever clock was read first. */
function ended({ record, clock }: Run, outcome: CellOutcome): CellOutcome {
  const { bytesDropped } = outcome.output;
  if (bytesDropped > 0) record.notes.push(`${bytesDropped} bytes of output past the limit (logBytes) were dropped.`);
  if (outcome.kind === "stopped" && outcome.code === "time_limit") clock.end(clock.timeUp());
  if (outcome.kind === "stopped") clock.signal.throwIfAborted();
  return record.endedAs(outcome);
}

/** Value of a finished program; what its sandbox noticed goes to the notes of the run. */
export function cellValue(
  { record }: Run,
  { valueJson, notes }: Extract<CellOutcome, { kind: "finished" }>,
): JsonValue {
  record.notes.push(...notes);
  assertShallow(valueJson);
  const value: JsonValue = JSON.parse(valueJson);
  return value;
}
