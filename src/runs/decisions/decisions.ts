import { CodemodeError } from "../../base/codemode-error.ts";
import { untilAborted } from "../../base/deadline.ts";
import { definitionHash } from "../../catalog/tool-definition.ts";
import { defined } from "../../base/defined.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import type { Run } from "../run.ts";
import type { PastWrite, PastWrites } from "./past-writes.ts";
import { matchingArguments } from "./matching-arguments.ts";
import { CallHooks, type DecidingHooks, type HookedCall } from "./call-hooks.ts";
import { ALLOWED, decide, type PolicyDecision, reads } from "./policy.ts";

/** A call that is known and whose arguments fit, on its way to a decision. */
export interface AskedCall {
  readonly callId: number;
  readonly tool: ToolEntry;
  readonly arguments: HookedCall["arguments"];
  /** The same call as an earlier attempt of the program made it. */
  readonly past?: PastWrite | undefined;
}

/** Settings that decide about the calls of one run beside the policy. */
interface DecisionSettings {
  readonly session?: string | undefined;
  /** In the order in which they are asked. */
  readonly hooks?: readonly DecidingHooks[];
  /** Lets only tools through that read. @default false */
  readonly readOnly?: boolean;
  /** Lists the calls that do not read instead of making them. @default false */
  readonly preview?: boolean;
  /** Writes of earlier attempts, which are not made again. */
  readonly past?: PastWrites | undefined;
}

/** A call that was listed instead of being made. */
interface PreviewedCall {
  readonly callId: number;
  readonly tool: string;
  readonly arguments: unknown;
  /** Why a person would be asked about it; undefined where nobody would. */
  readonly asks: string | undefined;
}

/**
 * Decides about every call of a run and of all on its behalf, in one order: hooks, the read-only lane, the policy. Each
 * decision is written to the journal before its effect.
 */
export class Decisions {
  readonly #settings: DecisionSettings;
  readonly #hooks: CallHooks;
  /** The calls of a preview that were not made, as they came. */
  readonly listed: PreviewedCall[] = [];

  /** Writes of earlier attempts; undefined for a run that tries nothing again. */
  get past(): PastWrites | undefined {
    return this.#settings.past;
  }

  /** True where calls that do not read are listed and not made. */
  get isPreview(): boolean {
    return this.#settings.preview === true;
  }

  /** True where a hook is shown the outcomes of calls, by {@link conclude}. */
  get hearResults(): boolean {
    return this.#hooks.hearResults;
  }

  constructor(settings: DecisionSettings) {
    this.#settings = settings;
    this.#hooks = new CallHooks(settings.hooks ?? []);
  }

  /**
   * Decides about a call; returns the arguments to make it with. Throws `policy_denied` or `approval_required`, and
   * `invalid_arguments` where somebody rewrote them so that they do not match.
   */
  settle(run: Run, call: AskedCall): AskedCall["arguments"] | Promise<AskedCall["arguments"]> {
    if (this.#hooks.isEmpty) return this.#decide(run, call);
    return this.#askHooks(run, call).then((said) => this.#decide(run, { ...call, arguments: said.arguments }, said));
  }

  #askHooks(run: Run, call: AskedCall): Promise<SaidByHooks & Pick<AskedCall, "arguments">> {
    const check = (rewritten: unknown): HookedCall["arguments"] => matchingArguments(run, call.tool, rewritten);
    // A hook is given no signal, and one that never answers must not outlast its call.
    return untilAborted(this.#hooks.before(this.#hooked(run, call), check), run.clock.signal);
  }

  /** Nothing is waited for where nothing is recorded, since every call of a program passes here. */
  #decide(run: Run, call: AskedCall, said?: SaidByHooks): AskedCall["arguments"] | Promise<AskedCall["arguments"]> {
    const { arguments: args } = call;
    const verdict = this.#verdictOf(run, call, said);
    if (this.isPreview && verdict.decision !== "deny") return this.#list(run, call, verdict);
    const recorded = run.journal?.decided?.(call.callId, call.tool.name, verdict);
    if (verdict.decision === "allow") return recorded === undefined ? args : recorded.then(() => args);
    const refused = refusal(call.tool.name, verdict);
    if (verdict.decision === "ask" && run.journal?.canPark === true)
      return this.#askSomebody(run, call, verdict.reason);
    if (recorded === undefined) throw refused;
    return recorded.then(() => Promise.reject(refused));
  }

