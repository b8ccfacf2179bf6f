/**
 * Follows links from one start, a few calls at a time, and gives every page once: a crawler over any tool.
 *
 * @tags crawl, parallel
 */
import { callTool, parallel } from "codemode";

/** Where to begin, with which tool, and how far to go. */
export interface FanOutOptions {
  /** Full name of a tool that takes one text argument and gives text. */
  tool: string;
  /** Name of that argument. */
  argument: string;
  start: string;
  /** Finds the next starts in a text; the first group of each match counts. */
  linkPattern: string;
  maxPages?: number;
  concurrency?: number;
}

export async function fan_out(
  options: FanOutOptions,
): Promise<{ pages: { id: string; text: string }[]; left: string[] }> {
  const { tool, argument, start, linkPattern, maxPages = 50, concurrency = 4 } = options;
  const pages: { id: string; text: string }[] = [];
  const seen = new Set([start]);
  let next = [start];
  while (next.length > 0 && pages.length < maxPages) {
    const batch = next.splice(0, maxPages - pages.length);
    const texts = await parallel(
      batch.map((id) => async () => String(await callTool(tool, { [argument]: id }))),
      { limit: concurrency },
    );
    for (const [index, text] of texts.entries()) {
      pages.push({ id: batch[index], text });
      for (const [, link] of text.matchAll(new RegExp(linkPattern, "g"))) {
        if (link === undefined || seen.has(link)) continue;
        seen.add(link);
        next.push(link);
      }
    }
  }
  return { pages, left: next };
}
