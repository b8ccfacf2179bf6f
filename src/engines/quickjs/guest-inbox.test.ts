import { MessageChannel } from "node:worker_threads";
import { afterEach, expect, test, vi } from "vitest";
import { GuestInbox } from "./guest-inbox.ts";
import { Looking } from "./wire/looking.ts";
import {
  ALONE,
  ALONE_WITH_SERVER,
  CHANNEL_BYTES,
  createSharedChannel,
  INBOX_BYTES,
  SIGNAL,
} from "./wire/shared-channel.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** An inbox, and a clock that goes on by `stepMs` with each reading and on whose `signalAt`th reading a text arrives. */
function inboxWith({
  stepMs,
  signalAt,
  alone = ALONE_WITH_SERVER,
}: {
  stepMs: number;
  signalAt: number;
  alone?: number;
}) {
  const channel = createSharedChannel(new SharedArrayBuffer(CHANNEL_BYTES));
  Atomics.store(channel.control, ALONE, alone);
  const { port1, port2 } = new MessageChannel();
  port2.close();
  let readings = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    readings += 1;
    if (readings === signalAt) {
      Atomics.store(channel.control, INBOX_BYTES, 2);
      channel.inbox.set(Buffer.from("hi"));
      Atomics.add(channel.control, SIGNAL, 1);
    }
    return readings * stepMs;
  });
  const sleep = vi.spyOn(Atomics, "wait").mockReturnValue("ok");
  return { inbox: new GuestInbox(channel, port1), sleep, readings: () => readings };
}

test.each([
  ["alone, at once", { stepMs: 0.001, signalAt: 2 }],
  ["alone, after half a millisecond", { stepMs: 0.001, signalAt: 500 }],
  ["among others, after 40 µs", { stepMs: 0.001, signalAt: 40, alone: 0 }],
])("a text that arrives while the guest looks for it is taken without sleeping: %s", (_case, situation) => {
  const { inbox, sleep } = inboxWith(situation);
  inbox.take();
  inbox.wait(1_000);
  expect(sleep).not.toHaveBeenCalled();
  expect(inbox.take()).toBe("hi");
});

test.each([
  ["alone", { stepMs: 0.01, signalAt: 90 }, 65],
  ["alone, where a server would need the processor", { stepMs: 0.01, signalAt: 90, alone: 1 }, 10],
  ["among others", { stepMs: 0.01, signalAt: 90, alone: 0 }, 10],
])("a guest that has looked for some time sleeps: %s", (_case, situation, most) => {
  const { inbox, sleep, readings } = inboxWith(situation);
  inbox.take();
  inbox.wait(1_000);
  expect(sleep).toHaveBeenCalledOnce();
  expect(readings()).toBeLessThan(most);
});

test("where answers usually take longer, nothing is looked for", () => {
  const { inbox, sleep, readings } = inboxWith({ stepMs: 10, signalAt: Number.POSITIVE_INFINITY });
  inbox.take();
  inbox.wait(1_000);
  const before = readings();
  inbox.wait(1_000);
  expect(sleep).toHaveBeenCalledTimes(2);
  // The beginning and the end of the wait.
  expect(readings() - before).toBe(2);
});

test("after looks in vain ever more are left out, up to 32 in a row", () => {
  let looks = 0;
  const looking = new Looking();
  const runs = Array.from({ length: 120 }, () => {
    const before = looks;
    looking.until(() => {
      looks += 1;
      return false;
    }, 1);
    return looks - before > 1;
  });
  const places = runs.flatMap((looked, index) => (looked ? [index] : []));
  expect(places).toEqual([0, 2, 6, 14, 30, 62, 95]);
});

test("what is there at once is seen although looks are left out, and one that sees something begins anew", () => {
  const looking = new Looking();
  expect(looking.until(() => false, 0.01)).toBe(false);
  expect(looking.until(() => true, 0.01)).toBe(true);
  expect(looking.until(() => true, 0.01)).toBe(true);
  let looks = 0;
  looking.until(() => {
    looks += 1;
    return looks > 3;
  }, 1_000);
  expect(looks).toBe(4);
});
