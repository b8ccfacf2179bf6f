import { beginningOf } from "../base/bound-text.ts";
import type { ToolEntry } from "./tool.ts";

/** A brief line is about 20 tokens on real tools and never more characters than this, unless the name alone is. */
const MAX_BRIEF = 120;

/** Only this much of a description is looked at; its first line is at the beginning. */
const MAX_READ = 2_000;

/**
 * The shortest useful view of a tool: its full name and the first line of its description.
 *
 * Characters that are invisible or reorder text are shown as escapes, since both parts come from an untrusted party.
 */
export function briefLine(entry: ToolEntry): string {
  const name = escapeInvisible(entry.name);
  const first = ownFirstLine(entry);
  const room = MAX_BRIEF - name.length - 2;
  return first === "" || room < 2 ? name : `${name}: ${cut(escapeInvisible(first), room)}`;
}

/** Controls, formats (zero-width, direction), line ends, lone surrogates and private use. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Spells out control characters, line ends, text-direction marks, zero-width and other invisible characters, and lone
 * surrogates as `\u{…}`, so that what a reader sees is what there is.
 */
export function escapeInvisible(text: string): string {
  // Nearly every name, and seen in a tenth of the time.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A name as it can stand in a sentence: in quotes, with what is invisible, controls and line ends escaped. */
export function quoteName(name: string): string {
  return escapeInvisible(JSON.stringify(name));
}

/** Text of others on several lines, in which no line can pass for one of ours: all but the first are indented. */
export function hangingText(text: string): string {
  return text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => line.split("\t").map(escapeInvisible).join("\t"))
    .join("\n  ");
}

/** The first line of a tool's description, without what stands in front of every tool of its server. */
export function ownFirstLine({ description, sharedStart = 0 }: ToolEntry): string {
  return firstLine(sharedStart === 0 ? description : description.slice(sharedStart));
}

/** The first line with anything on it, with runs of spaces made one. */
export function firstLine(text: string): string {
  const lines = text.slice(0, MAX_READ).split(/[\r\n\u2028\u2029]/);
  return (lines.find((line) => line.trim() !== "") ?? "").replace(/[\t ]+/g, " ").trim();
}

/** Cuts text to `length` characters, the last of them `…`, without splitting a surrogate pair. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${beginningOf(text, length - 1).trimEnd()}…`;
}
