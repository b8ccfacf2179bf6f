/**
 * The most frequent words of all pages that can be reached from one start. Composes fan_out and word_count.
 *
 * @tags crawl, text
 */
import { fan_out } from "skills/fan_out";
import { word_count } from "skills/word_count";

/** Where to begin and with which tool, as fan_out takes it. */
export interface SiteOptions {
  tool: string;
  argument: string;
  start: string;
  linkPattern: string;
  maxPages?: number;
}

export async function site_words(
  options: SiteOptions,
): Promise<{ pages: number; words: { word: string; count: number }[] }> {
  const { pages } = await fan_out(options);
  return { pages: pages.length, words: word_count(pages.map(({ text }) => text).join("\n")) };
}
