import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { createValidator, type Validator } from "../schema/validator.ts";
import { defaultLimits, type Limits, parseLimits } from "../engines/limits.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import { CallBudget } from "../runs/call-budget.ts";
import type { ExecutionHooks, ExecutionStream } from "../runs/events.ts";
import { createExecutionStream } from "../runs/execution-stream.ts";
import { type EngineOptions, LanguageRuntimes } from "../runs/sessions/language-runtimes.ts";
import { CallGate, type GateCallOptions } from "../runs/gate.ts";
import { ExecutionHistory, type HistoryEntry } from "../runs/history.ts";
import type { Policy } from "../runs/policy.ts";
import type { ExecutionResult } from "../runs/result.ts";
import { listHooks, RunEvents } from "../runs/run-events.ts";
import { mentionedServers, type Mentions } from "../languages/mentions.ts";
import { RunRecorder } from "../runs/run-recorder.ts";
import { NamespaceTables } from "../languages/namespace-tables.ts";
import { runProgram } from "../runs/run-program.ts";
import { createSkillCheck } from "../runs/skills/check-skill.ts";
import { SkillLibrary, type SkillSettings } from "../runs/skills/skill-library.ts";
import {
  runSkillProgram,
  showSkillCall,
  type SkillCall,
  type SkillRun,
  toSkillRun,
} from "../runs/skills/run-skill-program.ts";
import { SkillPlaces } from "../runs/skills/skill-places.ts";

/** How programs run. */
export interface ExecutorOptions extends EngineOptions {
  /** Overrides of the default limits, in their own units. */
  readonly limits?: Partial<Limits>;
  /** Which tools may be called. @default everything */
  readonly policy?: Policy;
  /** Check types before a TypeScript program runs. @default true */
  readonly typeCheck?: boolean;
  /** Where skills are kept. @default nowhere */
  readonly skills?: SkillSettings;
  /** Hear what happens in every run, in this order and before the hooks of the run itself. */
  readonly hooks?: ExecutionHooks | readonly ExecutionHooks[];
}

/** How one program runs. */
export interface ExecuteOptions {
  /** @default "typescript" */
  readonly language?: GuestLanguage;
  /** Keeps variables between programs of the same id; without it each program starts empty. */
  readonly sessionId?: string;
  /** Overrides the limit `timeMs`. */
  readonly timeoutMs?: number;
  /** Overrides the executor's `typeCheck`. */
  readonly typeCheck?: boolean;
  /** Name and arguments of the program: `sys.argv` in Python, the global `argv` in TypeScript. */
  readonly argv?: readonly string[];
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Who reads `text`: for a model, long parts are kept aside as artifacts. @default "program" */
  readonly reader?: "model" | "program";
  /** Where long results are kept, so that callers can be kept apart. @default the executor's own store */
  readonly artifacts?: ArtifactStore;
  /** Hear what happens in the run, in this order. */
  readonly hooks?: ExecutionHooks | readonly ExecutionHooks[];
}

/** How a skill runs. */
export type RunSkillOptions = Omit<ExecuteOptions, "language" | "typeCheck" | "sessionId" | "argv">;

/** Saving a skill waits this long at most for the servers it mentions. */
const SAVE_WAIT_MS = 10_000;

interface RunProgram {
  readonly code: string;
  /** What is told of a program that only runs a skill. */
  readonly skill?: { readonly text: string; readonly call: SkillRun };
}

/**
 * Runs programs that compose the tools of a registry.
 *
 * The caller closes it (or uses `await using`); the registry is the caller's too.
 */
export class CodeModeExecutor {
  /** Where the tools come from. */
  readonly registry: ToolRegistry;
  /** Long results kept aside; shared by all runs. */
  readonly artifacts: ArtifactStore = new ArtifactStore();
  readonly #limits: Partial<Limits>;
  readonly #policy: Policy;
  readonly #typeCheck: boolean;
  readonly #hooks: readonly ExecutionHooks[];
  readonly #validator: Validator = createValidator();
  readonly #runtimes: LanguageRuntimes;
  readonly #namespaces = new NamespaceTables();
  /** The skills, opened when they are first needed. */
  readonly skills: SkillLibrary;
  readonly #skillPlaces = new SkillPlaces();
  readonly #history = new ExecutionHistory();
  readonly #running = new Map<string, AbortController>();
  #closed = false;

