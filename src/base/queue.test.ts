import { expect, test } from "vitest";
import { Queue } from "./queue.ts";

test("those who wait get in, in the order they came, as places become free", async () => {
  const queue = new Queue(1);
  const leave = await queue.enter();
  const entered: string[] = [];
  const first = queue.enter().then((out) => (entered.push("first"), out));
  const second = queue.enter().then((out) => (entered.push("second"), out));
  leave();
  (await first)();
  await second;
  expect(entered).toEqual(["first", "second"]);
});

test("a place that is free is had without a wait, and one that is not is not waited for", () => {
  const queue = new Queue(1);
  const leave = queue.enterNow();
  expect(queue.enterNow()).toBeUndefined();
  leave?.();
  expect(queue.enterNow()).toBeTypeOf("function");
});

test("leaving twice frees one place only", async () => {
  const queue = new Queue(1, { waiting: 0 });
  const leave = await queue.enter();
  leave();
  leave();
  await queue.enter();
  await expect(queue.enter()).rejects.toMatchObject({ code: "busy" });
});

test("a full line is refused with a hint to try again", async () => {
  const queue = new Queue(1, { waiting: 1 });
  await queue.enter();
  void queue.enter();
  await expect(queue.enter()).rejects.toMatchObject({
    code: "busy",
    details: { hint: expect.stringContaining("again") },
  });
});

test("one who gives up leaves the line", async () => {
  const queue = new Queue(1, { waiting: 1 });
  const leave = await queue.enter();
  const controller = new AbortController();
  const waiting = queue.enter(controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  const next = queue.enter();
  leave();
  await expect(next).resolves.toBeTypeOf("function");
});

test("clients take turns, however many entries one of them has in line", async () => {
  const queue = new Queue(1);
  const leave = await queue.enter();
  const entered: string[] = [];
  const enter = (client: string): Promise<void> =>
    queue.enter(undefined, client).then((out) => {
      entered.push(client);
      out();
    });
  const all = [enter("greedy"), enter("greedy"), enter("greedy"), enter("modest")];
  leave();
  await Promise.all(all);
  expect(entered).toEqual(["greedy", "modest", "greedy", "greedy"]);
});

test("no client holds more than its share, and what it may not take goes to others", async () => {
  const queue = new Queue(3, { perClient: 2 });
  await queue.enter(undefined, "greedy");
  const leave = await queue.enter(undefined, "greedy");
  const third = queue.enter(undefined, "greedy");
  expect(queue.clients).toEqual(["greedy"]);
  await queue.enter(undefined, "modest");
  leave();
  await third;
  expect(queue.heldBy("greedy")).toBe(2);
});

test("a full line refuses the client with most entries in it, not the one that comes", async () => {
  const queue = new Queue(1, { waiting: 3 });
  await queue.enter();
  const greedy = [1, 2, 3].map(() => queue.enter(undefined, "greedy"));
  const refused = greedy[2]?.catch((error: unknown) => error);
  void queue.enter(undefined, "modest");
  expect(await refused).toMatchObject({ code: "busy" });
  expect(queue.clients).toEqual(["greedy", "modest"]);
});

test("closing refuses all that wait and all that come", async () => {
  const queue = new Queue(1);
  await queue.enter();
  const waiting = queue.enter();
  queue.close(new Error("closed"));
  await expect(waiting).rejects.toThrow("closed");
  await expect(queue.enter()).rejects.toThrow("closed");
});

async function hold(queue: Queue, held: () => void): Promise<void> {
  await queue.hold();
  held();
}

test("places that are held are given on in the order in which they were asked for, in turn with other clients", async () => {
  const queue = new Queue(2, { waiting: Number.POSITIVE_INFINITY });
  expect([queue.hold(), queue.hold()]).toEqual([undefined, undefined]);
  const order: string[] = [];
  const entries = [
    hold(queue, () => order.push("first")),
    queue.enter(undefined, "other").then(() => order.push("other")),
    hold(queue, () => order.push("second")),
  ];
  expect(queue.waiting).toBe(3);
  for (let place = 0; place < 3; place += 1) queue.leave();
  await Promise.all(entries);
  expect(order).toEqual(["first", "other", "second"]);
  expect([queue.waiting, queue.heldBy(undefined)]).toEqual([0, 2]);
});

test("one that holds a place is refused like any other when the queue closes", async () => {
  const queue = new Queue(1);
  void queue.hold();
  const waiting = queue.hold();
  queue.close(new Error("closed"));
  await expect(waiting).rejects.toThrow("closed");
  await expect(queue.hold()).rejects.toThrow("closed");
});

test("places that are taken whether free or not keep others out until enough are given back", async () => {
  const queue = new Queue(2);
  void queue.hold();
  queue.fill(3);
  const order: string[] = [];
  const entries = [
    hold(queue, () => order.push("first")),
    queue.enter(undefined, "other").then(() => order.push("other")),
    hold(queue, () => order.push("last")),
  ];
  queue.leave();
  queue.leave();
  await Promise.resolve();
  expect([order, queue.heldBy(undefined)]).toEqual([[], 2]);
  queue.leave(2);
  await Promise.all(entries.slice(0, 2));
  expect([order, queue.waiting]).toEqual([["first", "other"], 1]);
  queue.leave();
  await Promise.all(entries);
  expect(order).toEqual(["first", "other", "last"]);
});
