import { expect, test } from "vitest";
import { Turnstile } from "./turnstile.ts";

const calm = new AbortController().signal;

test("those who wait get in, in the order they came, as places become free", async () => {
  const turnstile = new Turnstile(1);
  const leave = await turnstile.enter(calm);
  const entered: string[] = [];
  const first = turnstile.enter(calm).then((out) => (entered.push("first"), out));
  const second = turnstile.enter(calm).then((out) => (entered.push("second"), out));
  leave();
  (await first)();
  await second;
  expect(entered).toEqual(["first", "second"]);
});

test("leaving twice frees one place only", async () => {
  const turnstile = new Turnstile(1, 0);
  const leave = await turnstile.enter(calm);
  leave();
  leave();
  await turnstile.enter(calm);
  await expect(turnstile.enter(calm)).rejects.toMatchObject({ code: "busy" });
});

test("a full line is refused with a hint to try again", async () => {
  const turnstile = new Turnstile(1, 1);
  await turnstile.enter(calm);
  void turnstile.enter(calm);
  await expect(turnstile.enter(calm)).rejects.toMatchObject({
    code: "busy",
    details: { hint: expect.stringContaining("again") },
  });
});

test("one who gives up leaves the line", async () => {
  const turnstile = new Turnstile(1, 1);
  const leave = await turnstile.enter(calm);
  const controller = new AbortController();
  const waiting = turnstile.enter(controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  const next = turnstile.enter(calm);
  leave();
  await expect(next).resolves.toBeTypeOf("function");
});