  constructor(registry: ToolRegistry, options: ExecutorOptions = {}) {
    this.registry = registry;
    this.#limits = options.limits ?? {};
    this.#policy = options.policy ?? {};
    this.#typeCheck = options.typeCheck ?? true;
    this.#hooks = listHooks(options.hooks);
    for (const language of ["typescript", "python"] as const) this.limits(language);
    this.#runtimes = new LanguageRuntimes(options, (language) => this.limits(language));
    this.skills = new SkillLibrary(options.skills ?? {}, {
      skillDepth: this.limits("typescript").skillDepth,
      cacheDirectory: options.cacheDirectory,
      check: createSkillCheck({
        runtime: (language) => this.#runtimes.get(language),
        catalog: () => registry.catalog(),
        skills: () => this.skills.own(),
        typeCheck: this.#typeCheck,
        settle: (mentions) => this.#settleMentioned(mentions),
      }),
      suppliers: () => registry.skillSuppliers(),
    });
  }

  /** The limits in force for a language. */
  limits(language: GuestLanguage): Limits {
    return parseLimits(this.#limits, defaultLimits(language));
  }

  /** Starts connecting the servers and warms the TypeScript sandbox. Programs may be run before it resolves. */
  async setup(): Promise<void> {
    // Connecting goes on behind; who needs a server waits for it.
    void this.registry.ready().then(() => this.registry.catalog().prepareSearch());
    void this.skills.look();
    await this.#runtimes.warm("typescript", this.#typeCheck);
  }

  /** Runs one program. Resolves with what became of it; failure of the program is part of the result. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecutionResult> {
    return this.#run({ code }, options);
  }

  /**
   * Runs one program like {@link execute} and gives what happens as it happens, to one reader. The run begins at once,
   * whether anyone reads or not.
   */
  stream(code: string, options: ExecuteOptions = {}): ExecutionStream {
    return createExecutionStream((streamed) => this.execute(code, streamed), options);
  }

  /**
   * Runs a skill: the function a code skill offers, or with `scriptName` a script of a folder skill. The result is that
   * of a program whose value is the skill's.
   */
  async runSkill(name: string, request: SkillCall = {}, options: RunSkillOptions = {}): Promise<ExecutionResult> {
    const skill = { text: showSkillCall(name, request), call: toSkillRun(name, request) };
    const code = runSkillProgram(name, request);
    return this.#run({ code, skill }, { ...options, language: "typescript", typeCheck: false });
  }

  /** Runs a skill like {@link runSkill} and gives what happens as it happens, like {@link stream}. */
  streamSkill(name: string, request: SkillCall = {}, options: RunSkillOptions = {}): ExecutionStream {
    return createExecutionStream((streamed) => this.runSkill(name, request, streamed), options);
  }

  /**
   * Calls one tool through the same gate as programs, and gives its value. Throws {@link CodemodeError}.
   *
   * Hooks hear of the call as the only one of a run, whose id begins with `call_`.
   */
  async callTool(
    name: string,
    args: Readonly<Record<string, unknown>> = {},
    options: GateCallOptions & Pick<ExecuteOptions, "signal" | "hooks"> = {},
  ): Promise<unknown> {
    this.#assertOpen();
    const signal = options.signal ?? new AbortController().signal;
    const gate = new CallGate({
      registry: this.registry,
      catalog: this.registry.catalog(),
      validator: this.#validator,
      policy: this.#policy,
      budget: new CallBudget({ toolCalls: 1, concurrentCalls: 1, onExhausted: () => {} }),
      toolResultBytes: this.limits("typescript").toolResultBytes,
      signal,
      events: new RunEvents(newId("call"), [...this.#hooks, ...listHooks(options.hooks)]),
    });
    return gate.call(name, args, options);
  }

  /** Stops a running program. False when no run of that id is under way. */
  cancel(runId: string): boolean {
    const controller = this.#running.get(runId);
    controller?.abort(new CodemodeError("cancelled", "The run was cancelled."));
    return controller !== undefined;
  }

  /** Ids of the programs that are running now, oldest first. */
  running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Forgets the variables of one session, or of all sessions. */
  async clearState(sessionId?: string): Promise<void> {
    await this.#runtimes.clearSessions(sessionId);
  }

  /** The last runs, newest first; at most 100 are remembered. */
  history(limit?: number): readonly HistoryEntry[] {
    return this.#history.list(limit);
  }

  /** Stops every program and ends the sandboxes. The registry stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const runId of this.running()) this.cancel(runId);
    await this.#runtimes.close();
    await this.skills.close();
  }

  /** Same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A skill is told as the call that was asked for, and not as the program that makes it. */
  async #run({ code, skill }: RunProgram, options: ExecuteOptions): Promise<ExecutionResult> {
    const { language = "typescript", artifacts = this.artifacts, sessionId } = options;
    const told = { language, code: skill?.text ?? code, ...(sessionId === undefined ? {} : { sessionId }) };
    const runId = newId("run");
    const startedAt = new Date().toISOString();
    const events = new RunEvents(runId, [...this.#hooks, ...listHooks(options.hooks)]);
    const recorder = new RunRecorder(runId, events);
    events.start(told);
    const thrown = await this.#attempt(code, { ...options, artifacts, language, runId, events }, recorder);
    const error = skill === undefined ? thrown : withoutPlace(thrown);
    const result = events.end(recorder.toResult(error, options.reader === "model" ? artifacts : undefined));
    this.#history.add({ ...told, startedAt, ...(skill === undefined ? {} : { skill: skill.call }) }, result);
    return result;
  }

  async #attempt(
    code: string,
    options: ExecuteOptions &
      Required<Pick<ExecuteOptions, "language" | "artifacts">> & { readonly runId: string; readonly events: RunEvents },
    recorder: RunRecorder,
  ): Promise<CodemodeError | undefined> {
    const controller = new AbortController();
    // Every call under way listens to it, and there may be hundreds.
    setMaxListeners(0, controller.signal);
    const unlink = linkSignal(options.signal, controller);
    this.#running.set(options.runId, controller);
    try {
      this.#assertOpen();
      const { frontEnd, sessions } = await this.#runtimes.get(options.language);
      const limits = parseLimits(
        options.timeoutMs === undefined ? {} : { timeMs: options.timeoutMs },
        this.limits(options.language),
      );
      const { registry } = this;
      const { artifacts, events } = options;
      await runProgram(
        {
          registry,
          artifacts,
          frontEnd,
          sessions,
          validator: this.#validator,
          policy: this.#policy,
          namespaces: this.#namespaces,
          skills: this.skills,
          skillPlaces: this.#skillPlaces,
          runtime: (language) => this.#runtimes.get(language),
          limits: (language) => this.limits(language),
        },
        {
          code,
          sessionId: options.sessionId,
          argv: options.argv,
          limits,
          typeCheck: options.typeCheck ?? this.#typeCheck,
          controller,
          events,
        },
        recorder,
      );
      return undefined;
    } catch (thrown) {
      return toCodemodeError(thrown);
    } finally {
      unlink();
      this.#running.delete(options.runId);
    }
  }

  /** Long enough for servers that start, and no longer: what cannot be told of a skill keeps nobody from saving it. */
  async #settleMentioned(mentions: Mentions): Promise<void> {
    const names = mentionedServers(mentions, this.registry.catalog()).map(({ name }) => name);
    await this.registry.ready(names, { withinMs: SAVE_WAIT_MS });
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new CodemodeError("cancelled", "The executor is closed.", { hint: "Create a new one." });
  }
}

function linkSignal(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const abort = (): void => controller.abort(new CodemodeError("cancelled", "The run was cancelled by its caller."));
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}

/** Who runs a skill wrote no program that a line could be in; the message names the line of the skill. */
function withoutPlace(error: CodemodeError | undefined): CodemodeError | undefined {
  if (error === undefined) return undefined;
  const { line: _line, column: _column, ...details } = error.details;
  return new CodemodeError(error.code, error.message, details);
}

function newId(kind: "run" | "call"): string {
  return `${kind}_${randomUUID().replaceAll("-", "").slice(0, 20)}`;
}
