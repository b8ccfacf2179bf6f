import { expect, test } from "vitest";
import { AnswerRoom } from "./answer-room.ts";

const MB = 1024 * 1024;

test("answers come in one after the other once the room is full, the first at once whatever its size", async () => {
  const room = new AnswerRoom();
  const order: number[] = [];
  const enter = (call: number, bytes: number): void => void room.enter(call, bytes)?.then(() => order.push(call));
  expect(room.enter(1, 100 * MB)).toBeUndefined();
  expect(room.enter(1, 100 * MB)).toBeUndefined();
  expect(room.enter(9, MB / 2)).toBeUndefined();
  enter(2, 5 * MB);
  enter(3, 5 * MB);
  enter(4, 2 * MB);
  room.leave(1);
  await Promise.resolve();
  expect(order).toEqual([2]);
  room.leave(2);
  await Promise.resolve();
  expect(order).toEqual([2, 3, 4]);
});

test("a call that waits for no answer any more takes no room, and lets the others pass", async () => {
  const room = new AnswerRoom();
  expect(room.enter(1, 6 * MB)).toBeUndefined();
  const given = room.enter(2, 20 * MB);
  const next = room.enter(3, 2 * MB);
  room.leave(2);
  room.leave(7);
  expect(await given).toBe(false);
  expect(await next).toBe(true);
});
