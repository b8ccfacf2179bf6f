import type { JsonValue } from "../base/json.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { untilAborted } from "../base/deadline.ts";
import type { Limits } from "../engines/limits.ts";
import type { CellOutcome, GuestLanguage, OutputChunk } from "../engines/engine.ts";
import { NO_SKILLS, type ReachedSkills } from "../languages/program.ts";
import { assumeTools } from "../languages/assumed-tools.ts";
import { mentionedServers, type Mentions } from "../languages/mentions.ts";
import { ArtifactStore } from "./artifacts/artifact-store.ts";
import type { CallBudget } from "./decisions/call-budget.ts";
import type { Decisions } from "./decisions/decisions.ts";
import type { GateCallOptions } from "./decisions/call-on-its-way.ts";
import { Gate } from "./decisions/gate.ts";
import { Door } from "./door.ts";
import { jsonOf } from "./values/json-text.ts";
import type { RunJournal } from "./journal/run-journal.ts";
import type { Parking } from "./decisions/parking.ts";
import type { RunEvents } from "./run-events.ts";
import type { RunClock } from "./run-clock.ts";
import { programError, remarksOn } from "./fault-error.ts";
import { callLimit, lateServers, skillError } from "./run-errors.ts";
import type { RunRecord } from "./run-record.ts";
import { type ChildSettings, type RunHost, type RunSettings, rulesOf, share, shownOf } from "./run-settings.ts";
import { LANGUAGE_NAMES, type LanguageRuntime } from "./sessions/language-runtimes.ts";
import { cellValue, lend, type PreparedProgram, runCell } from "./sessions/run-cell.ts";
import { reachMentioned } from "./skills/reach-skills.ts";
import type { ScriptSurroundings } from "./skills/script-setup.ts";
import { type ScriptOutcome, toScriptOutcome } from "./skills/skill-answers.ts";
import type { ToolRule } from "./skills/tool-rule.ts";

/**
 * One run: of a program, of a skill, of a skill on behalf of either ({@link child}), of a single call, or of a check.
 *
 * A run and its children share one deadline, one budget, one record and one listener. Whoever makes a run ends it with
 * {@link finish}.
 */
export class Run {
  readonly host: RunHost;
  readonly language: GuestLanguage;
  readonly limits: Limits;
  readonly artifacts: ArtifactStore;
  readonly gate: Gate = new Gate(this);
  readonly door: Door = new Door(this);
  readonly clock: RunClock;
  readonly budget: CallBudget;
  readonly record: RunRecord;
  readonly events: RunEvents;
  readonly journal: RunJournal | undefined;
  readonly decisions: Decisions;
  readonly parking: Parking;
  /** Name of the program that it runs, as the journal knows it: empty for the root. */
  readonly guest: string;
  /** The run of the program or skill that everything began with. */
  readonly root: Run;
  /** Refuse tools beyond what the policy refuses, by throwing. */
  readonly rules: readonly ToolRule[];
  readonly #parent: Run | undefined;
  readonly #child: ChildSettings | undefined;
  #catalog: Catalog | undefined;
  #isSingleCall = false;

  constructor(host: RunHost, settings: RunSettings, behalf?: { readonly parent: Run; readonly child: ChildSettings }) {
    this.host = host;
    this.language = settings.language;
    this.limits = settings.limits ?? host.limits(settings.language);
    this.artifacts = settings.artifacts ?? new ArtifactStore();
    this.#parent = behalf?.parent;
    this.#child = behalf?.child;
    this.root = behalf?.parent.root ?? this;
    this.rules = behalf === undefined ? [] : rulesOf(behalf.parent, behalf.child);
    this.guest = behalf === undefined ? "" : `${behalf.child.key}.`;
    const shared = behalf?.parent ?? share(settings, this.limits);
    ({ clock: this.clock, budget: this.budget, record: this.record, events: this.events } = shared);
    ({ journal: this.journal, parking: this.parking, decisions: this.decisions } = shared);
  }

  /** 0 for the root, 1 for what it runs itself. */
  get depth(): number {
    return this.#parent === undefined ? 0 : this.#parent.depth + 1;
  }

  /** The folder skill that this run, or one above it, is a script of. */
  get ownSkill(): string | undefined {
    return this.#child?.script === undefined ? this.#parent?.ownSkill : this.#child.skill;
  }

  /** The server that publishes that skill; then the run sees nothing but that server. */
  get server(): string | undefined {
    return this.#child?.script?.server ?? this.#parent?.server;
  }

