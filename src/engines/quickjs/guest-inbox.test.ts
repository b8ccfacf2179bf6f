import { setImmediate as nextTurn } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { afterEach, expect, test, vi } from "vitest";
import { GuestInbox } from "./guest-inbox.ts";
import { Looking, TurningLooking } from "./wire/looking.ts";
import { ALONE, CHANNEL_BYTES, createSharedChannel, INBOX_BYTES, SIGNAL } from "./wire/shared-channel.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** An inbox, and a clock that goes on by `stepMs` with each reading and on whose `signalAt`th reading a text arrives. */
function inboxWith({ stepMs, signalAt, alone = 2 }: { stepMs: number; signalAt: number; alone?: number }) {
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
  ["alone, where a server may need the processor", { stepMs: 0.01, signalAt: 90, alone: 1 }, 45],
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

/** A look, and a clock on which each reading takes so long; `looks` counts the looks of the last one. */
function lookingWith(): { readonly look: (stepMs: number, isThere?: boolean, afterMs?: number) => number } {
  let now = 0;
  let stepMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += stepMs));
  const looking = new Looking();
  return {
    look: (step, isThere = false, afterMs = 0) => {
      now += afterMs;
      stepMs = step;
      let looks = 0;
      looking.until(() => {
        looks += 1;
        return isThere && looks === 5;
      }, 1);
      return looks;
    },
  };
}

const STEP_MS = 0.01;

test("after eight looks in vain none are made for ever longer, up to a second", () => {
  const { look } = lookingWith();
  // Every half millisecond.
  const wasMade = Array.from({ length: 20_000 }, () => look(0.05, false, 0.45) > 1);
  const places = wasMade.flatMap((made, index) => (made ? [index] : []));
  const firsts = places.filter((_, index) => index % 8 === 0);
  const lasts = places.filter((_, index) => index % 8 === 7);
  const pauses = lasts.slice(0, -1).map((last, index) => ((firsts[index + 1] ?? 0) - last) / 2);
  const ratios = pauses.slice(1, 9).map((pause, index) => pause / (pauses[index] ?? 0));
  expect(ratios.every((ratio) => ratio > 1.5 && ratio < 2.5)).toBe(true);
  for (const pause of pauses.slice(10)) expect(pause).toBeGreaterThan(900);
  for (const pause of pauses) expect(pause).toBeLessThan(1_001);
});

test("looks in which somebody else had the processor count as looks in vain, whatever they find", () => {
  const { look } = lookingWith();
  for (let count = 0; count < 8; count += 1) look(3, true, 5);
  expect(look(0, true)).toBe(1);
});

test("looks of which now and then one is in vain are made on and on, and those of which every second is are not", () => {
  const madeOf = (every: number): number => {
    const { look } = lookingWith();
    const looks = Array.from({ length: 400 }, (_, index) => look(STEP_MS, index % every > 0, 0.1));
    return looks.filter((count) => count > 1).length;
  };
  expect(madeOf(8)).toBe(400);
  expect(madeOf(2)).toBeLessThan(150);
});

test("what is there at once is seen although no looks are made, and looks that pay are made on and on", () => {
  const { look } = lookingWith();
  const looking = new Looking();
  expect(looking.until(() => false, 0)).toBe(false);
  expect(looking.until(() => true, 1)).toBe(true);
  for (let call = 0; call < 100; call += 1) expect(look(STEP_MS, true, 5)).toBe(5);
});

test("a program that comes soon after the last one is taken without sleeping", () => {
  const { inbox, sleep } = inboxWith({ stepMs: 0.001, signalAt: 40 });
  inbox.take();
  inbox.rest();
  expect(sleep).not.toHaveBeenCalled();
  expect(inbox.take()).toBe("hi");
});

test("the rest between two programs says nothing about how soon answers come", () => {
  const { inbox, sleep, readings } = inboxWith({ stepMs: 0.001, signalAt: 1_000 });
  inbox.take();
  inbox.rest();
  expect(sleep).toHaveBeenCalledOnce();
  expect(readings()).toBeLessThan(1_000);
  inbox.wait(1_000);
  expect(sleep).toHaveBeenCalledOnce();
  expect(inbox.take()).toBe("hi");
});

test("looks that find something at once are left out after some milliseconds, until the event loop has turned", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 0.05));
  const looking = new TurningLooking();
  const found = Array.from({ length: 100 }, () => looking.until(() => true, 1));
  expect(found.slice(0, 40)).not.toContain(false);
  expect(found.slice(60)).not.toContain(true);
  await nextTurn();
  expect(looking.until(() => true, 1)).toBe(true);
});
