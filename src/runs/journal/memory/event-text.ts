import { INLINE_BYTES, type JournalEvent } from "../run-store.ts";

/** The events of a run as they are kept. */
export interface EventRecord {
  /** Those with long bodies; all others are {@link texts}. */
  long: JournalEvent[];
  /** As {@link toText} writes them: many small objects would keep the garbage collector busy. */
  texts: string[];
}

/** All events of a record, in their order. */
export function eventsOf({ texts, long }: EventRecord): readonly JournalEvent[] {
  return [...texts.flatMap(fromText), ...long].sort((one, other) => one.seq - other.seq);
}

/**
 * The short ones of some events as one text: of each a line with its fields and the lengths of its texts, then these. To be
 * JSON they would have to be read sign by sign and written once more.
 */
export function toText(events: readonly JournalEvent[]): string {
  const parts: string[] = [];
  for (const event of events) {
    if (hasLongBody(event)) continue;
    const { seq, type, at, callId = "", facts, body } = event;
    parts.push(`${seq} ${type} ${at} ${callId} ${facts.length} ${body?.length ?? ""}\n`, facts, body ?? "");
  }
  return parts.join("");
}

/** Reads what {@link toText} wrote, or several such texts one after the other. */
function fromText(text: string): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let at = 0; at < text.length;) {
    const begin = text.indexOf("\n", at) + 1;
    const [seq, type, time, callId, factsLength, bodyLength] = text.slice(at, begin - 1).split(" ");
    const end = begin + Number(factsLength);
    at = end + Number(bodyLength);
    events.push({
      seq: Number(seq),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was written here
      type: type as JournalEvent["type"],
      at: Number(time),
      facts: text.slice(begin, end),
      ...(callId === "" ? {} : { callId: Number(callId) }),
      ...(bodyLength === "" ? {} : { body: text.slice(end, at) }),
    });
  }
  return events;
}

/** True for an event whose body takes much room by itself. */
export function hasLongBody({ body = "" }: JournalEvent): boolean {
  return body.length > INLINE_BYTES;
}
