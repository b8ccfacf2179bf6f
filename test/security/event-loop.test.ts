import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** Longest time, in milliseconds of the processor, that work for one input may keep the event loop. It takes about 50. */
const MOST_MS = 120;

interface Block {
  readonly longestMs: number;
  readonly next: unknown;
  readonly code?: string;
}

test.each(["arguments", "results", "servers", "bodies", "others", "programs in typescript", "programs in python"])(
  "no %s, however large within their limits, keep the event loop for long, and the next program works",
  { timeout: 120_000 },
  async (kind) => {
    const script = join(import.meta.dirname, "loop-blocks.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [script, kind, String(MOST_MS)], {
      timeout: 110_000,
    });
    const blocks: Readonly<Record<string, Block>> = JSON.parse(stdout);
    const seen = Object.entries(blocks);
    expect(seen.length).toBeGreaterThan(6);
    expect(seen.filter(([, { longestMs }]) => longestMs > MOST_MS)).toEqual([]);
    expect(seen.filter(([, { next, code }]) => next !== 2 || code === "internal" || code === "time_limit")).toEqual([]);
  },
);
