import { join } from "node:path";
import { defined } from "../base/defined.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { createValidator } from "../schema/validator.ts";
import { defaultLimits, type Limits, parseLimits } from "../engines/limits.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import { EmbeddedSearch, type Embedder } from "../catalog/search/embedded-search.ts";
import { ObservedTypes } from "../runs/observed/observed-types.ts";
import { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import type { GateCallOptions } from "../runs/decisions/gate.ts";
import { assertRulesMatch } from "../runs/decisions/check-policy.ts";
import { Decisions } from "../runs/decisions/decisions.ts";
import { DefinitionLock } from "../runs/decisions/definition-lock.ts";
import type { ApprovalSettings, Approver } from "../runs/decisions/approver.ts";
import type { Policy } from "../runs/decisions/policy.ts";
import type { ExecutionStream } from "../runs/events.ts";
import { createExecutionStream } from "../runs/execution-stream.ts";
import { type HistoryEntry, readHistory } from "../runs/history.ts";
import { type Listening, toListeners } from "../runs/hooks.ts";
import { decisionAdvice } from "../runs/reading-text.ts";
import { RunLog, type StoreSettings } from "../runs/journal/run-log.ts";
import { Runs } from "../runs/journal/runs.ts";
import type { ExecutionResult } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import type { RunHost } from "../runs/run-settings.ts";
import { type EngineOptions, LanguageRuntimes } from "../runs/sessions/language-runtimes.ts";
import { newId } from "../runs/journal/run-turns.ts";
import { RunDesk } from "./run-desk.ts";
import { NamespaceTables } from "../languages/namespace-tables.ts";
import { createSkillCheck } from "../runs/skills/check-skill.ts";
import { showSkillCall, type SkillCall, type SkillRun, toSkillRun } from "../runs/skills/skill-run.ts";
import type { SkillSettings } from "../skills/skill-options.ts";
import { Skills } from "../skills/skills.ts";
import { SkillPlaces } from "../runs/skills/skill-places.ts";

/** Settings of an executor. Its listeners hear of every run, before those of the run itself. */
export interface ExecutorOptions extends EngineOptions, Listening {
  /**
   * Model of the host that helps to rank tools by meaning; where it fails, a search goes by the built-in ranking and says so.
   * @default the built-in ranking
   */
  readonly embedder?: Embedder;
  /** Overrides of the default limits, in their own units. */
  readonly limits?: Partial<Limits>;
  /** Rules for the tools that may be called. @default everything */
  readonly policy?: Policy;
  /** File with the definitions that tools are held to, as `codemode servers lock` writes it. @default none */
  readonly lockFile?: string;
  /** Who may decide about calls beside `onApproval`, and how long a run waits for it. */
  readonly approvals?: ApprovalSettings;
  /** Asked about calls that need an approval; without it they wait in the state directory, or are refused without one. */
  readonly onApproval?: Approver;
  /** Check types before a TypeScript program runs. @default true */
  readonly typeCheck?: boolean;
  /** Directories of skills. @default nowhere */
  readonly skills?: SkillSettings;
  /** How runs are recorded, and the state directory they are kept in. @default in memory */
  readonly store?: StoreSettings & { readonly directory?: string };
}

/** Settings of one program. */
export interface ExecuteOptions extends Listening {
  /** @default "typescript" */
  readonly language?: GuestLanguage;
  /** Keeps variables between programs of the same id; without it each program starts empty. */
  readonly sessionId?: string;
  /** Overrides the limit `timeMs`, which covers all the caller waits for. */
  readonly timeoutMs?: number;
  /** Overrides the executor's `typeCheck`. */
  readonly typeCheck?: boolean;
  /** Name and arguments of the program: `sys.argv` in Python, the global `argv` in TypeScript. */
  readonly argv?: readonly string[];
  /** Let only tools through that are marked read-only. @default false */
  readonly readOnly?: boolean;
  /** Call what reads, and list what does not instead of calling it: `preview` of the result. @default false */
  readonly preview?: boolean;
  /**
   * Id of an ended run whose writes are not made again: a call that does not read, of the same tool with the same arguments
   * as one completed there, or in the run that it tried again itself, is answered from its record, each as often as it was
   * recorded, and counted in a note. One whose result is not known is decided about as `policy.inDoubt` says. Throws
   * `invalid_arguments` for a run that is not known or is suspended, and `busy` for one in progress.
   */
  readonly retryOf?: string;
  /**
   * Records all that it takes to go on after the death of this process, and has the program see recorded time and chance
   * only. @default true where runs are kept in a state directory
   */
  readonly durable?: boolean;
  /**
   * Resolve at once with the status `running` and the id of the run, which `runs.wait` waits for; it goes on while this
   * process lives. Throws `config_error` where runs are not recorded. @default false
   */
  readonly background?: boolean;
  /**
   * Id of the run, by which its caller finds it again in another process: `run_` and 20 letters or digits. Throws
   * `invalid_arguments` for any other, and for that of a run that is kept. @default a new one
   */
  readonly runId?: string;
  /** The client that the run belongs to, where a server has several. @default the local user */
  readonly owner?: string;
  /**
   * Asked about calls that need an approval, with all that wait together; what it does not decide stays parked.
   * @default that of the executor
   */
  readonly onApproval?: Approver;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Reader of `text`: for a model, long parts are kept aside as artifacts. @default "program" */
  readonly reader?: "model" | "program";
  /** Characters of value and output together that a model is given, 24,000 at most. @default 24,000 */
  readonly readingCharacters?: number;
  /** Store of long results, so that callers can be isolated from each other. @default the executor's own store */
  readonly artifacts?: ArtifactStore;
}

/** Settings of one skill that is run directly. */
export type RunSkillOptions = Omit<ExecuteOptions, "language" | "typeCheck" | "sessionId" | "argv">;

/**
 * Runs programs that compose the tools of a registry.
 *
 * The caller closes it (or uses `await using`); the registry is the caller's too.
 */
export class CodeModeExecutor {
  /** Source of the tools. */
  readonly registry: ToolRegistry;
  /** Long results kept aside; shared by all runs. */
  readonly artifacts: ArtifactStore;
  /** The skills, opened when they are first needed. */
  readonly skills: Skills;
  /** Shapes of results that tools without an output schema have returned. */
  readonly observed: ObservedTypes;
  /** Search with the embedder of the host; undefined without one. */
  readonly embedded: EmbeddedSearch | undefined;
  /** The definitions that tools are held to; undefined without a `lockFile`. */
  readonly lock: DefinitionLock | undefined;
  /** Who may decide about calls beside the host. */
  readonly approvers: ReadonlySet<"elicitation" | "cli">;
  readonly #limits: Partial<Limits>;
  readonly #typeCheck: boolean;
  readonly #onApproval: Approver | undefined;
  readonly #runtimes: LanguageRuntimes;
  readonly #host: RunHost;
  /** The runs that were recorded: lists, events, waiting, cancelling. */
  readonly runs: Runs;
  readonly #log: RunLog;
  readonly #desk: RunDesk;
  readonly #removeGate: () => void;

  constructor(registry: ToolRegistry, options: ExecutorOptions = {}) {
    this.registry = registry;
    this.#limits = options.limits ?? {};
    this.#typeCheck = options.typeCheck ?? true;
    assertRulesMatch(options.policy ?? {});
    this.#onApproval = options.onApproval;
    this.lock = lockOf(options);
    for (const language of ["typescript", "python"] as const) this.limits(language);
    this.approvers = approversIn(options);
    const { directory, ...store } = options.store ?? {};
    const kept = directory === undefined ? {} : { directory: join(directory, "artifacts") };
    this.artifacts = new ArtifactStore({ secrets: registry.secrets, ...kept });
    this.observed = new ObservedTypes(directory === undefined ? undefined : join(directory, "observed.json"));
    this.embedded = embeddedIn(options);
    this.#log = new RunLog(store, { directory, secrets: registry.secrets, expireMs: options.approvals?.expireMs });
    this.#desk = new RunDesk({
      host: () => this.#host,
      log: this.#log,
      listeners: toListeners(options),
      hooks: [options.hooks ?? []].flat(),
      onApproval: options.onApproval,
      artifacts: this.artifacts,
      approvers: this.approvers,
    });
    this.runs = new Runs(this.#log, {
      stop: (runId) => this.cancel(runId),
      clientOf: (runId) => this.#desk.clientOf(runId),
      written: (runId) => this.#desk.written(runId),
      match: (tool, args) => this.#match(tool, args),
      approvers: this.approvers,
      resume: (runId, listening) => this.#desk.resume(runId, listening),
    });
    this.#runtimes = new LanguageRuntimes(options, (language) => this.limits(language));
    this.skills = new Skills({
      ...options.skills,
      skillDepth: this.limits("typescript").skillDepth,
      cacheDirectory: options.cacheDirectory,
      check: createSkillCheck(() => this.#host, this.#typeCheck),
      suppliers: () => registry.skillSuppliers(),
    });
    this.#host = {
      registry,
      runtimes: this.#runtimes,
      skills: this.skills,
      skillPlaces: new SkillPlaces(),
      namespaces: new NamespaceTables(),
      validator: createValidator(),
      policy: options.policy ?? {},
      lock: this.lock,
      observed: this.observed,
      embedded: this.embedded,
      limits: (language) => this.limits(language),
    };
    this.#removeGate = registry.addGate((name, args, callOptions) => this.callTool(name, args, callOptions));
  }

  /** The limits in force for a language. */
  limits(language: GuestLanguage): Limits {
    return parseLimits(this.#limits, defaultLimits(language));
  }

  /** Starts connecting the servers and warms the TypeScript sandbox. Programs may be run before it resolves. */
  async setup(): Promise<void> {
    // Servers connect in the background; callers that need one wait for it.
    void this.registry.ready().then(() => this.registry.catalog().prepareSearch());
    void this.skills.look();
    await this.#runtimes.warm("typescript", this.#typeCheck);
  }

  /** Runs one program. Resolves with what became of it; failure of the program is part of the result. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecutionResult> {
    const { language = "typescript", sessionId, argv, typeCheck = this.#typeCheck } = options;
    const program = { language, code, ...defined({ sessionId }) };
    return this.#desk.make(program, options, {
      start: defined({ argv }),
      perform: (run) => run.program(code, { sessionId, argv, typeCheck }),
    });
  }

  /**
   * Runs one program like {@link execute} and yields its events as they happen, to one reader. The run begins at once,
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
    const { arguments: values, scriptName, args } = request;
    const asked = { name, arguments: values, script_name: scriptName, args };
    return this.ask("skill-run", asked, { ...options, skill: toSkillRun(name, request) });
  }

  /** Runs a skill like {@link runSkill} and yields its events as they happen, like {@link stream}. */
  streamSkill(name: string, request: SkillCall = {}, options: RunSkillOptions = {}): ExecutionStream {
    return createExecutionStream((streamed) => this.runSkill(name, request, streamed), options);
  }

  /**
   * Asks what a program may ask about skills: to list, load or run them, or to read a file of one. The result is that of a
   * program whose value is the answer.
   *
   * @param options.skill the skill that is run, for events and history
   */
  async ask(
    kind: "skill-list" | "skill-load" | "skill-resource" | "skill-run",
    request: object,
    { skill, ...options }: RunSkillOptions & { readonly skill?: SkillRun } = {},
  ): Promise<ExecutionResult> {
    const code = skill === undefined ? `${kind}(${JSON.stringify(request)})` : showSkillCall(skill);
    const shown = { language: "typescript" as const, code, ...defined({ skill }) };
    const asked = { target: `codemode:${kind}`, request };
    return this.#desk.make(shown, options, { start: { ask: asked }, perform: (run) => run.ask(asked.target, request) });
  }

  /**
   * Calls one tool through the same gate as programs, and returns its value. Throws {@link CodemodeError}.
   *
   * Hooks see the call as the only one of a run, whose id begins with `call_`.
   */
  async callTool(
    name: string,
    args: Readonly<Record<string, unknown>> = {},
    {
      signal,
      hooks,
      onEvent,
      onApproval,
      onLogin,
      client,
      owner,
      ...options
    }: GateCallOptions & Listening & Pick<ExecuteOptions, "signal" | "onApproval" | "owner"> = {},
  ): Promise<unknown> {
    this.#desk.assertOpen();
    const runId = newId("call");
    const listening = defined({ hooks, onEvent, onApproval, onLogin, client, signal });
    const events = this.#desk.events(runId, listening);
    const limits = { ...this.limits("typescript"), toolCalls: 1, concurrentCalls: 1 };
    const code = `await callTool(${stringifyJson(name)}, ${stringifyJson(args)})`;
    const { raw, timeoutMs } = options;
    const start = this.#desk.startOf(limits, {
      call: { name, arguments: args, options: defined({ raw, timeoutMs }) },
    });
    const spec = { language: "typescript", code, runId, startedAt: Date.now(), ...defined({ client: owner }) } as const;
    // Where nobody could ever decide, a call that has to be asked for is refused.
    const canWait = this.#log.isLasting || (onApproval ?? this.#onApproval) !== undefined;
    const recording = { stop: (reason: CodemodeError) => run.clock.end(reason), start: canWait ? start : undefined };
    const recorder = this.#desk.recorder(spec, recording);
    const decisions = this.#desk.decisions(listening);
    const settings = { language: "typescript", limits, isTimed: false, events, signal, decisions } as const;
    const run = new Run(this.#host, { ...settings, ...defined({ journal: recorder }) });
    let error: CodemodeError | undefined;
    const value = await run.call(name, args, options).catch((thrown: unknown) => {
      error = toCodemodeError(thrown);
    });
    const durationMs = run.clock.elapsedMs;
    run.clock.end(new CodemodeError("cancelled", "The call has ended."));
    const result = run.record.conclude({ runId, durationMs }, error);
    const kept = (await recorder?.finish(result, Decisions.definitionsAsked(run))) ?? result;
    if (error === undefined) return value;
    if (kept.status !== "suspended") throw error;
    return valueOf(await this.#desk.answered(kept, listening, events), this.approvers);
  }

  /** Why arguments cannot be sent to a tool, as far as that is known now. */
  async #match(tool: string, args: unknown): Promise<CodemodeError | undefined> {
    const run = new Run(this.#host, { language: "typescript", limits: this.limits("typescript") });
    const error = await run.finish(() => run.gate.match(tool, args));
    return error?.code === "invalid_arguments" ? error : undefined;
  }

  /** Stops a running program. False when no run of that id is in progress. */
  cancel(runId: string): boolean {
    return this.#desk.cancel(runId);
  }

  /** Ids of the programs that are running now, oldest first. */
  running(): readonly string[] {
    return this.#desk.running;
  }

  /** Forgets the variables of one session, or of all sessions, for other processes too. */
  async clearState(sessionId?: string): Promise<void> {
    await this.#runtimes.clearSessions(sessionId);
    await this.#desk.sessions.forget(sessionId);
  }

  /**
   * The last finished runs of programs and skills, newest first: those among the last 100 runs of the store.
   *
   * @param client only those of this client; null for those of the local user
   */
  async history(limit?: number, client?: string | null): Promise<readonly HistoryEntry[]> {
    return readHistory(this.#log, { limit, ...defined({ client }) });
  }

  /** Stops every program and ends the sandboxes. The registry stays open. */
  async close(): Promise<void> {
    this.#removeGate();
    this.#desk.close();
    await this.#runtimes.close();
    await this.#desk.ended();
    await this.skills.close();
    await this.artifacts.close();
    this.observed.close();
    await this.#log.close();
  }

  /** Same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function embeddedIn({ embedder }: ExecutorOptions): EmbeddedSearch | undefined {
  return embedder && new EmbeddedSearch(embedder);
}

function lockOf({ lockFile }: ExecutorOptions): DefinitionLock | undefined {
  return lockFile === undefined ? undefined : new DefinitionLock(lockFile);
}

function approversIn({ approvals }: ExecutorOptions): ReadonlySet<"elicitation" | "cli"> {
  return new Set(approvals?.by ?? (["elicitation", "cli"] as const));
}

/** The value of a call that waited for an approval. Throws where it waits still. */
function valueOf({ runId, status, value, error, pending }: ExecutionResult, approvers: ReadonlySet<string>): unknown {
  if (status === "completed") return value;
  if (error !== null) throw new CodemodeError(error.code, error.message, error);
  const [call] = pending;
  throw new CodemodeError(
    "approval_required",
    `${call?.tool ?? "The call"} waits for an approval: ${call?.reason ?? ""}`,
    {
      ...defined({ tool: call?.tool }),
      runId,
      hint: decisionAdvice(runId, approvers),
    },
  );
}
