import { performance } from "node:perf_hooks";
import type { Catalog } from "../catalog/catalog.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { Limits } from "../engines/limits.ts";
import type {
  CellOutcome,
  GuestFault,
  GuestLanguage,
  NamespaceTable,
  OutputChunk,
  SandboxSession,
} from "../engines/engine.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import type { Validator } from "../schema/validator.ts";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import { CallBudget } from "./call-budget.ts";
import { faultToError } from "./fault-error.ts";
import { CallGate } from "./gate.ts";
import { GuestServices } from "./guest-services.ts";
import type { NamespaceTables } from "../languages/namespace-tables.ts";
import type { Policy } from "./policy.ts";
import type { LanguageFrontEnd, Program } from "../languages/program.ts";
import type { RunEvents } from "./run-events.ts";
import type { RunRecorder } from "./run-recorder.ts";
import { mentionedServers, mentionedSkills, type Mentions } from "../languages/mentions.ts";
import { NestedRuns } from "./skills/nested-runs.ts";
import { NO_SKILLS, type ReachedSkills } from "../languages/program.ts";
import { reachSkills } from "./skills/reach-skills.ts";
import { setupSource } from "./skills/script-setup.ts";
import type { SkillLibrary } from "./skills/skill-library.ts";
import type { SkillPlaces } from "./skills/skill-places.ts";
import { SkillService } from "./skills/skill-service.ts";
import type { LanguageRuntime } from "./sessions/language-runtimes.ts";
import type { LentSession, SessionPool } from "./sessions/session-pool.ts";

/** What all runs of one executor share. */
export interface RunEnvironment {
  readonly registry: ToolRegistry;
  readonly validator: Validator;
  readonly policy: Policy;
  readonly artifacts: ArtifactStore;
  readonly frontEnd: LanguageFrontEnd;
  readonly sessions: SessionPool;
  readonly namespaces: NamespaceTables;
  readonly skills: SkillLibrary;
  readonly skillPlaces: SkillPlaces;
  /** The runtimes and limits of all languages, for skills. */
  readonly runtime: (language: GuestLanguage) => Promise<LanguageRuntime>;
  readonly limits: (language: GuestLanguage) => Limits;
}

/** One program to run. */
export interface RunRequest {
  readonly code: string;
  readonly sessionId: string | undefined;
  /** Name and arguments of the program; absent when nobody gave any. */
  readonly argv: readonly string[] | undefined;
  readonly limits: Limits;
  readonly typeCheck: boolean;
  /** Ends the run; its reason is a `CodemodeError`. */
  readonly controller: AbortController;
  readonly events: RunEvents;
}

/** Other requests of a guest (search, describe, …) allowed for each tool call allowed. */
const SERVICE_CALLS_PER_TOOL_CALL = 10;

/** Takes one program from its text to its value. Throws `CodemodeError` when it fails; what happened on the way goes to the recorder. */
export async function runProgram(
  environment: RunEnvironment,
  request: RunRequest,
  recorder: RunRecorder,
): Promise<void> {
  const { registry, frontEnd, sessions } = environment;
  const { controller, sessionId } = request;
  const deadline = performance.now() + request.limits.timeMs;
  const program = await prepare(frontEnd, request);
  const skills = await reach(environment, program.mentions, request.limits);
  const touched = mentionedServers(program.mentions, registry.catalog(), skills.tools).map(({ name }) => name);
  await registry.ready(touched, { signal: controller.signal });
  controller.signal.throwIfAborted();
  const lent = await sessions.lend(sessionId, controller.signal);
  try {
    if (lent.wasReset)
      recorder.note(
        "The session starts empty: its earlier state was lost when a program was stopped or room was made.",
      );
    await runInSession(environment, { ...request, program, lent, skills, deadline }, recorder);
  } finally {
    await lent.release();
  }
}

/** Programs that mention no skill do not open their directories. */
async function reach(
  { skills, frontEnd }: RunEnvironment,
  mentions: Mentions,
  { skillDepth }: Limits,
): Promise<ReachedSkills> {
  if (!skills.hasDirectories || mentionedSkills(mentions).size === 0) return NO_SKILLS;
  return reachSkills(await skills.own(), { mentions, language: frontEnd.language }, skillDepth);
}

async function prepare(frontEnd: LanguageFrontEnd, { code, limits, controller }: RunRequest): Promise<Program> {
  const bytes = Buffer.byteLength(code);
  if (bytes > limits.codeBytes) {
    throw new CodemodeError(
      "code_too_large",
      `The program is ${bytes} bytes long; at most ${limits.codeBytes} are taken.`,
      {
        hint: "Pass data through tools or artifacts instead of writing it into the program.",
      },
    );
  }
  return frontEnd.prepare(code, controller.signal);
}

interface SessionRun extends RunRequest {
  readonly program: Program;
  readonly lent: LentSession;
  readonly skills: ReachedSkills;
  /** When it is out of time, as `performance.now()` tells it. */
  readonly deadline: number;
}

