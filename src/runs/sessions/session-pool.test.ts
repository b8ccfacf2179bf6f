import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { SandboxEngine } from "../../engines/engine.ts";
import { createQuickJsEngine } from "../../engines/quickjs/quickjs-engine.ts";
import { type LentSession, SessionPool } from "./session-pool.ts";

let engine: SandboxEngine;
beforeAll(() => {
  engine = createQuickJsEngine();
});
afterAll(() => engine.close());

const ROOMS = {
  memoryBytes: 64 << 20,
  concurrentRuns: 4,
  holderRuns: 3,
  namedSessions: 3,
  clientSessions: 2,
  idleBytes: 60 << 20,
};

/** Takes sessions of clients, such as `c` or `holder/c`, in order, each given back at once unless it is marked as busy. */
async function taken(rooms: readonly (readonly [client: string, id: string, isBusy?: "busy"])[]) {
  const pool = new SessionPool(engine, ROOMS);
  const { signal } = new AbortController();
  const take = (client: string, id?: string): Promise<LentSession> =>
    pool.lend(id, { signal, client, holder: client.split("/")[0] });
  const busy: LentSession[] = [];
  for (const [client, id, isBusy] of rooms) {
    const lent = await take(client, id);
    if (isBusy === undefined) await lent.release();
    else busy.push(lent);
  }
  return { pool, take, busy };
}

test.each<readonly [string, () => Promise<void>]>([
  ["takes for ever", () => new Promise(() => {})],
  ["fails", () => Promise.reject(new Error("gone"))],
])("the end of a run does not wait for that of the sandbox that was for it alone: it %s", async (_, close) => {
  const closed = vi.fn<() => Promise<void>>(close);
  const slow: SandboxEngine = {
    name: "slow",
    language: "python",
    warm: async () => {},
    open: async () => ({ lost: false, run: () => Promise.reject(new Error("nothing runs")), close: closed }),
    close: async () => {},
  };
  const pool = new SessionPool(slow, ROOMS);
  const lent = await pool.lend(undefined, { signal: new AbortController().signal, client: "a", holder: "a" });
  await lent.release();
  expect(closed).toHaveBeenCalledOnce();
});

test("a session for which no room can come is refused at once, and has one when another is ended", async () => {
  const { pool, take } = await taken([
    ["a", "a1"],
    ["b", "b1"],
    ["c", "c1"],
  ]);
  await expect(take("d", "d1")).rejects.toMatchObject({
    code: "busy",
    message: "All 3 sessions are in use, each by another client.",
    details: { hint: expect.stringContaining("without a session") },
  });
  // The sessions that are there go on.
  await (await take("a", "a1")).release();
  await pool.clear("b1");
  await (await take("d", "d1")).release();
  await pool.clear();
});

test("a client that has more gives up the session that is idle longest", async () => {
  const { pool, take } = await taken([
    ["a", "a1"],
    ["a", "a2"],
    ["b", "b1"],
  ]);
  await (await take("d", "d1")).release();
  const again = await take("a", "a1");
  expect(again.wasReset).toBe(true);
  await again.release();
  await pool.clear();
});

test("a session waits where a room will come: of a client that has more and is busy, or of the client's own", async () => {
  const { pool, take, busy } = await taken([
    ["a", "a1", "busy"],
    ["a", "a2", "busy"],
    ["b", "b1", "busy"],
  ]);
  const [one, own] = [take("d", "d1"), take("b", "b2")];
  // One session is to spare, and one newcomer waits for it already.
  await expect(take("e", "e1")).rejects.toMatchObject({ code: "busy" });
  for (const lent of busy) await lent.release();
  for (const lent of await Promise.all([one, own])) await lent.release();
  await pool.clear();
});

test("of one who has several clients a session makes room for somebody else, and never for one more of them", async () => {
  const { pool, take } = await taken([
    ["a/1", "a1"],
    ["a/2", "a2"],
    ["a/3", "a3"],
  ]);
  await expect(take("a/4", "a4")).rejects.toMatchObject({ code: "busy" });
  await (await take("b", "b1")).release();
  // Another would have fewer than the one who comes.
  await expect(take("b/2", "b2")).rejects.toMatchObject({ code: "busy" });
  const kept = [await take("a/2", "a2"), await take("a/3", "a3"), await take("b", "b1")];
  expect(kept.map(({ wasReset }) => wasReset)).toEqual([false, false, false]);
  for (const lent of kept) await lent.release();
  await pool.clear();
});

test("programs of one who has several clients leave a place for somebody else's", async () => {
  const { pool, take } = await taken([]);
  const all = [await take("a/1"), await take("a/2"), await take("a/3")];
  const order: string[] = [];
  const waiting = take("a/4").then((lent) => (order.push("a/4"), lent));
  all.push(await take("b"));
  order.push("b");
  for (const lent of all) await lent.release();
  await (await waiting).release();
  expect(order).toEqual(["b", "a/4"]);
  await pool.clear();
});

test("when sessions take too much memory between their programs, who has most of it loses the one idle longest", async () => {
  const { pool, take } = await taken([]);
  const fill = async (client: string, id: string, megabytes: number): Promise<void> => {
    const lent = await take(client, id);
    const source = `globalThis.held = new Uint8Array(${megabytes} << 20).fill(1).length`;
    const limits = { timeMs: 20_000, logBytes: 100, valueBytes: 100, argumentBytes: 100 };
    const cell = { source, filename: "cell", namespaces: { version: "", namespaces: [] }, limits };
    const host = { call: () => Promise.reject(new Error("No call is made.")), output: () => {} };
    expect(await lent.sandbox.run(cell, host)).toMatchObject({ kind: "finished" });
    await lent.release();
  };
  await fill("b", "b1", 30);
  await fill("a/1", "a1", 48);
  await fill("a/2", "a2", 48);
  const again = [await take("b", "b1"), await take("a/1", "a1"), await take("a/2", "a2")];
  expect(again.map(({ wasReset }) => wasReset)).toEqual([false, true, false]);
  for (const lent of again) await lent.release();
  await pool.clear();
});

test.each([
  [2, 0],
  [3, 3],
])("%i sessions are asked how much they hold %i times, since few cannot hold too much", async (count, asked) => {
  const held = vi.fn<() => number>(() => 1);
  const large: SandboxEngine = {
    name: "large",
    language: "python",
    warm: async () => {},
    open: async () => ({
      lost: false,
      run: () => Promise.reject(new Error("nothing runs")),
      close: async () => {},
      get heldBytes() {
        return held();
      },
    }),
    close: async () => {},
  };
  const pool = new SessionPool(large, { ...ROOMS, clientSessions: 3, idleBytes: 2.5 * (320 << 20) });
  const { signal } = new AbortController();
  for (let made = 1; made <= count; made += 1)
    await (await pool.lend(`s${made}`, { signal, client: "a", holder: "a" })).release();
  expect(held).toHaveBeenCalledTimes(asked);
});
