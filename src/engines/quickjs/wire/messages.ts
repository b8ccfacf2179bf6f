import { markIntegers, stringifyJson, unmarkIntegers } from "../../../base/exact-json.ts";
import { LargeText, lengthOf } from "../../../base/steps/large-text.ts";
import type { GuestTime, HostReply, Repeatable, GuestTurn } from "../../engine.ts";
import { unescapeInPlace } from "../../../base/steps/unescape-json.ts";
import { parseJsonText } from "../../guest-words.ts";

/** Kinds of frames the guest thread sends. The numbers are also the operations guest code of ours asks for. */
export const FRAME = {
  /** A batch of calls, one a line: id, tab, target as JSON, tab, arguments as JSON. */
  calls: 1,
  stdout: 2,
  stderr: 3,
  /** The cell finished: notes as a JSON list, line feed, value as JSON. */
  finished: 4,
  /** The cell failed: a {@link RawFault} as JSON. */
  failed: 5,
  /** A limit was hit: a `StopReason` as JSON. */
  stopped: 6,
  /** The frame itself waits at the message port. */
  atPort: 7,
  /** The state of the session, in answer to a command to park it. */
  parked: 8,
} as const;

/** Commands to the guest thread; sent as JSON text. */
export type GuestCommand = RunCommand | ResetCommand | ParkCommand;

/** Runs a cell. The first one after a reset also opens the sandbox, or takes up a parked session. */
export interface RunCommand {
  readonly kind: "run";
  /** Number of the cell in its thread; a stop request names it. */
  readonly cell: number;
  readonly memoryBytes: number;
  readonly source: string;
  readonly filename: string;
  readonly globals: readonly string[];
  readonly lateGlobals: readonly string[];
  readonly modules: readonly (readonly [specifier: string, text: string])[];
  /** Version of the namespace table, which was sent before. */
  readonly table: string;
  /** Goes on with the parked session that was sent before. */
  readonly takesUp: boolean;
  /** Puts the sandbox back into its first state when the cell has ended. */
  readonly isAlone: boolean;
  /** Whether the session may be parked at the end, where another waits for the thread. */
  readonly mayPark: boolean;
  readonly timeMs: number;
  readonly logBytes: number;
  readonly valueBytes: number;
  readonly argumentBytes: number;
  readonly repeatable?: Repeatable;
}

/** Puts the sandbox back into its first state. */
interface ResetCommand {
  readonly kind: "reset";
}

/** Sends the state of the session and puts the sandbox back into its first state. */
interface ParkCommand {
  readonly kind: "park";
}

/** An error of the guest as the guest described it; nothing in it is to be trusted but its types. */
export interface RawFault {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  readonly tool?: string;
  readonly hint?: string;
  readonly content?: readonly unknown[];
  /** Its causes and the errors it gathers. */
  readonly related?: readonly (Pick<RawFault, "name" | "message" | "stack" | "tool"> & { readonly relation: string })[];
  /** Fields the program gave it, as JSON. */
  readonly fields?: string;
  readonly structuredContent?: unknown;
  readonly notes?: readonly unknown[];
}

/** A call as it stands in a batch. */
export interface RawCall {
  readonly id: number;
  readonly target: string;
  readonly argumentsJson: string;
}

/** Reads a batch of calls. The lines were made by JSON writers, so no field holds a raw tab or line feed. */
export function parseCalls(text: string): RawCall[] {
  const calls: RawCall[] = [];
  for (const line of text.split("\n")) {
    const first = line.indexOf("\t");
    const second = line.indexOf("\t", first + 1);
    if (first < 0 || second < 0) continue;
    const target = parseJsonText(line.slice(first + 1, second));
    if (typeof target !== "string") continue;
    const argumentsJson = unmarked(line.slice(second + 1));
    calls.push({ id: Number(line.slice(0, first)), target, argumentsJson });
  }
  return calls;
}

/** The guest writes `~mark~` before a text whose integers beyond 2^53 it had to mark. */
function unmarked(text: string): string {
  if (!text.startsWith("~")) return text;
  const head = /^~(bigint-\d+:)~/.exec(text);
  return head?.[1] === undefined ? text : unmarkIntegers(text.slice(head[0].length), head[1]);
}

/** Replies to calls of one cell, as the guest's own code reads them. */
interface ReplyBatch {
  readonly cell: number;
  readonly count: number;
  /** A list of `[id, value]` and `[id, null, error]`; where integers beyond 2^53 are marked the mark is the fourth item. */
  readonly json: string | Uint8Array;
}

