import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { describeRunStore } from "./__fixtures__/run-store-contract.ts";
import { MemoryRunStore } from "./memory/memory-run-store.ts";
import type { RunStore } from "./run-store.ts";
import { SqliteRunStore } from "./sqlite-run-store.ts";

const folders: string[] = [];
const stores: RunStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true, force: true });
});

describe("memory", () => {
  describeRunStore(async (clock) => kept(new MemoryRunStore({ now: () => clock.now })));

  test("the oldest finished runs make room for new ones", async () => {
    const store = kept(new MemoryRunStore({ capacityBytes: 10_000 }));
    for (const runId of ["run_1", "run_2", "run_3"]) {
      await store.submit({ runId, language: "typescript", code: "x".repeat(4_000), session: null, startedAt: 1 });
      const lease = await store.claim(runId, "me", 1_000);
      if (lease === null) throw new Error("not claimed");
      await store.finish(lease, { status: "completed", endedAt: 2, durationMs: 1, toolCalls: 0, result: null }, []);
    }
    expect((await store.list()).runs.map(({ runId }) => runId)).toEqual(["run_3", "run_2"]);
  });
});

describe("sqlite", () => {
  describeRunStore(async (clock) =>
    kept(await SqliteRunStore.open({ directory: await folder(), now: () => clock.now })),
  );

  test("what one process wrote another reads, also in a store opened at the same time", async () => {
    const directory = await folder();
    const [one, two] = await Promise.all([SqliteRunStore.open({ directory }), SqliteRunStore.open({ directory })]);
    stores.push(one, two);
    await one.submit({ runId: "run_a", language: "python", code: "1", session: null, startedAt: 1 });
    expect(await one.claim("run_a", "one", 10_000)).not.toBeNull();
    expect(await two.claim("run_a", "two", 10_000)).toBeNull();
    expect(await two.get("run_a")).toMatchObject({ status: "running", language: "python" });
    expect(one.salt).toMatch(/^[0-9a-f]{32}$/);
    expect(two.salt).toBe(one.salt);
  });

  test("of a crowd of runs each is written, and one that cannot be takes no other along", async () => {
    const store = kept(await SqliteRunStore.open({ directory: await folder() }));
    const run = { language: "typescript", code: "1", session: null, startedAt: 1 } as const;
    const ended = { status: "completed", endedAt: 2, durationMs: 1, toolCalls: 0, result: null } as const;
    const ids = Array.from({ length: 30 }, (_, index) => `run_${index}`);
    const begin = (runId: string) => store.begin({ ...run, runId }, { owner: "me", ttlMs: 10_000, events: [] });
    // The second time as a crowd that is waited for.
    for (const prefix of ["a", "b"]) {
      const begun = await Promise.allSettled([...ids, "run_7"].map((id) => begin(id + prefix)));
      expect(begun.filter(({ status }) => status === "rejected")).toEqual([begun.at(-1)]);
    }
    const leases = ids.map((id) => ({ runId: `${id}a`, owner: "me", token: id === "run_9" ? 2 : 1 }));
    const finished = await Promise.allSettled(leases.map((lease) => store.finish(lease, ended, [])));
    expect(finished.findIndex(({ status }) => status === "rejected")).toBe(9);
    expect((await store.list({ status: "completed" })).total).toBe(29);
    expect((await store.list({ status: "running" })).total).toBe(31);
  });

  test("what a store was asked to write before it was closed is written", async () => {
    const directory = await folder();
    const store = await SqliteRunStore.open({ directory });
    const run = { runId: "run_a", language: "typescript", code: "1", session: null, startedAt: 1 } as const;
    const begun = store.begin(run, { owner: "me", ttlMs: 10_000, events: [] });
    await store.close();
    await begun;
    expect(await kept(await SqliteRunStore.open({ directory })).get("run_a")).toMatchObject({ code: "1" });
  });

  test("the log is taken over into the database once nothing is written for a moment", async () => {
    const directory = await folder();
    const store = kept(await SqliteRunStore.open({ directory }));
    const size = (): number => statSync(join(directory, "state.db")).size;
    const before = size();
    for (let run = 0; run < 120; run += 1) {
      await store.submit({ runId: `run_${run}`, language: "typescript", code: "1", session: null, startedAt: 1 });
    }
    expect(size()).toBe(before);
    await vi.waitFor(() => expect(size()).toBeGreaterThan(before), { timeout: 5_000 });
  });

  test("of one run no more is kept than the store was told, and its end is kept all the same", async () => {
    const store = kept(await SqliteRunStore.open({ directory: await folder(), runBytes: 1_048_576 }));
    const run = { runId: "run_a", language: "typescript", code: "1", session: null, startedAt: 1 } as const;
    const lease = await store.begin(run, { owner: "me", ttlMs: 10_000, events: [] });
    const ended = { status: "completed", endedAt: 2, durationMs: 1, toolCalls: 0, result: null } as const;
    const event = (seq: number, body: string) =>
      ({ seq, type: "result", at: 1, callId: 1, facts: "{}", body }) as const;
    await store.append(lease, [event(1, "x".repeat(900_000))]);
    await expect(store.append(lease, [event(2, "x".repeat(900_000))])).rejects.toMatchObject({
      code: "result_too_large",
      message: expect.stringContaining("more than the 1 MB that the disk keeps of one"),
    });
    await store.finish(lease, ended, [event(2, "x".repeat(200_000))]);
    expect(await store.get("run_a")).toMatchObject({ status: "completed" });
    expect((await store.load("run_a")).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test("a second store of one process takes no lock from the first, so that no other process ends its log", async () => {
    const directory = await folder();
    const module = new URL("../../../dist/runs/journal/sqlite-run-store.js", import.meta.url).href;
    const script = `import { SqliteRunStore } from ${JSON.stringify(module)};
      const store = await SqliteRunStore.open({ directory: ${JSON.stringify(directory)} });
      console.log((await store.list()).total);
      await store.close();`;
    const countElsewhere = (): number =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }));
    const first = kept(await SqliteRunStore.open({ directory }));
    kept(await SqliteRunStore.open({ directory }));
    expect(countElsewhere()).toBe(0);
    await first.submit({ runId: "run_a", language: "python", code: "1", session: null, startedAt: 1 });
    expect(countElsewhere()).toBe(1);
  });

  test("a run of a process that was killed is free at once, and one of a living process is not", async () => {
    const module = new URL("../../../dist/base/processes/process-owner.js", import.meta.url).href;
    const script = `import { newOwner } from ${JSON.stringify(module)}; console.log(newOwner()); setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [said] = await once(child.stdout, "data");
    const store = kept(await SqliteRunStore.open({ directory: await folder() }));
    await store.submit({ runId: "run_a", language: "python", code: "1", session: null, startedAt: 1 });
    const lost = await store.claim("run_a", String(said).trim(), 30_000);
    if (lost === null) throw new Error("not claimed");
    expect(await store.claim("run_a", "other", 30_000)).toBeNull();
    expect(await store.get("run_a")).toMatchObject({ status: "running" });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await store.list({ status: "running" })).runs).toEqual([]);
    expect(await store.get("run_a")).toMatchObject({ status: "suspended" });
    expect(await store.claim("run_a", "other", 30_000)).toMatchObject({ token: lost.token + 1 });
    await expect(store.append(lost, [])).rejects.toThrow("held by another process");
  });
});

function kept<Store extends RunStore>(store: Store): Store {
  stores.push(store);
  return store;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "codemode-store-"));
  folders.push(path);
  return path;
}
