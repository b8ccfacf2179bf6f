import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { openHostile, openSource, hostileServer, until } from "./__fixtures__/hostile-source.ts";

test(
  "a server that asks without pause and reads nothing is ended, by name, while another answers as ever",
  { timeout: 60_000 },
  async () => {
    const other = openSource(hostileServer("ok"), {}, "other");
    const source = openHostile("asks-unheard");
    await Promise.all([source.settled(), other.settled()]);
    const heapBefore = process.memoryUsage().rss;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const ended = until(source, () => source.snapshot().status === "failed");
    // The first call makes it begin.
    const call = source.call("echo", {}, { timeoutMs: 30_000 });
    const failure = call.catch((error: unknown) => error);
    const calls = await Promise.all(
      Array.from({ length: 20 }, async () => other.call("echo", {}, { timeoutMs: 5_000 })),
    );
    expect(calls).toHaveLength(20);
    expect(await failure).toMatchObject({ code: expect.stringMatching(/server_unavailable|server_lost/) });
    await ended;
    delay.disable();
    expect(source.snapshot().error).toMatch(/"h".* does not read what is written to it/s);
    expect(delay.percentile(99) / 1e6).toBeLessThan(250);
    expect(process.memoryUsage().rss - heapBefore).toBeLessThan(150 * 2 ** 20);
    const begun = performance.now();
    await source.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
  },
);
