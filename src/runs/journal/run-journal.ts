import type { GuestTurn, HostReply, OutputChunk, Repeatable } from "../../engines/engine.ts";
import type { GuestRequest } from "../guest-requests.ts";
import type { CallDecision, PendingDecision } from "../result.ts";

/** One request of a guest on its way through the door. */
export interface Crossing {
  /** Number of the request in its guest, from 1 in the order the program makes them. */
  readonly number: number;
  /** Name of the guest: empty for the program of the run, and for a skill the request it serves. */
  readonly guest: string;
  /** Number of the tool call in its run, counted likewise; absent for every other request. */
  readonly callId?: number;
  readonly request: GuestRequest | UnreadRequest;
}

/** A request that could not be read, with what is wrong with it. */
interface UnreadRequest {
  readonly kind: "refused";
  readonly problem: unknown;
}

/** A request of this run by its place, the same whenever the run is repeated. */
export function keyOf({ guest, number }: Pick<Crossing, "guest" | "number">): string {
  return `${guest}${number}`;
}

/**
 * Record of everything that crosses the door of a run.
 *
 * `call` hears of a request before anything is done about it, in the order the program makes them, and `result` of the
 * reply before the guest has it; it returns the turn in which a guest that can be repeated receives it. A reply that `call`
 * returns is what the guest gets; then nothing is done at all.
 */
export interface RunJournal {
  call(crossing: Crossing): Promise<HostReply | undefined> | undefined;
  result(crossing: Crossing, reply: HostReply): GuestTurn | Promise<void> | undefined;
  /** Number that the tool call of a request has already, because it was recorded. */
  callId?(crossing: Pick<Crossing, "guest" | "number">): number | undefined;
  /** What cells of a guest start from when the run can be repeated. */
  repeatable?(guest: string): Repeatable | undefined;
  /** The part of a piece of output of a guest that was not printed before. */
  fresh?(guest: string, chunk: OutputChunk): string;
  /** Waits until a guest's clock shows this time. */
  wait?(untilMs: number, signal: AbortSignal): Promise<void>;
  /** True for a call that was started by a process that died, so that nobody knows whether it was made. */
  isInDoubt?(callId: number): boolean;
  /**
   * What somebody decided about a call that the run was parked for.
   *
   * @param definition hash of the tool's definition; a decision about another one does not count
   */
  decision?(call: PendingDecision, definition?: string): CallDecision | undefined;
  /**
   * Writes that a call which had to wait goes on its way now.
   *
   * @param kind what it waited for: an approval says nothing about whether the call was made before
   */
  release?(callId: number, kind: PendingDecision["kind"]): Promise<void>;
  /** True when the run can be parked: ended now, and gone on with later and elsewhere. */
  readonly canPark?: boolean;
  /** Hears whether a known call may be made, before it is, with the reason and who said so. */
  decided?(
    callId: number,
    tool: string,
    verdict: { readonly decision: "allow" | "ask" | "deny"; readonly reason: string; readonly by: string },
  ): Promise<void> | undefined;
  /** Resolves when what was heard so far is written. Never rejects. */
  flush?(): Promise<void>;
  /** Hears what a guest prints. */
  print?(chunk: OutputChunk, guest: string): void;
}
