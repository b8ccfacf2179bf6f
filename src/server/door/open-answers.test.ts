import { afterEach, expect, test, vi } from "vitest";
import { OpenAnswers } from "./open-answers.ts";

afterEach(() => void vi.useRealTimers());

/** A request and the way to end its answer. */
function begin(answers: OpenAnswers): () => void {
  let end = (): void => {};
  answers.count({ done: (listener) => (end = listener) });
  return () => end();
}

test("all are told to end, and are waited for until the last has been sent", async () => {
  vi.useFakeTimers();
  const answers = new OpenAnswers();
  const [first, last] = [begin(answers), begin(answers)];
  answers.stopped.addEventListener("abort", first);
  let isOver = false;
  const stopping = answers.stop(1_000).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(999);
  expect(isOver).toBe(false);
  last();
  await stopping;
  expect(vi.getTimerCount()).toBe(0);
});

test("an answer that does not end is waited for no longer than the limit, and none not at all", async () => {
  vi.useFakeTimers();
  await new OpenAnswers().stop(1_000);
  const answers = new OpenAnswers();
  begin(answers);
  const stopping = answers.stop(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  await stopping;
  expect(answers.stopped.aborted).toBe(true);
});
