import { join } from "node:path";
import { defined } from "../base/defined.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import { createValidator } from "../schema/validator.ts";
import { defaultLimits, type Limits, parseLimits } from "../engines/limits.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import { EmbeddedSearch } from "../catalog/search/embedded-search.ts";
import { ObservedTypes } from "../runs/observed/observed-types.ts";
import { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import { SharedMemory } from "../runs/artifacts/shared-memory.ts";
import { assertRulesMatch } from "../runs/decisions/check-policy.ts";
import { DefinitionLock } from "../runs/decisions/definition-lock.ts";
import type { ExecutionStream } from "../runs/events.ts";
import { createExecutionStream } from "../runs/execution-stream.ts";
import { type HistoryEntry, readHistory } from "../runs/history.ts";
import { type Listening, toListeners } from "../runs/hooks.ts";
import { RunLog } from "../runs/journal/run-log.ts";
import { Runs } from "../runs/journal/runs.ts";
import type { ExecutionResult } from "../runs/result.ts";
import { Run } from "../runs/run.ts";
import type { RunHost } from "../runs/run-settings.ts";
import { LanguageRuntimes } from "../runs/sessions/language-runtimes.ts";
import type { ExecuteOptions, ExecutorOptions, RunSkillOptions } from "./executor-options.ts";
import { RunDesk } from "./run-desk.ts";
import type { GateCallOptions } from "../runs/decisions/call-on-its-way.ts";
import { NamespaceTables } from "../languages/namespace-tables.ts";
import { createSkillCheck } from "../runs/skills/check-skill.ts";
import { showSkillCall, type SkillCall, type SkillRun, toSkillRun } from "../runs/skills/skill-run.ts";
import { Skills } from "../skills/skills.ts";
import { SkillPlaces } from "../runs/skills/skill-places.ts";

const CLIENTS_BYTES = 256 * 1024 * 1024;

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
  /** Memory that the artifacts of all clients of a server have together. */
  readonly clientMemory: SharedMemory = new SharedMemory(CLIENTS_BYTES);
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
  readonly #limits: Readonly<Record<GuestLanguage, Limits>>;
  readonly #typeCheck: boolean;
  readonly #runtimes: LanguageRuntimes;
  readonly #host: RunHost;
  /** The runs that were recorded: lists, events, waiting, cancelling. */
  readonly runs: Runs;
  readonly #log: RunLog;
  readonly #desk: RunDesk;
  readonly #removeGate: () => void;

  constructor(registry: ToolRegistry, options: ExecutorOptions = {}) {
    this.registry = registry;
    const limitsOf = (language: GuestLanguage): Limits => parseLimits(options.limits, defaultLimits(language));
    this.#limits = { typescript: limitsOf("typescript"), python: limitsOf("python") };
    this.#typeCheck = options.typeCheck ?? true;
    assertRulesMatch(options.policy ?? {});
    this.lock = lockOf(options);
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
    return this.#limits[language];
  }

  /** Starts connecting the servers and warms the TypeScript sandbox. Programs may be run before it resolves. */
  async setup(): Promise<void> {
    // Servers connect in the background; callers that need one wait for it.
    void this.registry.ready().then(() => this.registry.catalog().prepareSearch());
    void this.skills.look();
    await this.#runtimes.warm("typescript", this.#typeCheck);
  }

  /**
   * Runs one program. Resolves with what became of it; failure of the program is part of the result. Throws
   * `invalid_arguments` for code that is not a text, and for a language that is none.
   */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecutionResult> {
    const { language = "typescript", sessionId, argv, typeCheck = this.#typeCheck } = options;
    assertProgram(code, language);
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
    options: GateCallOptions & Listening & Pick<ExecuteOptions, "signal" | "onApproval" | "owner"> = {},
  ): Promise<unknown> {
    return this.#desk.call({ ...options, name, arguments: args });
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

/** Callers in plain JavaScript pass anything. */
function assertProgram(code: unknown, language: unknown): void {
  if (typeof code !== "string") {
    const given = code === null ? "null" : typeof code;
    throw new CodemodeError("invalid_arguments", `The code of a program must be a text, not ${given}.`, {
      hint: 'Pass the program itself, as in `execute("1 + 1")`.',
    });
  }
  if (language === "typescript" || language === "python") return;
  throw new CodemodeError(
    "invalid_arguments",
    `The language of a program is "typescript" or "python", not ${JSON.stringify(language)}.`,
    { hint: "Leave it out for TypeScript; JavaScript is TypeScript too." },
  );
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
