import { expect, test } from "vitest";
import { LargeText, putLargeText } from "../../../base/steps/large-text.ts";
import type { JournalEvent, RunSpec, RunStore } from "../run-store.ts";

/** A time that tests may set. */
export interface TestClock {
  now: number;
}

const TTL_MS = 2_000;

/** What every store holds to. `open` makes an empty store that reads the time from the clock. */
export function describeRunStore(open: (clock: TestClock) => Promise<RunStore>): void {
  const opened = async (): Promise<{ store: RunStore; clock: TestClock }> => {
    const clock = { now: 1_000_000 };
    return { store: await open(clock), clock };
  };

  test("a session is forgotten by itself or with all others", async () => {
    const { store } = await opened();
    expect(await store.sessionForgottenAt("s")).toBe(0);
    await store.submit({ runId: "run_s", language: "typescript", code: "1", session: "s", startedAt: 1 });
    await store.forgetSession("s", 5);
    expect([await store.sessionForgottenAt("s"), await store.sessionForgottenAt("t")]).toEqual([5, 0]);
    await store.forgetSession(undefined, 7);
    expect([await store.sessionForgottenAt("s"), await store.sessionForgottenAt("t")]).toEqual([7, 7]);
  });

  test("that a session was forgotten is known while a run of it is kept, and no longer", async () => {
    const { store } = await opened();
    await store.submit(spec("run_a", { session: "s", startedAt: 1 }));
    await store.submit(spec("run_b", { session: "s", startedAt: 3 }));
    await store.submit(spec("run_c", { session: "s s", startedAt: 3 }));
    await store.forgetSession("s", 5);
    await store.forgetSession("s s", 6);
    await store.forgetSession("never used", 7);
    const known = () => Promise.all(["s", "s s", "never used"].map((name) => store.sessionForgottenAt(name)));
    await store.prune({ before: 2 });
    expect(await known()).toEqual([5, 6, 0]);
    await store.submit(spec("run_d", { session: "s s", startedAt: 9 }));
    await store.prune({ before: 9 });
    expect(await known()).toEqual([0, 6, 0]);
    await store.forgetSession(undefined, 10);
    await store.prune({ before: 20 });
    expect(await known()).toEqual([10, 10, 10]);
  });

  test("a run that was submitted is listed, held by nobody and without events", async () => {
    const { store } = await opened();
    await store.submit(spec("run_a", { session: "s" }));
    expect(await store.list()).toEqual({
      runs: [
        {
          ...spec("run_a", { session: "s" }),
          status: "suspended",
          endedAt: null,
          durationMs: null,
          toolCalls: 0,
          pending: 0,
          result: null,
        },
      ],
      total: 1,
    });
    expect(await store.load("run_a")).toEqual([]);
    await expect(store.submit(spec("run_a"))).rejects.toThrow();
    expect(await store.get("run_b")).toBeUndefined();
  });

  test("a run is kept together with its first events, and held from then on", async () => {
    const { store, clock } = await opened();
    const lease = await store.begin(spec("run_a"), { owner: "me", ttlMs: TTL_MS, events: [event(1), event(2)] });
    expect(lease).toMatchObject({ runId: "run_a", owner: "me" });
    expect(await store.load("run_a")).toEqual([event(1), event(2)]);
    expect(await store.get("run_a")).toMatchObject({ status: "running", endedAt: null, pending: 0 });
    expect(await store.claim("run_a", "other", TTL_MS)).toBeNull();
    await store.append(lease, [event(3)]);
    await store.finish(lease, outcome("completed"), [event(4)]);
    expect(await store.load("run_a")).toHaveLength(4);
    clock.now += TTL_MS;
    expect(await store.get("run_a")).toMatchObject(outcome("completed"));
  });

  test("a run whose owner ends right after it was kept is another's, and the first lease is worth nothing", async () => {
    const { store, clock } = await opened();
    const first = await store.begin(spec("run_a"), { owner: "me", ttlMs: TTL_MS, events: [event(1)] });
    clock.now += TTL_MS;
    const second = await store.claim("run_a", "other", TTL_MS);
    expect(second?.token).toBeGreaterThan(first.token);
    await expect(store.append(first, [event(2)])).rejects.toMatchObject({ code: "busy" });
  });

  test.each(["completed", "failed"] as const)(
    "a run that has %s before anything was written of it is kept whole in one write, and held by nobody",
    async (status) => {
      const { store, clock } = await opened();
      const ended = { owner: "me", ttlMs: TTL_MS, events: [event(1), event(2)], outcome: outcome(status) };
      const lease = await store.begin(spec("run_a", { session: "s" }), ended);
      expect((await store.list({ session: "s" })).runs).toEqual([
        { ...spec("run_a", { session: "s" }), ...outcome(status), pending: 0 },
      ]);
      expect(await store.load("run_a")).toEqual([event(1), event(2)]);
      clock.now += 10 * TTL_MS;
      expect(await store.claim("run_a", "other", TTL_MS)).toBeNull();
      await expect(store.append(lease, [event(3)])).rejects.toMatchObject({ code: "busy" });
    },
  );

  test("a run whose id is taken is refused with all its events", async () => {
    const { store } = await opened();
    const beginning = { owner: "me", ttlMs: TTL_MS, events: [event(1)] };
    await store.begin(spec("run_a"), beginning);
    const again = store.begin(spec("run_a", { code: "2" }), { ...beginning, outcome: outcome("failed") });
    await expect(again).rejects.toThrow();
    expect(await store.get("run_a")).toMatchObject({ ...spec("run_a"), status: "running" });
    expect(await store.load("run_a")).toEqual([event(1)]);
  });

  test("runs are listed without a count of all where nobody asks for it", async () => {
    const { store } = await opened();
    for (const id of ["run_a", "run_b", "run_c"]) await store.submit(spec(id, { session: "s" }));
    const listed = await store.list({ session: "s", limit: 2, isCounted: false });
    expect(listed.runs).toHaveLength(2);
    expect((await store.list({ session: "s", limit: 2 })).total).toBe(3);
    expect((await store.list({ session: "t", limit: 2, isCounted: false })).total).toBe(0);
  });

  test("events come back in order and whole, those after a number alone when asked", async () => {
    const { store } = await opened();
    await store.submit(spec("run_a"));
    const lease = await claimed(store, "run_a");
    const long = JSON.stringify("ü".repeat(70_000));
    await store.append(lease, [event(1), event(2, { callId: 7, body: '{"a":12345678901234567890}' })]);
    await store.append(lease, [event(3, { body: long })]);
    expect(await store.load("run_a", { whole: true })).toEqual([
      event(1),
      event(2, { callId: 7, body: '{"a":12345678901234567890}' }),
      event(3, { body: long }),
    ]);
    expect(await store.load("run_a", { after: 2 })).toEqual([{ ...event(3), bodyBytes: 140_002 }]);
  });

  test("bodies of megabytes come back whole, as texts or as bytes, also after the end", async () => {
    const { store } = await opened();
    const body = JSON.stringify("ü€".repeat(700_000));
    const bytes = new LargeText([Buffer.from(body)], body.length);
    const lease = await store.begin(spec("run_a"), { owner: "me", ttlMs: TTL_MS, events: [event(1, { body })] });
    await store.append(lease, [putLargeText(event(2), "body", bytes)]);
    await store.finish(lease, outcome("completed"), []);
    const loaded = await store.load("run_a", { whole: true });
    expect(loaded.map((each) => each.body === body)).toEqual([true, true]);
    expect((await store.load("run_a")).map(({ bodyBytes }) => bodyBytes)).toEqual([bytes.bytes, bytes.bytes]);
  });

  test("one owner holds a run until the lease ends, then another may, whose token is higher", async () => {
    const { store, clock } = await opened();
    await store.submit(spec("run_a"));
    const first = await claimed(store, "run_a");
    expect(await store.claim("run_a", "other", TTL_MS)).toBeNull();
    expect(await store.get("run_a")).toMatchObject({ status: "running" });
    clock.now += TTL_MS - 1;
    expect(await store.renew(first, TTL_MS)).toBe("held");
    clock.now += TTL_MS - 1;
    expect(await store.claim(null, "other", TTL_MS)).toBeNull();
    clock.now += 1;
    expect(await store.get("run_a")).toMatchObject({ status: "suspended" });
    const second = await store.claim(null, "other", TTL_MS);
    expect(second).toMatchObject({ runId: "run_a", owner: "other" });
    expect(second?.token).toBeGreaterThan(first.token);
    expect(await store.renew(first, TTL_MS)).toBe("lost");
    await expect(store.append(first, [event(1)])).rejects.toMatchObject({ code: "busy" });
    await expect(store.finish(first, outcome("completed"), [event(1)])).rejects.toMatchObject({ code: "busy" });
    expect(await store.load("run_a")).toEqual([]);
  });

  test("a lease taken before the clock was set back by years does not hold a run for years", async () => {
    const { store, clock } = await opened();
    clock.now = 100_000_000_000;
    await store.submit(spec("run_a"));
    await claimed(store, "run_a");
    clock.now = 1_000_000;
    expect(await store.claim("run_a", "other", TTL_MS)).not.toBeNull();
  });

  test("a finished run keeps its outcome, is claimed by nobody and takes no more events", async () => {
    const { store, clock } = await opened();
    await store.submit(spec("run_a"));
    const lease = await claimed(store, "run_a");
    await store.finish(lease, outcome("failed"), [event(1)]);
    expect(await store.get("run_a")).toMatchObject(outcome("failed"));
    expect(await store.load("run_a")).toEqual([event(1)]);
    clock.now += 10 * TTL_MS;
    expect(await store.claim("run_a", "other", TTL_MS)).toBeNull();
    expect(await store.renew(lease, TTL_MS)).toBe("lost");
    await expect(store.append(lease, [event(2)])).rejects.toMatchObject({ code: "busy" });
  });

  test("a parked run is held by nobody, and goes on once all its answers are there", async () => {
    const { store, clock } = await opened();
    await store.submit(spec("run_a"));
    const lease = await claimed(store, "run_a");
    const answer = (...callIds: number[]) =>
      store.answer(
        "run_a",
        callIds.map((callId) => ({ event: event(0, { type: "answer", callId }) })),
      );
    expect(await answer(1)).toBe(false);
    await store.park(lease, event(1, { type: "wait" }), { pending: 3 });
    expect(await store.get("run_a")).toMatchObject({ status: "suspended", pending: 3 });
    expect([await store.waiting(1_000), (await store.waiting(1_001)).map(({ runId }) => runId)]).toEqual([[], ["run_a"]]);
    await expect(store.append(lease, [event(2)])).rejects.toMatchObject({ code: "busy" });
    expect(await answer(1)).toBe(true);
    clock.now += 10 * TTL_MS;
    expect(await store.claim("run_a", "other", TTL_MS)).toBeNull();
    // A call that was answered already spoils them all.
    expect([await answer(2, 1), await answer(2, 3), await answer(4)]).toEqual([false, true, false]);
    expect((await store.load("run_a")).map(({ seq, type, callId }) => [seq, type, callId])).toEqual([
      [1, "wait", undefined],
      [2, "answer", 1],
      [3, "answer", 2],
      [4, "answer", 3],
    ]);
    expect(await store.waiting(1_001)).toEqual([]);
    expect(await store.claim("run_a", "other", TTL_MS)).not.toBeNull();
  });

  test("a run that is parked again waits for answers of its own, and one without a number answers all", async () => {
    const { store } = await opened();
    await store.submit(spec("run_a"));
    await store.park(await claimed(store, "run_a"), event(1, { type: "wait" }), { pending: 1 });
    expect(await store.answer("run_a", [{ event: event(0, { type: "answer", callId: 1 }) }])).toBe(true);
    await store.park(await claimed(store, "run_a"), event(3, { type: "wait" }), { pending: 2 });
    expect(await store.answer("run_a", [{ event: event(0, { type: "answer", callId: 1 }) }])).toBe(true);
    expect(await store.answer("run_a", [{ event: event(0, { type: "answer" }) }])).toBe(true);
    expect(await store.get("run_a")).toMatchObject({ status: "suspended", pending: 0 });
  });

  test("the owner of a run learns that somebody asked for its end", async () => {
    const { store, clock } = await opened();
    await store.submit(spec("run_a"));
    expect(await store.requestCancel("run_a")).toBe(false);
    const lease = await claimed(store, "run_a");
    expect(await store.requestCancel("run_a")).toBe(true);
    expect(await store.renew(lease, TTL_MS)).toBe("cancel");
    clock.now += TTL_MS;
    expect(await store.requestCancel("run_a")).toBe(false);
    expect(await store.requestCancel("run_b")).toBe(false);
  });

  test("lists are newest first, by status and session, in pages", async () => {
    const { store } = await opened();
    for (const [index, session] of ["x", null, "x", "y"].entries()) {
      await store.submit(spec(`run_${index}`, { session, startedAt: 1_000 + index }));
    }
    await store.finish(await claimed(store, "run_2"), outcome("completed"), []);
    const ids = async (...query: Parameters<RunStore["list"]>): Promise<unknown> => {
      const { runs, total } = await store.list(...query);
      return [runs.map(({ runId }) => runId), total];
    };
    expect(await ids()).toEqual([["run_3", "run_2", "run_1", "run_0"], 4]);
    expect(await ids({ session: "x" })).toEqual([["run_2", "run_0"], 2]);
    expect(await ids({ status: "completed" })).toEqual([["run_2"], 1]);
    expect(await ids({ status: "suspended", limit: 2 })).toEqual([["run_3", "run_1"], 3]);
    expect(await ids({ limit: 2, before: "run_2" })).toEqual([["run_1", "run_0"], 4]);
  });

  test("pruning takes runs by age, then the oldest by size, but none that a living owner holds", async () => {
    const { store } = await opened();
    for (const index of [0, 1, 2, 3]) {
      await store.submit(spec(`run_${index}`, { startedAt: 1_000 + index }));
      const lease = await claimed(store, `run_${index}`);
      await store.append(lease, [event(1, { body: JSON.stringify("x".repeat(100_000)) })]);
      if (index > 0) await store.finish(lease, outcome("completed"), []);
    }
    expect(await store.prune({ before: 1_002 })).toBe(1);
    expect(await store.load("run_1")).toEqual([]);
    expect(await store.prune({ keepBytes: 150_000 })).toBe(1);
    expect((await store.list()).runs.map(({ runId }) => runId)).toEqual(["run_3", "run_0"]);
    expect(await store.prune({ keepBytes: 1 })).toBe(1);
    expect((await store.list()).total).toBe(1);
  });
}

function spec(runId: string, more: Partial<RunSpec> = {}): RunSpec {
  return { runId, language: "typescript", code: "1", session: null, startedAt: 1_000, ...more };
}

function event(seq: number, more: Partial<JournalEvent> = {}): JournalEvent {
  return { seq, type: "call", at: 5, facts: "{}", ...more };
}

function outcome(status: "completed" | "failed"): Parameters<RunStore["finish"]>[1] {
  return { status, endedAt: 2_000, durationMs: 12.5, toolCalls: 3, result: '{"value":1}' };
}

async function claimed(store: RunStore, runId: string): Promise<NonNullable<Awaited<ReturnType<RunStore["claim"]>>>> {
  const lease = await store.claim(runId, "me", TTL_MS);
  if (lease === null) throw new Error(`${runId} could not be claimed`);
  return lease;
}
