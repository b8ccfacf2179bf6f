import { beginningOf } from "../base/bound-text.ts";
/** Contents of a doc comment or docstring, in parts. */
export interface DocText {
  /** Everything before the parts, without markers. */
  readonly description: string;
  readonly parameters: ReadonlyMap<string, ParameterDoc>;
  readonly returns?: string;
  readonly tags: readonly string[];
}

/** Documentation of one parameter. */
export interface ParameterDoc {
  readonly text: string;
  /** A type in the words of the language, where the doc has one. */
  readonly type?: string;
  /** True when the doc marks the parameter as optional. */
  readonly isOptional?: boolean;
}

/** Says nothing. */
export const EMPTY_DOC: DocText = { description: "", parameters: new Map(), tags: [] };

const MAX_DESCRIPTION = 6_000;
const MAX_TAGS = 32;

/** Reads a list of tags written with commas or spaces: short words, at most 32, each once. */
export function parseTags(text: string): string[] {
  return cleanTags(text.split(/[,\s]+/));
}

/** Leaves the usable tags: 1 to 50 characters, no controls, no blanks at the ends, at most 32, each once. */
export function cleanTags(tags: readonly string[]): string[] {
  const usable = tags.map((tag) => tag.trim()).filter((tag) => /^[^\p{C},]{1,50}$/u.test(tag));
  return [...new Set(usable)].slice(0, MAX_TAGS);
}

/** A description within its bounds, without blank edges. */
export function cleanDescription(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > MAX_DESCRIPTION ? `${beginningOf(trimmed, MAX_DESCRIPTION)}…` : trimmed;
}
