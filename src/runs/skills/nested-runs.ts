import { performance } from "node:perf_hooks";
import type { JsonValue } from "../../base/json.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Limits } from "../../engines/limits.ts";
import type {
  CellLimits,
  CellOutcome,
  GuestFault,
  GuestLanguage,
  NamespaceTable,
  OutputChunk,
} from "../../engines/engine.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import type { GuestServices } from "../guest-services.ts";
import { NamespaceTables } from "../../languages/namespace-tables.ts";
import type { LanguageRuntime } from "../sessions/language-runtimes.ts";
import type { Mentions } from "../../languages/mentions.ts";
import type { OwnSkills } from "./combined-skills.ts";
import { NO_SKILLS, type ReachedSkills } from "../../languages/program.ts";
import { reachSkills } from "./reach-skills.ts";
import { serverCatalog } from "./server-catalog.ts";
import type { SkillPlaces } from "./skill-places.ts";
import { type ScriptSurroundings, setupSource } from "./script-setup.ts";
import type { ScriptOutcome } from "./skill-answers.ts";

/** What all programs run on behalf of one program share with it. */
export interface NestedRunsOptions {
  readonly open: () => Promise<OwnSkills>;
  readonly runtime: (language: GuestLanguage) => Promise<LanguageRuntime>;
  readonly limits: (language: GuestLanguage) => Limits;
  readonly places: SkillPlaces;
  readonly catalog: Catalog;
  readonly namespaces: NamespaceTable;
  /** When the program that started it all is out of time, as `performance.now()` tells it. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly output: (chunk: OutputChunk) => void;
  readonly note: (sentence: string) => void;
}

/** A program run on behalf of another. */
export interface NestedProgram {
  readonly language: GuestLanguage;
  readonly code: string;
  /** 1 for what a program runs itself. */
  readonly depth: number;
  /** Name of the skill, for errors. */
  readonly skill: string;
  /** The MCP server the program comes from; it sees that server's tools only, and imports no skills. */
  readonly server?: string;
}

/** Runs skills in sandboxes of their own, within the time and through the services of the program that asks. */
export class NestedRuns {
  readonly #options: NestedRunsOptions;
  #logBytes = 0;

  constructor(options: NestedRunsOptions) {
    this.#options = options;
  }

  /** Runs a program to its value; what it prints goes where the asking program's output goes. */
  async value(program: NestedProgram, services: GuestServices): Promise<JsonValue> {
    const outcome = await this.#run(program, services, { output: (chunk) => this.#forward(program.language, chunk) });
    if (outcome.kind === "finished") return this.#valueOf(outcome);
    throw toError(outcome, program);
  }

