import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { openHostile, openSource, hostileServer, until } from "./__fixtures__/hostile-source.ts";

/** The 99th percentile of the delays of the event loop, in milliseconds, over half a second of doing something. */
async function delayDuring(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  for (const end = performance.now() + 500; performance.now() < end;) await work();
  delay.disable();
  return delay.percentile(99) / 1e6;
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
    const quietBefore = await delayDuring(callOther);
    const heapBefore = process.memoryUsage().rss;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const ended = until(source, () => source.snapshot().status === "failed");
    // The first call makes it begin.
    const call = source.call("echo", {}, { timeoutMs: 30_000 });
    const failure = call.catch((error: unknown) => error);
    expect(await callOther()).toHaveLength(20);
    expect(await failure).toMatchObject({ code: expect.stringMatching(/server_unavailable|server_lost/) });
    await ended;
    delay.disable();
    expect(source.snapshot().error).toMatch(/"h".* does not read what is written to it/s);
    // On a machine that is busy with other things the same calls are delayed without the hostile server too.
    const quiet = Math.max(quietBefore, await delayDuring(callOther));
    expect(delay.percentile(99) / 1e6).toBeLessThan(50 + 4 * quiet);
    expect(process.memoryUsage().rss - heapBefore).toBeLessThan(150 * 2 ** 20);
    const begun = performance.now();
    await source.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
  },
);