/** A reply to a repeatable cell, as it takes them: one at a time. */
export interface TurnReply {
  readonly cell: number;
  readonly time: GuestTime | undefined;
  /** The call it answers; below 0 for a wait, which the guest's own code does not hear of. */
  readonly id: number;
  /** A list of one, as in a {@link ReplyBatch}. */
  readonly json: string | Uint8Array;
}

/** A reply with its turn; those that are strings may be joined. */
export function formatTurn(
  cell: number,
  { id, text, turn }: { id: number; text: string | LargeText; turn: GuestTurn | undefined },
): string | LargeText {
  const time = turn === undefined ? "" : ` ${turn.wallMs} ${turn.runningMs}`;
  const head = `${cell} ${id} ${lengthOf(text) + 2}${time}\n[`;
  return text instanceof LargeText ? text.between(head, "]") : `${head}${text}]`;
}

/** Reads the replies that {@link formatTurn} wrote, in their order; of one that came as bytes its head. */
export function parseTurns(text: string | Uint8Array): TurnReply[] {
  if (typeof text !== "string") {
    const { head, rest } = splitBytes(text);
    const [reply] = parseTurns(head);
    return reply === undefined ? [] : [{ ...reply, json: rest }];
  }
  const replies: TurnReply[] = [];
  for (let at = 0; at < text.length;) {
    const start = text.indexOf("\n", at) + 1;
    const [cell = 0, id = 0, length = 0, wallMs = 0, runningMs] = text.slice(at, start).split(" ").map(Number);
    at = start + length;
    const time = runningMs === undefined ? undefined : { wallMs, runningMs };
    replies.push({ cell, id, time, json: text.slice(start, at) });
  }
  return replies;
}

/** JSON text of one reply; a value that is kept as bytes stays bytes, unless integers in it have to be marked. */
export function formatReply(id: number, reply: HostReply): string | LargeText {
  // A value of megabytes is looked at before anything is put around it, which would be a copy.
  const written = reply.ok ? reply.valueJson : stringifyJson(reply.error);
  if (written instanceof LargeText && !written.mayHoldLongIntegers()) return written.between(`[${id},`, "]");
  const json = String(written);
  const marked = markIntegers(json);
  const text = marked?.text ?? json;
  if (marked !== undefined)
    return reply.ok ? `[${id},${text},null,"${marked.mark}"]` : `[${id},null,${text},"${marked.mark}"]`;
  return reply.ok ? `[${id},${text}]` : `[${id},null,${text}]`;
}

/** A batch of replies; `items` are JSON texts of its entries, one that is kept as bytes alone. */
export function formatReplies(cell: number, items: readonly (string | LargeText)[]): string | LargeText {
  // Joining copies also what stands alone.
  const [only = ""] = items;
  const head = `${cell} ${items.length}\n[`;
  if (only instanceof LargeText) return only.between(head, "]");
  return `${head}${items.length === 1 ? only : items.join(",")}]`;
}

/** The first line of bytes as a text with its end, and what follows it. */
function splitBytes(bytes: Uint8Array): { readonly head: string; readonly rest: Uint8Array } {
  const end = bytes.indexOf(LINE_FEED) + 1;
  return { head: Buffer.from(bytes.subarray(0, end)).toString("latin1"), rest: bytes.subarray(end) };
}

const LINE_FEED = 10;

/** Reads what {@link formatReplies} wrote; of what came as bytes its head. */
export function parseReplies(text: string | Uint8Array): ReplyBatch | undefined {
  if (typeof text !== "string") {
    const { head, rest } = splitBytes(text);
    const batch = parseReplies(head);
    return batch && { ...batch, json: rest };
  }
  const end = text.indexOf("\n");
  const [cell, count] = text.slice(0, end).split(" ");
  if (end < 0 || cell === undefined || count === undefined) return undefined;
  return { cell: Number(cell), count: Number(count), json: text.slice(end + 1) };
}

/** What begins a list of one reply that is a text. */
const TEXT_REPLY = /^\[\[(\d+),"$/;
const TEXT_REPLY_END = '"]]';
/** The engine takes texts up to their first character of that kind. */
const NONE = "\\u0000";

/**
 * Of a list of one reply that came as bytes and is a text: the text itself, in the memory of the reply, and the reply without
 * it. To parse it in the guest would take several times its size. Undefined for any other.
 */
export function takeTextReply(json: Uint8Array): { readonly text: Uint8Array; readonly json: string } | undefined {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.length);
  const from = bytes.indexOf('"') + 1;
  const [, id] = TEXT_REPLY.exec(bytes.toString("latin1", 0, Math.min(from, 32))) ?? [];
  if (id === undefined || bytes.includes(NONE)) return undefined;
  return { text: unescapeInPlace(bytes.subarray(from, -TEXT_REPLY_END.length)), json: `[[${id}]]` };
}
