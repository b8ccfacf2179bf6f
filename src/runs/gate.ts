import { performance } from "node:perf_hooks";
import type { Catalog } from "../catalog/catalog.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import { acceptArguments } from "../schema/accept-arguments.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { splitToolName, unknownName } from "../catalog/unknown-name.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import type { Validator } from "../schema/validator.ts";
import type { CallProgress } from "../sources/source.ts";
import { toToolValue } from "../sources/tool-value.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import type { CallBudget } from "./call-budget.ts";
import { outlineValue } from "./outline-value.ts";
import { decide, type Policy } from "./policy.ts";
import type { ToolCallTrace } from "./result.ts";
import type { RunEvents } from "./run-events.ts";

/** Most reasons for which a tool's arguments were not checked in full that are noted. */
const MAX_UNCHECKED = 3;

/** What the gate of one run works with. */
export interface GateOptions {
  readonly registry: ToolRegistry;
  /** The snapshot the run started with. */
  readonly catalog: Catalog;
  readonly validator: Validator;
  readonly policy: Policy;
  readonly budget: CallBudget;
  /** Largest JSON text of one result. */
  readonly toolResultBytes: number;
  /** Ends the run: waiting calls are not made any more, those under way are cancelled. */
  readonly signal: AbortSignal;
  /** Tells of each call; calls are counted from 1. */
  readonly events: RunEvents;
  /** Refuse tools beyond what the policy refuses, by throwing. */
  readonly rules?: readonly ((tool: ToolEntry) => void)[];
}

interface GateRecord {
  readonly trace: { tool: string; status: ToolCallTrace["status"]; durationMs: number }[];
  readonly notes: Set<string>;
  readonly results: Map<string, unknown>;
}

/** Tools whose last result is remembered by its shape. */
const MOST_RESULTS = 100;

/** How one call differs from the ordinary. */
export interface GateCallOptions {
  /** Gives the whole MCP result instead of its value, also when it is an error. @default false */
  readonly raw?: boolean;
  /** Overrides the time-out of the server. */
  readonly timeoutMs?: number;
  readonly onProgress?: (progress: CallProgress) => void;
}

/**
 * The one way to a tool. Every call passes the same doors in the same order: known tool, arguments match the schema,
 * policy, budgets.
 */
export class CallGate {
  readonly #options: GateOptions;
  readonly #trace: GateRecord["trace"];
  readonly #notes: GateRecord["notes"];
  readonly #results: GateRecord["results"];

  constructor(options: GateOptions, record: GateRecord = { trace: [], notes: new Set(), results: new Map() }) {
    this.#options = options;
    this.#trace = record.trace;
    this.#notes = record.notes;
    this.#results = record.results;
  }

