import type { NewEvent } from "../event-writer.ts";
import { bodyLength, INLINE_BYTES, type JournalEvent } from "../run-store.ts";

/** The events of a run as they are kept. */
export interface EventRecord {
  /** The first few, and those with long bodies; all others are in {@link batches}. */
  long: JournalEvent[];
  /** As {@link toBatch} makes them: many small objects would keep the garbage collector busy. */
  batches: EventBatch[];
}

/** Short events that were written at a time: their texts one after the other, and of each its numbers. */
interface EventBatch {
  readonly text: string;
  readonly numbers: Float64Array;
}

/** Numbers of each event in a batch: its own, its type, its time, its call, and the lengths of its texts. */
const NUMBERS = 6;

/** Stands for a number that is not there. */
const NONE = -1;

/** A record of more batches than this is put together when its run has ended. */
const MOST_BATCHES = 32;

const TYPES: readonly JournalEvent["type"][] = [
  "start",
  "call",
  "result",
  "output",
  "wait",
  "answer",
  "decision",
  "end",
];

/** All events of a record, in their order. */
export function eventsOf({ batches, long }: EventRecord): readonly JournalEvent[] {
  return [...batches.flatMap(fromBatch), ...long].sort((one, other) => one.seq - other.seq);
}

/** The short ones of some events, undefined where there are none; the others are added to `long`. */
export function toBatch(events: readonly JournalEvent[], long: JournalEvent[] = []): EventBatch | undefined {
  const numbers = new Float64Array(events.length * NUMBERS);
  const texts: string[] = [];
  let at = 0;
  for (const event of events) {
    if (hasLongBody(event)) {
      long.push(event);
      continue;
    }
    const { facts, body } = event;
    numbers[at] = event.seq;
    numbers[at + 1] = TYPES.indexOf(event.type);
    numbers[at + 2] = event.at;
    numbers[at + 3] = event.callId ?? NONE;
    numbers[at + 4] = facts.length;
    numbers[at + 5] = body?.length ?? NONE;
    at += NUMBERS;
    texts.push(facts);
    if (body !== undefined) texts.push(body);
  }
  if (at === 0) return undefined;
  return { text: texts.join(""), numbers: at === numbers.length ? numbers : numbers.subarray(0, at) };
}

/** The same events in few batches. */
export function joinBatches(batches: EventBatch[]): EventBatch[] {
  if (batches.length <= MOST_BATCHES) return batches;
  const numbers = new Float64Array(batches.reduce((sum, batch) => sum + batch.numbers.length, 0));
  let at = 0;
  for (const batch of batches) {
    numbers.set(batch.numbers, at);
    at += batch.numbers.length;
  }
  return [{ text: batches.map(({ text }) => text).join(""), numbers }];
}

function fromBatch({ text, numbers }: EventBatch): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  let from = 0;
  const next = (length: number): string => {
    from += length;
    return text.slice(from - length, from);
  };
  for (let index = 0; index < numbers.length; index += NUMBERS) {
    const [seq = 0, type = 0, at = 0, callId = NONE, factsLength = 0, bodyCharacters = NONE] = numbers.subarray(index);
    const event: NewEvent = { seq, type: TYPES[type] ?? "start", at, facts: next(factsLength) };
    if (callId !== NONE) event.callId = callId;
    if (bodyCharacters !== NONE) event.body = next(bodyCharacters);
    events.push(event);
  }
  return events;
}

/** True for an event whose body takes much room by itself. */
export function hasLongBody(event: JournalEvent): boolean {
  return bodyLength(event) > INLINE_BYTES;
}
