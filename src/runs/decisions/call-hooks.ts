import { CodemodeError } from "../../base/codemode-error.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { PolicyDecision } from "./policy.ts";

/** A call as hooks see it. */
export interface HookedCall {
  readonly runId: string;
  /** Counts the calls of a run from 1. */
  readonly callId: number;
  /** Full name, `server__tool`. */
  readonly tool: string;
  /** What the tool would be called with; a copy, checked against its schema. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly language: GuestLanguage;
  readonly session?: string;
}

/** Answer of a hook, at once or later; undefined where it has none. */
export type HookAnswer<T> = T | undefined | void | Promise<T | undefined | void>;

/** Functions that decide about calls, whoever makes them. One that fails denies the call. */
export interface DecidingHooks {
  /**
   * Asked before each call that names a known tool with fitting arguments, before the policy. `deny` refuses the call,
   * `ask` wants an approval also where the policy does not, and `allow` answers what the policy would ask; it cannot lift
   * what the policy denies. Arguments it returns are those the tool is called with, and are checked like those of the
   * program. The program and the person who is asked read the reason.
   */
  readonly beforeToolCall?: (call: HookedCall) => HookAnswer<{
    readonly decision?: "allow" | "ask" | "deny";
    readonly arguments?: Readonly<Record<string, unknown>>;
    readonly reason?: string;
  }>;
  /**
   * Shown the outcome of each call that was made: the value that the program would be given, or the error that would be
   * raised in it. What it returns takes its place.
   */
  readonly afterToolCall?: (
    call: HookedCall,
    outcome: { readonly value: unknown } | { readonly error: CodemodeError },
  ) => HookAnswer<{ readonly value: unknown } | { readonly error: Error | string }>;
}

type HookedOutcome = Parameters<NonNullable<DecidingHooks["afterToolCall"]>>[1];

/** What all hooks together say of a call. */
interface CombinedVerdict {
  readonly decision: PolicyDecision | undefined;
  readonly arguments: HookedCall["arguments"];
  readonly reason: string | undefined;
}

/** Rank of a decision: the strictest of several hooks holds. */
const STRICTNESS: readonly (PolicyDecision | undefined)[] = [undefined, "allow", "ask", "deny"];

/** The hooks of one run, in the order in which they are asked. */
export class CallHooks {
  readonly #hooks: readonly DecidingHooks[];
  /** True when some hook hears of results. */
  readonly hearResults: boolean;

  constructor(hooks: readonly DecidingHooks[]) {
    this.#hooks = hooks.filter((hook) => hook.beforeToolCall !== undefined || hook.afterToolCall !== undefined);
    this.hearResults = this.#hooks.some(({ afterToolCall }) => afterToolCall !== undefined);
  }

  /** True when no hook decides anything. */
  get isEmpty(): boolean {
    return this.#hooks.length === 0;
  }

  /**
   * Asks about a call. Each hook is given what the one before it made of the arguments; the first denial is the last word.
   *
   * @param check takes rewritten arguments, or throws what is wrong with them
   */
  async before(call: HookedCall, check: (args: unknown) => HookedCall["arguments"]): Promise<CombinedVerdict> {
    let settled: CombinedVerdict = { decision: undefined, arguments: call.arguments, reason: undefined };
    for (const { beforeToolCall } of this.#hooks) {
      if (beforeToolCall === undefined) continue;
      const shown = { ...call, arguments: copy(settled.arguments) };
      const said = await attempt(call.tool, async () => beforeToolCall(shown));
      const { decision, reason, arguments: rewritten } = said ?? {};
      const isStricter = STRICTNESS.indexOf(decision) > STRICTNESS.indexOf(settled.decision);
      settled = {
        ...(isStricter ? { decision, reason } : { decision: settled.decision, reason: settled.reason }),
        arguments: rewritten === undefined || decision === "deny" ? settled.arguments : check(rewritten),
      };
      if (decision === "deny") break;
    }
    return settled;
  }

  /** Shows the outcome of a call, to each hook what the one before it made of it. Throws its error. */
  async after(call: HookedCall, outcome: HookedOutcome): Promise<unknown> {
    let settled = outcome;
    for (const { afterToolCall } of this.#hooks) {
      if (afterToolCall === undefined) continue;
      const [made, shown] = [{ ...call, arguments: copy(call.arguments) }, settled];
      const said = await attempt(call.tool, async () => afterToolCall(made, shown));
      if (said === undefined || said === null) continue;
      settled = "error" in said ? { error: toError(call.tool, said.error) } : said;
    }
    if ("error" in settled) throw settled.error;
    return settled.value;
  }
}

async function attempt<T>(tool: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CodemodeError("policy_denied", `A hook about ${tool} failed, so the call is refused: ${reason}`, {
      tool,
      hint: "Ask the person who runs this server to correct the hook.",
      cause: thrown,
    });
  }
}

function toError(tool: string, error: Error | string): CodemodeError {
  if (CodemodeError.is(error)) return error;
  const message = typeof error === "string" ? error : error.message;
  return new CodemodeError("tool_error", message, { tool });
}

/** What a hook changes in place changes nothing. */
function copy(args: HookedCall["arguments"]): HookedCall["arguments"] {
  return structuredClone(args);
}
