import { expect, test } from "vitest";
import { LargeAnswers } from "./large-answers.ts";

const TEXT = "x".repeat(1_100_000);
const message = (id: number | string) => ({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: TEXT }] } });

test("of a large answer no string is made, be it waited for or not, and of a message that is none the text is what came", async () => {
  const answers = new LargeAnswers({ isOpen: (id) => id === 1, endRequest: () => {} });
  const lightened = (value: unknown): Promise<string> => answers.lighten([Buffer.from(JSON.stringify(value))]);
  for (const id of [1, 2]) expect((await lightened(message(id))).length).toBeLessThan(200);
  expect(await lightened(message("one"))).toBe(JSON.stringify(message("one")));
  const open = JSON.parse(await lightened(message(1)));
  expect(answers.putBack(open)).toEqual(message(1));
});