  /** The arguments that somebody approved; others than those of the program pass all that those have passed. */
  async #askSomebody(run: Run, call: AskedCall, reason: string): Promise<AskedCall["arguments"]> {
    const { callId, tool, arguments: args } = call;
    const question = { callId, tool: tool.name, arguments: args, kind: "approval", reason, foreseen: false } as const;
    const answer = await run.parking.ask(question, definitionHash(tool));
    const decision = answer.decision === "approve" ? "allow" : "deny";
    await run.journal?.decided?.(callId, tool.name, { decision, reason: answer.reason ?? "", by: "person" });
    if (answer.decision === "deny") throw deniedBySomebody(tool.name, answer.reason);
    if (answer.arguments === undefined) return args;
    const edited = { ...call, arguments: matchingArguments(run, tool, answer.arguments), past: undefined };
    const said = this.#hooks.isEmpty ? undefined : await this.#askHooks(run, edited);
    const verdict = this.#verdictOf(run, edited, said);
    if (verdict.decision !== "deny") return edited.arguments;
    // Who edits a call decides about no more than the call.
    await run.journal?.decided?.(callId, tool.name, verdict);
    throw refusal(tool.name, verdict);
  }

  /** Makes a call and shows its outcome to the hooks; returns the value that the program gets, or rejects. */
  conclude(run: Run, call: AskedCall, perform: () => Promise<unknown>): Promise<unknown> {
    return this.hearResults ? this.#concludeHeard(run, call, perform) : perform();
  }

  async #concludeHeard(run: Run, call: AskedCall, perform: () => Promise<unknown>): Promise<unknown> {
    const outcome = await perform().then(
      (value) => ({ value }),
      (thrown: unknown) => {
        if (CodemodeError.is(thrown) && thrown.code !== "cancelled") return { error: thrown };
        throw thrown;
      },
    );
    return untilAborted(this.#hooks.after(this.#hooked(run, call), outcome), run.clock.signal);
  }

  /** In a preview only what reads, and needs nobody's approval, is done. */
  #list(
    run: Run,
    { callId, tool, arguments: args }: AskedCall,
    { decision, reason, by }: Verdict,
  ): AskedCall["arguments"] {
    if (decision === "allow" && (by === "record" || reads(tool))) return args;
    const call = { callId, tool: tool.name, arguments: args };
    const question = { ...call, kind: "approval", reason, foreseen: true } as const;
    const isOpen = decision === "ask" && run.journal?.decision?.(question, definitionHash(tool)) === undefined;
    this.listed.push({ ...call, asks: isOpen ? reason : undefined });
    throw new CodemodeError("policy_denied", `${PREVIEW_END} ${tool.name}, which a preview does not call.`, {
      tool: tool.name,
      opaque: true,
    });
  }

  /** Hashes of the definitions of the tools that a run waits to be allowed to call. */
  static definitionsAsked({ record: { pending }, root }: Run): Readonly<Record<string, string>> {
    if (pending === undefined) return {};
    return Object.fromEntries(
      pending.flatMap(({ tool }) => {
        const entry = root.catalog.get(tool);
        return entry === undefined ? [] : [[tool, definitionHash(entry)]];
      }),
    );
  }

  #hooked(run: Run, { callId, tool, arguments: args }: AskedCall): HookedCall {
    const { session } = this.#settings;
    const { runId } = run.events;
    return { runId, callId, tool: tool.name, arguments: args, language: run.language, ...defined({ session }) };
  }

  /** What was done before needs nobody's approval, since it is not done again. */
  #verdictOf(run: Run, call: AskedCall, said: SaidByHooks | undefined): Verdict {
    const verdict = this.#rulingOn(run, call, said);
    const isDone = call.past?.valueJson !== undefined && verdict.decision !== "deny";
    return isDone ? { decision: "allow", reason: "it was completed before", by: "record" } : verdict;
  }

  #rulingOn(run: Run, { tool, arguments: args }: AskedCall, said: SaidByHooks | undefined): Verdict {
    const reason = said?.reason ?? "it gave no reason";
    if (said?.decision === "deny") return { decision: "deny", reason, by: "hook" };
    if (this.#settings.readOnly === true && !reads(tool)) {
      return { decision: "deny", reason: "only tools that are marked read-only may be called here", by: "read-only" };
    }
    const verdict = byPolicy(decide(run.host.policy, { tool, arguments: args }, run.root.catalog));
    // A hook answers what the policy asks, and asks what the policy allows.
    const isHeard = said?.decision !== undefined && verdict.decision !== "deny" && said.decision !== verdict.decision;
    return isHeard ? { decision: said.decision, reason, by: "hook" } : verdict;
  }
}

/** Beginning of the error of a program that uses what a preview cannot know. */
const PREVIEW_END = "The program uses the result of";

/** What hooks say of a call, if anything. */
interface SaidByHooks {
  readonly decision: PolicyDecision | undefined;
  readonly reason: string | undefined;
}

/** A decision, its reason and who made it. */
interface Verdict {
  readonly decision: PolicyDecision;
  readonly reason: string;
  readonly by: "policy" | "hook" | "read-only" | "record";
}

/** The verdict about most calls, made once. */
const ALLOWED_BY_POLICY: Verdict = { ...ALLOWED, by: "policy" };

function byPolicy(verdict: ReturnType<typeof decide>): Verdict {
  return verdict === ALLOWED ? ALLOWED_BY_POLICY : { ...verdict, by: "policy" };
}

const WHO: Readonly<Record<Verdict["by"], string>> = {
  policy: "The policy",
  hook: "A hook",
  "read-only": "The read-only lane",
  record: "The record",
};

function deniedBySomebody(tool: string, reason: string | undefined): CodemodeError {
  return new CodemodeError("policy_denied", `${tool} was denied${reason === undefined ? "." : `: ${reason}`}`, {
    tool,
    hint: "Do without this call, or ask the person who denied it.",
  });
}

function refusal(tool: string, { decision, reason, by }: Verdict): CodemodeError {
  const code = decision === "deny" ? "policy_denied" : "approval_required";
  const does = decision === "deny" ? "forbids" : "wants an approval for";
  const hint =
    by === "read-only"
      ? "Use a tool that reads, or run the program in the ordinary lane."
      : "Do without this tool, or ask the person who runs this server to change the policy.";
  return new CodemodeError(code, `${WHO[by]} ${does} ${tool}: ${reason.replace(/\.$/, "")}.`, { tool, hint });
}
