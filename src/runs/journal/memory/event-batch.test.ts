import { expect, test } from "vitest";
import { INLINE_BYTES, type JournalEvent } from "../run-store.ts";
import { eventsOf, hasLongBody, joinBatches, toBatch } from "./event-batch.ts";

const EVENTS: readonly JournalEvent[] = [
  { seq: 1, type: "start", at: 1_764_000_000_000.25, facts: "{}", body: '"1 + 1"' },
  { seq: 2, type: "call", at: 1_764_000_000_001, callId: 1, facts: '{"tool":"a__b"}', body: "{}" },
  { seq: 3, type: "output", at: 1_764_000_000_002, facts: '{"stream":"stdout"}', body: "" },
  { seq: 4, type: "result", at: 1_764_000_000_003, callId: 1, facts: '{"é":"😀"}', body: "x".repeat(INLINE_BYTES + 1) },
  { seq: 5, type: "end", at: 1_764_000_000_004, facts: "{}" },
];

test.each([1, 5, 40])("events kept in batches, written %i at a time, come back as they were", (count) => {
  const rounds = Array.from({ length: 50 }, (_, round) => round * EVENTS.length);
  const events = rounds.flatMap((before) =>
    EVENTS.map((event) => Object.assign({}, event, { seq: before + event.seq })),
  );
  const batches = events.flatMap((_event, at) =>
    at % count === 0 ? (toBatch(events.slice(at, at + count)) ?? []) : [],
  );
  const long = events.filter(hasLongBody);
  expect(eventsOf({ batches, long })).toEqual(events);
  const joined = joinBatches(batches);
  expect(joined.length).toBeLessThanOrEqual(32);
  expect(eventsOf({ batches: joined, long })).toEqual(events);
});
