import { describe, expect, it } from "vitest";
import { hashArguments } from "./hash-arguments.ts";
import { type RunEventDocument, toDocument, toEventDocument, toSummary } from "./run-document.ts";
import type { LoadedEvent, StoredRun } from "./run-store.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const ISO = "2026-01-02T03:04:05.006Z";

const RUN: StoredRun = {
  runId: "run_00000000000000000001",
  language: "python",
  code: "1 + 1",
  session: null,
  startedAt: AT,
  status: "running",
  endedAt: null,
  durationMs: null,
  toolCalls: 0,
  result: null,
  pending: 0,
};

const event = (given: Partial<LoadedEvent> & Pick<LoadedEvent, "type">): RunEventDocument =>
  toEventDocument({ seq: 1, at: AT, facts: "{}", ...given });

const call = (callId: number, tool: string): RunEventDocument =>
  event({ type: "call", callId, facts: JSON.stringify({ tool }), body: "{}" });

const result = (callId: number, facts: object): RunEventDocument =>
  event({ type: "result", callId, facts: JSON.stringify(facts), body: "null" });

describe("an event as it is shown", () => {
  it.each([
    { type: "start", body: '"1 + 1"', shown: { code: "1 + 1" } },
    { type: "output", body: '"ä\\n"', shown: { text: "ä\n" } },
    { type: "wait", body: "[]", shown: { calls: [] } },
    { type: "answer", body: "7", shown: { answer: 7 } },
    { type: "decision", body: '"deny"', shown: { decision: "deny" } },
    { type: "end", body: '{"value":null}', shown: { result: { value: null } } },
  ] as const)("has the body of a $type under the name of what it is", ({ type, body, shown }) => {
    expect(event({ type, body })).toEqual({ seq: 1, type, at: ISO, ...shown });
  });

  it.each([
    { status: "ok", field: "value" },
    { status: "error", field: "error" },
    { status: "denied", field: "error" },
  ])("has the body of a result that is $status as its $field", ({ status, field }) => {
    const shown = event({ type: "result", callId: 3, facts: JSON.stringify({ status }), body: '{"a":1}' });
    expect(shown).toEqual({ seq: 1, type: "result", at: ISO, callId: 3, status, [field]: { a: 1 } });
  });

  it("has the hash of a call's arguments, whatever the order of their keys", () => {
    const [one, other] = ['{"a":1,"b":[2]}', '{"b":[2],"a":1}'].map((body) => event({ type: "call", callId: 1, body }));
    expect(one?.["argumentsHash"]).toBe(hashArguments('{"a":1,"b":[2]}'));
    expect(other?.["argumentsHash"]).toBe(one?.["argumentsHash"]);
  });

  it("gives the size of a body that was left out in place of it", () => {
    expect(event({ type: "output", facts: '{"stream":"stdout"}', bodyBytes: 99_000 })).toEqual({
      seq: 1,
      type: "output",
      at: ISO,
      stream: "stdout",
      text: null,
      omittedBytes: 99_000,
    });
  });

  it("shows numbers beyond the doubles as they were written", () => {
    expect(event({ type: "answer", body: "12345678901234567890" })["answer"]).toBe(12_345_678_901_234_567_890n);
  });
});

describe("a run without a result", () => {
  it.each([
    { title: "a call without a result is in doubt", events: [call(1, "a__b")], status: "in_doubt", durationMs: 0 },
    {
      title: "a call that was answered took as long as its result says",
      events: [call(1, "a__b"), result(1, { status: "ok", durationMs: 1.5 })],
      status: "ok",
      durationMs: 1.5,
    },
    {
      title: "a refused call is denied",
      events: [call(1, "a__b"), result(1, { status: "denied", durationMs: 0 })],
      status: "denied",
      durationMs: 0,
    },
    {
      title: "a call is not answered by the result of another",
      events: [call(1, "a__b"), result(2, { status: "error", durationMs: 4 })],
      status: "in_doubt",
      durationMs: 0,
    },
  ])("says of its calls what its events say: $title", ({ events, status, durationMs }) => {
    expect(toDocument(RUN, events, []).toolCalls).toEqual([{ tool: "a__b", status, durationMs }]);
  });

  it("shows what was printed so far, each stream by itself and in order", () => {
    const print = (stream: string, text: string): RunEventDocument =>
      event({ type: "output", facts: JSON.stringify({ stream }), body: JSON.stringify(text) });
    const events = [print("stdout", "a"), print("stderr", "x"), print("stdout", "b")];
    expect(toDocument(RUN, events, [])).toMatchObject({ stdout: "ab", stderr: "x", value: null, error: null });
  });
});

describe("a run with a result", () => {
  it("shows the result, and not what its events say", () => {
    const kept = { value: [1], stdout: "kept", toolCalls: [], notes: ["n"] };
    const ended = {
      ...RUN,
      status: "completed",
      endedAt: AT + 1,
      durationMs: 1,
      result: JSON.stringify(kept),
    } as const;
    const shown = toDocument(ended, [call(1, "a__b")], []);
    expect(shown).toMatchObject({ ...kept, status: "completed", endedAt: "2026-01-02T03:04:05.007Z", durationMs: 1 });
  });

  it("is a line of a list without program, output and client", () => {
    const { code: _, result: __, ...line } = { ...RUN, client: "c" };
    const { client: ___, ...shown } = line;
    expect(toSummary({ ...RUN, client: "c" })).toEqual({ ...shown, startedAt: ISO });
  });
});