  /** The same gate with one more rule: what passes it counts and is traced here. */
  narrowed(rule: (tool: ToolEntry) => void): CallGate {
    const rules = [...(this.#options.rules ?? []), rule];
    return new CallGate(
      { ...this.#options, rules },
      { trace: this.#trace, notes: this.#notes, results: this.#results },
    );
  }

  /** The calls so far, in the order they were made; one that is still under way is `in_doubt`. */
  get trace(): readonly ToolCallTrace[] {
    return this.#trace.map((call) => ({ ...call }));
  }

  /** What each tool gave last, trimmed to its shape, by full name. */
  get results(): ReadonlyMap<string, unknown> {
    return this.#results;
  }

  /** What was noticed about results, as sentences. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Makes a call and gives its value. Throws {@link CodemodeError} with the code of the door that refused, or of the tool. */
  async call(name: string, args: unknown, options: GateCallOptions = {}): Promise<unknown> {
    const record = { tool: name, status: "in_doubt" as ToolCallTrace["status"], durationMs: 0 };
    const callId = this.#trace.push(record);
    const { events, catalog } = this.#options;
    if (events.isHeard) events.callStart(callId, catalog.get(name)?.name ?? name, args);
    const started = performance.now();
    let error: CodemodeError | undefined;
    try {
      const tool = await this.#knownTool(name);
      record.tool = tool.name;
      const accepted = this.#matchingArguments(tool, args);
      this.#allowed(tool);
      const value = await this.#perform(tool, accepted, {
        ...options,
        onProgress: this.#progressOf(callId, tool, options),
      });
      record.status = "ok";
      return value;
    } catch (thrown) {
      error = toCodemodeError(thrown);
      record.status = failedCallStatus(error);
      throw error;
    } finally {
      record.durationMs = performance.now() - started;
      events.callEnd(callId, record, error);
    }
  }

  async #knownTool(name: string): Promise<ToolEntry> {
    const { catalog, registry, signal } = this.#options;
    const known = catalog.get(name);
    if (known !== undefined) return known;
    // A server that is still connecting may yet bring the tool.
    const owner = splitToolName(catalog, name)?.server;
    if (owner !== undefined) await registry.ready([owner.name], { signal });
    const current = registry.catalog();
    const late = current.get(name);
    if (late !== undefined) return late;
    await current.prepareSearch();
    throw unknownName(current, { kind: "tool", name });
  }

  #matchingArguments(tool: ToolEntry, args: unknown): Readonly<Record<string, unknown>> {
    const value = args ?? {};
    if (!isArguments(value)) {
      throw new CodemodeError(
        "invalid_arguments",
        `${tool.name} takes one object of arguments, not ${describe(value)}.`,
        {
          tool: tool.name,
          hint: `Call it as ${tool.serverIdentifier}.${tool.identifier}({ … }).`,
        },
      );
    }
    const verdict = acceptArguments(this.#options.validator, tool.inputSchema, value);
    if (verdict.ok) {
      for (const reason of verdict.unchecked.slice(0, MAX_UNCHECKED)) {
        this.#notes.add(`Not all arguments of ${tool.name} were checked: ${reason}`);
      }
      return verdict.value;
    }
    const problems = verdict.issues.map(({ message }) => message);
    throw new CodemodeError("invalid_arguments", `${tool.name} cannot take these arguments: ${problems.join(" ")}`, {
      tool: tool.name,
      hint: verdict.issues[0]?.fix,
    });
  }

  #allowed(tool: ToolEntry): void {
    for (const rule of this.#options.rules ?? []) rule(tool);
    const decision = decide(this.#options.policy, tool);
    if (decision === "allow") return;
    const code = decision === "deny" ? "policy_denied" : "approval_required";
    throw new CodemodeError(
      code,
      `The policy ${decision === "deny" ? "forbids" : "wants an approval for"} ${tool.name}.`,
      {
        tool: tool.name,
        hint: "Do without this tool, or ask the person who runs this server to change the policy.",
      },
    );
  }

  #schemaBreach(value: unknown, schema: JsonSchema): string | undefined {
    const verdict = this.#options.validator.validate(schema, value);
    return verdict.ok ? undefined : verdict.issues.map(({ path, message }) => `${path} ${message}`).join("; ");
  }

  /** A server is asked for its progress only where somebody listens. */
  #progressOf(
    callId: number,
    tool: ToolEntry,
    { onProgress }: GateCallOptions,
  ): ((progress: CallProgress) => void) | undefined {
    const { events } = this.#options;
    if (!events.wantsProgress) return onProgress;
    return (progress) => {
      events.callProgress(callId, tool.name, progress);
      onProgress?.(progress);
    };
  }

  async #perform(
    tool: ToolEntry,
    args: Readonly<Record<string, unknown>>,
    options: Omit<GateCallOptions, "onProgress"> & { readonly onProgress: GateCallOptions["onProgress"] | undefined },
  ): Promise<unknown> {
    const { budget, registry, signal, toolResultBytes } = this.#options;
    if (!budget.accept()) return new Promise(() => {});
    return budget.run(async () => {
      if (signal.aborted) throw endedEarly(tool);
      const { timeoutMs, onProgress } = options;
      const envelope = await registry.invoke(tool, args, {
        signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      if (options.raw === true) return envelope;
      const { value, notes } = toToolValue(tool, envelope, {
        toolResultBytes,
        check: (part, schema) => this.#schemaBreach(part, schema),
      });
      for (const note of notes) this.#notes.add(note);
      if (this.#results.size < MOST_RESULTS || this.#results.has(tool.name))
        this.#results.set(tool.name, outlineValue(value));
      return value;
    });
  }
}

function endedEarly(tool: ToolEntry): CodemodeError {
  return new CodemodeError("cancelled", `${tool.name} was not called: the run had ended.`, { tool: tool.name });
}

/** How a call that ended with an error is told. */
export function failedCallStatus(error: CodemodeError): "denied" | "error" {
  return error.code === "policy_denied" || error.code === "approval_required" ? "denied" : "error";
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function isArguments(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