async function runInSession(environment: RunEnvironment, run: SessionRun, recorder: RunRecorder): Promise<void> {
  const { program, lent, limits, controller } = run;
  const catalog = environment.registry.catalog();
  const { signal } = controller;
  const context = {
    catalog,
    sessionNames: new Set([...lent.names, ...(run.argv === undefined ? [] : ["argv"])]),
    typeCheck: run.typeCheck,
    signal,
    skills: run.skills,
  };
  for (const note of await program.check(context)) recorder.note(note);
  signal.throwIfAborted();
  const budget = callBudget(limits, controller);
  const gate = new CallGate({
    ...environment,
    catalog,
    budget,
    toolResultBytes: limits.toolResultBytes,
    signal,
    events: run.events,
  });
  const namespaces = environment.namespaces.of(catalog);
  const services = new GuestServices({
    ...environment,
    skills: skillService(environment, run, { gate, catalog, namespaces, recorder }),
    language: environment.frontEnd.language,
    gate,
    catalog,
    serviceCalls: limits.toolCalls * SERVICE_CALLS_PER_TOOL_CALL,
    toolResultBytes: limits.toolResultBytes,
    signal,
  });
  try {
    const outcome = await runCell(lent.sandbox, {
      run,
      namespaces,
      catalog,
      services,
      recorder,
    });
    for (const name of program.declares) lent.names.add(name);
    if (budget.exhausted) throw callLimit(budget);
    await settle(outcome, { program, known: { catalog, results: gate.results }, recorder });
  } finally {
    recorder.take(gate, services);
    controller.abort(new CodemodeError("cancelled", "The run has ended."));
  }
}

function skillService(
  environment: RunEnvironment,
  { deadline, controller, limits }: SessionRun,
  {
    gate,
    catalog,
    namespaces,
    recorder,
  }: {
    readonly gate: CallGate;
    readonly catalog: Catalog;
    readonly namespaces: NamespaceTable;
    readonly recorder: RunRecorder;
  },
): SkillService {
  const { skills, skillPlaces: places, runtime, validator } = environment;
  const open = (): ReturnType<SkillLibrary["own"]> => skills.own();
  const runs = new NestedRuns({
    open,
    runtime,
    limits: environment.limits,
    places,
    catalog,
    namespaces,
    deadline,
    signal: controller.signal,
    output: (chunk) => recorder.output(chunk),
    note: (sentence) => recorder.note(sentence),
  });
  return new SkillService({ library: skills, runs, validator, skillDepth: limits.skillDepth }, { depth: 0, gate });
}

function callBudget(limits: Limits, controller: AbortController): CallBudget {
  const budget: CallBudget = new CallBudget({ ...limits, onExhausted: () => controller.abort(callLimit(budget)) });
  return budget;
}

interface CellRun {
  readonly run: SessionRun;
  readonly catalog: Catalog;
  readonly namespaces: NamespaceTable;
  readonly services: GuestServices;
  readonly recorder: RunRecorder;
}

async function runCell(
  sandbox: SandboxSession,
  { run, catalog, namespaces, services, recorder }: CellRun,
): Promise<CellOutcome> {
  const { program, limits, controller } = run;
  const cell = {
    ...program.cell,
    modules: new Map([...program.modules(catalog), ...run.skills.modules]),
    namespaces,
    isAlone: run.sessionId === undefined,
    limits: {
      timeMs: limits.timeMs,
      logBytes: limits.logBytes,
      valueBytes: limits.valueBytes,
      argumentBytes: limits.toolResultBytes,
    },
  };
  const host = {
    call: services.answer.bind(services),
    output: (chunk: OutputChunk) => recorder.output(chunk),
    signal: controller.signal,
  };
  if (run.argv !== undefined) {
    const source = setupSource(services.language, { argv: run.argv });
    const setUp = await sandbox.run({ source, filename: "setup", namespaces, limits: cell.limits }, host);
    if (setUp.kind !== "finished") return setUp;
  }
  return sandbox.run(cell, host);
}

async function settle(
  outcome: CellOutcome,
  {
    program,
    known,
    recorder,
  }: { program: Program; known: Parameters<NonNullable<Program["explain"]>>[1]; recorder: RunRecorder },
): Promise<void> {
  const { bytesDropped } = outcome.output;
  if (bytesDropped > 0) recorder.note(`${bytesDropped} bytes of output past the limit (logBytes) were dropped.`);
  if (outcome.kind === "finished") {
    recorder.finish(outcome.valueJson, outcome.notes);
    return;
  }
  if (outcome.kind === "stopped") throw new CodemodeError(outcome.code, outcome.message, { hint: outcome.hint });
  const account = await explain(outcome.fault, program, known);
  if (CodemodeError.is(account)) throw account;
  const fault = account === undefined ? outcome.fault : { ...outcome.fault, hint: account };
  throw await faultToError(fault, (place) => program.toUserPosition(place));
}

/** A place that cannot be told is no reason to hide the error. */
async function explain(
  fault: GuestFault,
  program: Program,
  known: Parameters<NonNullable<Program["explain"]>>[1],
): Promise<CodemodeError | string | undefined> {
  return program.explain?.(fault, known).catch(() => undefined);
}

function callLimit(budget: CallBudget): CodemodeError {
  return new CodemodeError("call_limit", `The program asked for more than ${budget.limit} tool calls.`, {
    hint: "Ask for less in one program, or raise the limit toolCalls in the configuration.",
  });
}
