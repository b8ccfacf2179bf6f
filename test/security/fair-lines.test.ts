import { readdirSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { ArtifactStore } from "../../src/runs/artifacts/artifact-store.ts";
import type { ExecuteOptions } from "../../src/host/executor-options.ts";

const codemode = createCodemode();
const { executor } = codemode;
afterAll(() => codemode.close());

const quick = { typeCheck: false, timeoutMs: 30_000 } as const;
const python = { ...quick, language: "python" } as const;

/** Options of a client of its own, as the server makes them. */
const clientOptions = (): ExecuteOptions => ({ ...quick, artifacts: new ArtifactStore(executor.artifacts.shared) });

/** Child processes of this process. */
function children(): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]) === process.pid;
    } catch {
      return false;
    }
  }).length;
}

test("forty sessions begun at the same moment all end, and the next program runs", { timeout: 90_000 }, async () => {
  const runs = Array.from({ length: 40 }, (_, index) =>
    executor.execute(`${index}`, { ...quick, sessionId: `s${index}` }),
  );
  expect((await Promise.all(runs)).map(({ value }) => value)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  expect((await executor.execute("'next'", quick)).value).toBe("next");
  expect((await executor.execute("'again'", { ...quick, sessionId: "s39" })).value).toBe("again");
});

test("runs of one new session that begin together share its state", async () => {
  const runs = ["globalThis.count = 1", "globalThis.count += 1", "globalThis.count += 1"].map((code) =>
    executor.execute(code, { ...quick, sessionId: "together" }),
  );
  expect((await Promise.all(runs)).map(({ value }) => value)).toEqual([1, 2, 3]);
});

test.runIf(process.platform === "linux")(
  "eight Python sessions of one client at once all end, in four processes",
  { timeout: 120_000 },
  async () => {
    const before = children();
    const runs = Array.from({ length: 8 }, (_, index) =>
      executor.execute(`${index}`, { ...python, sessionId: `p${index}` }),
    );
    expect((await Promise.all(runs)).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // One more is kept ready, and a shell sees to it that none outlives this process.
    expect(children() - before).toBeLessThanOrEqual(6);
    await executor.clearState();
  },
);

test(
  "two endless Python programs do not delay another, which has its own time limit",
  { timeout: 60_000 },
  async () => {
    const stop = new AbortController();
    const endless = [1, 2].map(() => executor.execute("while True: pass", { ...python, signal: stop.signal }));
    const begun = performance.now();
    const run = await executor.execute("1 + 1", { ...python, timeoutMs: 20_000 });
    expect(run).toMatchObject({ value: 2 });
    expect(performance.now() - begun).toBeLessThan(20_000);
    stop.abort();
    await Promise.all(endless);
  },
);

test(
  "a run that waits in line ends at its own limit and says what it waited for",
  { timeout: 60_000, retry: 2 },
  async () => {
    const stop = new AbortController();
    const endless = Array.from({ length: 4 }, () =>
      executor.execute("import time\ntime.sleep(30)", { ...python, signal: stop.signal }),
    );
    const run = await executor.execute("1", { ...python, timeoutMs: 1_000 });
    expect(run.error).toMatchObject({ code: "time_limit", message: expect.stringContaining("waiting for a sandbox") });
    expect(run.durationMs).toBeLessThan(1_500);
    stop.abort();
    await Promise.all(endless);
  },
);

test("a client that opens session after session empties its own only", { timeout: 90_000 }, async () => {
  const modest = clientOptions();
  const greedy = clientOptions();
  await executor.execute("globalThis.kept = 'mine'", { ...modest, sessionId: "modest/one" });
  for (let index = 0; index < 20; index += 1)
    await executor.execute(`globalThis.kept = ${index}`, { ...greedy, sessionId: `greedy/${index}` });
  expect((await executor.execute("globalThis.kept", { ...modest, sessionId: "modest/one" })).value).toBe("mine");
  const lost = await executor.execute("typeof globalThis.kept", { ...greedy, sessionId: "greedy/0" });
  expect(lost).toMatchObject({ value: "undefined", notes: [expect.stringContaining("starts empty")] });
  await executor.clearState();
});

test(
  "when all rooms are taken, a new client gets one of the client with most sessions, and none loses its only one",
  { timeout: 120_000 },
  async () => {
    const single = Array.from({ length: 4 }, () => ({ ...clientOptions(), language: "python" as const }));
    const greedy = { ...clientOptions(), language: "python" as const };
    for (const [index, options] of single.entries())
      await executor.execute(`kept = ${index}`, { ...options, sessionId: `single/${index}` });
    for (let index = 0; index < 4; index += 1)
      await executor.execute("kept = 0", { ...greedy, sessionId: `many/${index}` });
    const fresh = { ...clientOptions(), language: "python" as const };
    expect((await executor.execute("1", { ...fresh, sessionId: "fresh" })).value).toBe(1);
    const kept = await Promise.all(
      single.map((options, index) => executor.execute("kept", { ...options, sessionId: `single/${index}` })),
    );
    expect(kept.map(({ value }) => value)).toEqual([0, 1, 2, 3]);
    const notes = (await executor.execute("1", { ...greedy, sessionId: "many/3" })).notes;
    expect(notes).toEqual([]);
  },
);