  /** The tools this run knows: a snapshot, taken once the servers its code mentions had their chance. */
  get catalog(): Catalog {
    this.#catalog ??= this.#parent === undefined ? this.currentCatalog() : shownOf(this.#parent, this.server);
    return this.#catalog;
  }

  /** The tools there are by now: those of programs, or all for a single call, which is no program. */
  currentCatalog(): Catalog {
    return this.root.#isSingleCall ? this.host.registry.wholeCatalog() : this.host.registry.catalog();
  }

  /** Waits for servers by name, or for all, to have tools or fail. */
  async awaitServers(names?: readonly string[], withinMs?: number): Promise<void> {
    const { registry } = this.host;
    const ready = registry.ready(names, { withinMs, signal: this.clock.signal });
    await this.clock.wait(() => lateServers(registry.listServers(), names), ready);
  }

  /** Waits for the servers that a program mentions, itself or through the skills it imports. */
  async awaitMentioned(mentions: Mentions, withinMs?: number, { tools }: ReachedSkills = NO_SKILLS): Promise<void> {
    const servers = this.#serversOf(mentions, tools);
    if (servers.length > 0) await this.awaitServers(servers, withinMs);
  }

  #serversOf(mentions: Mentions, tools: readonly string[]): string[] {
    return mentionedServers(mentions, this.host.registry.catalog(), tools).map(({ name }) => name);
  }

  /**
   * Runs a program to its value, which goes to the record.
   *
   * @param options.argv its name and arguments; absent when none were given
   */
  async program(
    code: string,
    options: {
      readonly sessionId?: string | undefined;
      readonly argv?: readonly string[] | undefined;
      readonly typeCheck: boolean;
    },
  ): Promise<void> {
    const { sessionId, argv, typeCheck } = options;
    const prepared = await this.#prepare(code);
    const taken = this.#snapshot(prepared);
    // What the first program needs besides starts while its servers do, and not after them.
    const { mentions } = prepared.program;
    const isWaiting = (): boolean => this.host.registry.isConnecting(this.#serversOf(mentions, prepared.skills.tools));
    this.host.runtimes.begin(this.language, typeCheck, isWaiting);
    await taken;
    const names = argv === undefined ? [] : ["argv"];
    // Without a session there is nothing to wait for: compiler and sandbox start side by side.
    const early = sessionId === undefined ? this.#check(prepared, { names, typeCheck }) : undefined;
    early?.catch(() => {});
    const lent = await lend(this, await this.#runtime(), sessionId);
    try {
      const checked = early ?? this.#check(prepared, { names: [...lent.names, ...names], typeCheck });
      this.record.notes.push(...(await checked));
      const outcome = await runCell(this, lent, {
        ...prepared,
        ...(argv === undefined ? {} : { setup: { argv } }),
        output: (chunk) => this.record.print(chunk, this.guest),
      });
      for (const name of prepared.program.declares) lent.names.add(name);
      if (this.budget.exhausted) throw callLimit(this.budget);
      const known = { catalog: this.catalog, results: this.record.results };
      if (outcome.kind === "failed") this.record.notes.push(...(outcome.fault.notes ?? []));
      if (outcome.kind !== "finished") throw await programError(outcome, prepared.program, known);
      this.record.value = cellValue(this, outcome);
      // Without results there is nothing that a program could have taken for something else.
      if (known.results.size > 0) this.record.notes.push(...(await remarksOn(prepared.program, known)));
    } finally {
      await lent.release();
    }
  }

  /** Asks the door as a program would, without one; the answer is the value of the run. */
  async ask(target: string, request: object): Promise<void> {
    const answer = this.door.answer({ target, argumentsJson: stringifyJson(request) });
    const reply = await untilAborted(answer, this.clock.signal);
    if (this.budget.exhausted) throw callLimit(this.budget);
    const valueJson = jsonOf(reply);
    const { valueBytes } = this.limits;
    const bytes = Buffer.byteLength(valueJson);
    if (bytes > valueBytes)
      throw new CodemodeError("result_too_large", `The value is ${bytes} bytes of JSON; the limit is ${valueBytes}.`);
    const value: JsonValue = JSON.parse(valueJson);
    this.record.value = value;
  }

  /** Calls one tool. Throws `CodemodeError`. */
  async call(name: string, args: unknown, options?: GateCallOptions): Promise<unknown> {
    this.#isSingleCall = true;
    return this.door.pass(name, args, options);
  }

  /** Checks a program as before a run, and runs nothing. Throws what would stop it; returns what was noticed besides. */
  async check(
    code: string,
    { typeCheck, withinMs }: { readonly typeCheck: boolean; readonly withinMs: number },
  ): Promise<readonly string[]> {
    const prepared = await this.#prepare(code);
    await this.awaitMentioned(prepared.program.mentions, withinMs, prepared.skills);
    this.#catalog ??= assumeTools(this.host.registry.catalog(), prepared.program.mentions);
    return this.#check(prepared, { names: [], typeCheck });
  }

  /** A run on behalf of this one, in a sandbox of its own. */
  child(child: ChildSettings): Run {
    // What is kept aside for others is not shown to a server.
    const artifacts = child.script?.server === undefined ? this.artifacts : new ArtifactStore(this.artifacts.shared);
    return new Run(this.host, { language: child.language, artifacts }, { parent: this, child });
  }

  /** Runs the code of a skill to its value. What it prints is output of the root. */
  async value(code: string): Promise<JsonValue> {
    const outcome = await this.#nested(code, {
      output: (chunk) => this.record.printOfSkill(chunk, { logBytes: this.limits.logBytes, guest: this.guest }),
    });
    if (outcome.kind !== "finished") throw skillError(outcome, this.#child?.skill ?? "");
    return cellValue(this, outcome);
  }

  /** Runs a script; what it prints and how it ends is its result. */
  async script(code: string, setup: ScriptSurroundings): Promise<ScriptOutcome> {
    const begunMs = this.clock.elapsedMs;
    const printed = { stdout: "", stderr: "" };
    const outcome = await this.#nested(code, {
      setup,
      output: ({ stream, text }) => {
        printed[stream] += text;
      },
    });
    if (outcome.kind === "stopped") throw skillError(outcome, this.#child?.skill ?? "");
    const durationMs = Math.round(this.clock.elapsedMs - begunMs);
    const value = outcome.kind === "finished" ? cellValue(this, outcome) : null;
    return toScriptOutcome({ ...printed, durationMs, value }, outcome.kind === "failed" ? outcome.fault : undefined);
  }

  /**
   * Does the work of the run and ends it: nothing starts any more after this, whatever the end was. Returns the error it
   * ended with, if any.
   */
  async finish(work: () => Promise<void>): Promise<CodemodeError | undefined> {
    try {
      await work();
      return undefined;
    } catch (thrown) {
      const { aborted, reason } = this.clock.signal;
      return toCodemodeError(aborted ? reason : thrown);
    } finally {
      this.clock.end(OVER);
    }
  }

  async #nested(
    code: string,
    cell: { readonly setup?: ScriptSurroundings; readonly output: (chunk: OutputChunk) => void },
  ): Promise<CellOutcome> {
    const prepared = await this.#prepare(code);
    await this.root.#snapshot(prepared);
    await this.#check(prepared, { names: [], typeCheck: false });
    const lent = await lend(this, await this.#runtime());
    try {
      return await runCell(this, lent, { ...prepared, ...cell });
    } finally {
      await lent.release();
    }
  }

  async #prepare(code: string): Promise<PreparedProgram> {
    const bytes = Buffer.byteLength(code);
    if (bytes > this.limits.codeBytes) {
      throw new CodemodeError(
        "code_too_large",
        `The program is ${bytes} bytes long; at most ${this.limits.codeBytes} are accepted.`,
        { hint: "Pass data through tools or artifacts instead of writing it into the program." },
      );
    }
    const { frontEnd } = await this.#runtime();
    const program = await this.clock.wait("the program to be read", frontEnd.prepare(code, this.clock.signal));
    return { program, skills: await this.clock.wait("its skills", reachMentioned(this, program.mentions)) };
  }

  #runtime(): LanguageRuntime | Promise<LanguageRuntime> {
    return this.clock.wait(`${LANGUAGE_NAMES[this.language]} to be loaded`, this.host.runtimes.get(this.language));
  }

  /** Takes the snapshot of the catalog when the servers that a program mentions have answered; only the first time. */
  async #snapshot({ program, skills }: PreparedProgram): Promise<void> {
    if (this.#catalog !== undefined) return;
    await this.awaitMentioned(program.mentions, undefined, skills);
    this.#catalog ??= assumeTools(this.host.registry.catalog(), program.mentions);
  }

  async #check(
    { program, skills }: PreparedProgram,
    { names, typeCheck }: { readonly names: readonly string[]; readonly typeCheck: boolean },
  ): Promise<readonly string[]> {
    const { catalog, clock, host } = this;
    const observed = host.observed.apply(catalog);
    const context = { catalog, observed, sessionNames: new Set(names), typeCheck, signal: clock.signal, skills };
    return clock.wait("the check of the program", program.check(context));
  }
}

/** What is still waited for in a run that has ended ends with it. */
const OVER = new CodemodeError("cancelled", "The run has ended.");
