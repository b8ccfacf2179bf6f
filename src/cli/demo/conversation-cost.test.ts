import { expect, test } from "vitest";
import { conversationCost } from "./conversation-cost.ts";
import { oneByOne, sideBySide } from "./recorded-turns.ts";

const words = (text: string): number => text.split(" ").length;

test("a conversation is counted once, and again on each turn, exactly by the printed formula", () => {
  const cost = conversationCost(
    {
      definitions: ["one two three"],
      turns: [
        { written: ["a b"], read: ["c d e"] },
        { written: ["f"], read: ["g h"] },
      ],
    },
    words,
  );
  expect(cost).toEqual({
    turns: 3,
    definitions: 3,
    written: 3,
    read: 5,
    once: 11,
    everyTurn: 3 + (3 + 5) + (3 + 8) + 3,
  });
});

test("a conversation without calls costs its definitions and nothing else", () => {
  expect(conversationCost({ definitions: ["x y"], turns: [] }, words)).toMatchObject({
    turns: 1,
    once: 2,
    everyTurn: 2,
  });
});

test("calls of one tool in a row share a turn only side by side", () => {
  const calls = ["list", "read", "read", "store"].map((tool) => ({ tool, args: {}, text: "" }));
  expect(oneByOne(calls)).toHaveLength(4);
  expect(sideBySide(calls).map(({ written }) => written.length)).toEqual([1, 2, 1]);
});