  /** Runs a script; what it prints and how it ends is its result. */
  async script(
    program: NestedProgram,
    surroundings: ScriptSurroundings,
    services: GuestServices,
  ): Promise<ScriptOutcome> {
    const started = performance.now();
    const printed = { stdout: "", stderr: "" };
    const outcome = await this.#run(program, services, {
      surroundings,
      output: ({ stream, text }) => {
        printed[stream] += text;
      },
    });
    if (outcome.kind === "stopped") throw toError(outcome, program);
    return {
      exitCode: outcome.kind === "finished" ? 0 : exitCodeOf(outcome.fault),
      ...printed,
      durationMs: Math.round(performance.now() - started),
      value: outcome.kind === "finished" ? this.#valueOf(outcome) : null,
      ...(outcome.kind === "failed" && outcome.fault.name !== "SystemExit"
        ? { failure: failureOf(outcome.fault) }
        : {}),
    };
  }

  async #run(
    program: NestedProgram,
    services: GuestServices,
    {
      surroundings,
      output,
    }: { readonly surroundings?: ScriptSurroundings; readonly output: (chunk: OutputChunk) => void },
  ): Promise<CellOutcome> {
    const { runtime, limits: limitsOf, places, signal } = this.#options;
    const { language, code, depth } = program;
    const { catalog, namespaces } = this.#surroundings(program);
    const { engine, frontEnd } = await runtime(language);
    const prepared = await frontEnd.prepare(code, signal);
    const skills = await this.#reach(program, prepared.mentions);
    await prepared.check({ catalog, sessionNames: new Set(), typeCheck: false, signal, skills });
    const leave = await places.enter(language, depth, signal);
    const sandbox = await engine.open({ memoryBytes: limitsOf(language).memoryBytes, signal }).catch((thrown) => {
      leave();
      throw thrown;
    });
    const host = { call: services.answer.bind(services), output, signal };
    try {
      const limits = this.#cellLimits(program);
      if (surroundings !== undefined) {
        const source = setupSource(language, surroundings);
        const ready = await sandbox.run({ source, filename: "setup", namespaces, limits }, host);
        if (ready.kind !== "finished") throw toError(ready, program);
      }
      const modules = new Map([...prepared.modules(catalog), ...skills.modules]);
      return await sandbox.run({ ...prepared.cell, modules, namespaces, limits: this.#cellLimits(program) }, host);
    } finally {
      leave();
      await sandbox.close();
    }
  }

  #surroundings({ server }: NestedProgram): Pick<NestedRunsOptions, "catalog" | "namespaces"> {
    if (server === undefined) return this.#options;
    const catalog = serverCatalog(this.#options.catalog, server);
    return { catalog, namespaces: new NamespaceTables().of(catalog) };
  }

  async #reach({ language, server }: NestedProgram, mentions: Mentions): Promise<ReachedSkills> {
    if (server !== undefined) return NO_SKILLS;
    const { open, limits } = this.#options;
    return reachSkills(await open(), { mentions, language }, limits(language).skillDepth);
  }

  /** What is left of the time of the program that asks; a sandbox that took long to start may have used it up. */
  #cellLimits({ language, skill }: NestedProgram): CellLimits {
    const { logBytes, valueBytes, toolResultBytes } = this.#options.limits(language);
    const timeMs = Math.ceil(this.#options.deadline - performance.now());
    if (timeMs <= 0) {
      throw new CodemodeError("time_limit", `The time was over before the skill "${skill}" could start.`, {
        tool: `${SKILLS_SERVER}__${skill}`,
        hint: "Run it again, since starting it is faster the next time, or ask for a higher time limit.",
      });
    }
    return { timeMs, logBytes, valueBytes, argumentBytes: toolResultBytes };
  }

  /** All skills of a run together may print as much as one program. */
  #forward(language: GuestLanguage, chunk: OutputChunk): void {
    const most = this.#options.limits(language).logBytes;
    const before = this.#logBytes;
    this.#logBytes += Buffer.byteLength(chunk.text);
    if (this.#logBytes <= most) this.#options.output(chunk);
    else if (before <= most) this.#options.note("Output of skills past the limit (logBytes) was dropped.");
  }

  #valueOf(outcome: Extract<CellOutcome, { kind: "finished" }>): JsonValue {
    for (const note of outcome.notes) this.#options.note(note);
    const value: JsonValue = JSON.parse(outcome.valueJson);
    return value;
  }
}

function toError(outcome: Exclude<CellOutcome, { kind: "finished" }>, { skill }: NestedProgram): CodemodeError {
  const tool = `${SKILLS_SERVER}__${skill}`;
  if (outcome.kind === "stopped") {
    return new CodemodeError(outcome.code, `The skill "${skill}": ${outcome.message}`, { tool, hint: outcome.hint });
  }
  const { fault } = outcome;
  const place = placeIn(fault);
  const at = place === undefined ? "" : ` at ${place}`;
  const named =
    fault.name === "Error" || fault.name === "ToolError" ? fault.message : `${fault.name}: ${fault.message}`;
  return new CodemodeError(fault.code, `The skill "${skill}" failed${at}: ${named}`, {
    tool: fault.tool ?? tool,
    hint: fault.hint,
    content: fault.content,
    structuredContent: fault.structuredContent,
  });
}

/** File and line of the innermost frame in a skill. */
function placeIn({ stack = "" }: GuestFault): string | undefined {
  const places = [...stack.matchAll(/(skills\/\w+(?:\.py)?)(?:\?\d+|#\d+)?(?:", line |:)(\d+)/g)];
  const found = stack.startsWith("Traceback") ? places.at(-1) : places[0];
  return found === undefined ? undefined : `line ${found[2]} of ${found[1]}`;
}

function exitCodeOf({ name, message }: GuestFault): number {
  const code = name === "SystemExit" && /^-?\d+$/.test(message) ? Number(message) & 0xff : 1;
  return code;
}

function failureOf({ name, message, stack }: GuestFault): NonNullable<ScriptOutcome["failure"]> {
  return { name, message, trace: stack ?? `${name}: ${message}` };
}
