import { expect, test } from "vitest";
import { openHostile, openSource, hostileServer, until } from "./__fixtures__/hostile-source.ts";

/**
 * Watches how long the event loop is kept at a time, in milliseconds of the processor, on which the load of the machine
 * has little effect. Returns the end of it, which has the 99th percentile.
 */
function watchLoop(): () => number {
  const kept: number[] = [];
  let last = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    kept.push((user + system) / 1_000);
  }, 5);
  return () => {
    clearInterval(timer);
    return kept.toSorted((one, other) => one - other)[Math.ceil(kept.length * 0.99) - 1] ?? 0;
  };
}

/** The same over half a second of doing something. */
async function keptDuring(work: () => Promise<unknown>): Promise<number> {
  const end = watchLoop();
  for (const over = performance.now() + 500; performance.now() < over;) await work();
  return end();
}

test(
  "a server that asks without pause and reads nothing is ended, by name, while another answers as ever",
  { timeout: 60_000 },
  async () => {
    const other = openSource(hostileServer("ok"), {}, "other");
    const source = openHostile("asks-unheard");
    await Promise.all([source.settled(), other.settled()]);
    const callOther = async (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 20 }, async () => other.call("echo", {}, { timeoutMs: 5_000 })));
    const quietBefore = await keptDuring(callOther);
    const heapBefore = process.memoryUsage().rss;
    const keptNow = watchLoop();
    const ended = until(source, () => source.snapshot().status === "failed");
    // The first call makes it begin.
    const call = source.call("echo", {}, { timeoutMs: 30_000 });
    const failure = call.catch((error: unknown) => error);
    expect(await callOther()).toHaveLength(20);
    expect(await failure).toMatchObject({ code: expect.stringMatching(/server_unavailable|server_lost/) });
    await ended;
    const kept = keptNow();
    expect(source.snapshot().error).toMatch(/"h".* does not read what is written to it/s);
    const quiet = Math.max(quietBefore, await keptDuring(callOther));
    expect(kept).toBeLessThan(50 + 4 * quiet);
    expect(process.memoryUsage().rss - heapBefore).toBeLessThan(150 * 2 ** 20);
    const begun = performance.now();
    await source.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
  },
);
