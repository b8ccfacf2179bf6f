import { parseJson } from "../../base/exact-json.ts";
import { MOST_DEPTH } from "../../base/steps/json-in-steps.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isDeeperThan } from "../assert-shallow.ts";
import type { Artifact } from "./artifact-store.ts";
import { TEXT_UNITS } from "./text-units.ts";

/** Part of an artifact to read. `path` selects first, then `pattern` filters lines, then the range is cut. */
export interface ReadArtifactOptions {
  /** First character (with `pattern`: first matching line) to return, from 0. @default 0 */
  readonly offset?: number;
  /** Maximum number of characters (with `pattern`: lines) to return. @default 8,000 characters or 100 lines */
  readonly limit?: number;
  /**
   * What is counted as a character: a unit of UTF-16, as in JavaScript, or a code point, as in Python. A part never ends
   * within a character that takes two units; it may be a unit longer or shorter for that. @default "utf16"
   */
  readonly unit?: "utf16" | "codePoints";
  /** Only lines that match this regular expression (RE2 syntax, so no back-references or look-around). */
  readonly pattern?: string;
  /** JSON path (RFC 9535) into a JSON artifact, for instance `$.items[0].name`. */
  readonly path?: string;
}

/** A part of an artifact. */
export interface ArtifactPart {
  readonly id: string;
  readonly mimeType: string;
  readonly text: string;
  /** Characters, or matching lines with `pattern`, in all that was selected. */
  readonly total: number;
  /** Offset to read on from; absent at the end. */
  readonly nextOffset?: number;
}

/** A range of what was selected, in characters or lines. */
export interface PartRange {
  readonly offset: number;
  readonly limit: number;
  readonly unit: "utf16" | "codePoints";
}

const DEFAULT_CHARACTERS = 8_000;
/** Characters of one part, whatever limit is asked for; `nextOffset` says where it goes on. */
export const MOST_PART_CHARACTERS: number = 16 * 1024 * 1024;

/** The range of characters that is asked for. */
export function characterRange({
  offset = 0,
  limit = DEFAULT_CHARACTERS,
  unit = "utf16",
}: ReadArtifactOptions): PartRange {
  return {
    unit,
    offset: wholeNumber("offset", offset, 0),
    limit: Math.min(wholeNumber("limit", limit, 1), MOST_PART_CHARACTERS),
  };
}

/** Characters of all lines that one reading returns, and what each counts beside its own: of empty ones there may be millions. */
const MOST_LINE_CHARACTERS = 16 * 1024 * 1024;
const CHARACTERS_PER_LINE = 8;

/** Lines without their ends. {@link add} throws `result_too_large` for more than one reading returns. */
export class LineList {
  readonly lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    this.hold(line.length + CHARACTERS_PER_LINE);
    this.lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
    this.#characters += line.length + CHARACTERS_PER_LINE;
  }

  /** Throws what {@link add} does where there is no room for so many characters more. */
  hold(characters: number): void {
    if (this.#characters + characters <= MOST_LINE_CHARACTERS) return;
    throw new CodemodeError("result_too_large", `These lines have more than ${MOST_LINE_CHARACTERS} characters.`, {
      hint: "Ask for fewer lines, or read a range of characters by offset and limit.",
    });
  }
}

/** Lines passed over in one step. */
const LINES_PER_STEP = 2_000;

/** Lines of a text from the line `offset` on, without their ends, in small steps. */
export function* linesOf(text: string, offset: number, limit: number): Generator<void, string[]> {
  const list = new LineList();
  let start = 0;
  for (let number = 0; start <= text.length && number < offset + limit; number++) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    if (number >= offset) list.add(text.slice(start, stop));
    start = stop + 1;
    if (number % LINES_PER_STEP === LINES_PER_STEP - 1) yield;
  }
  return list.lines;
}

/** The characters of a range. */
export function cutCharacters(artifact: Artifact, text: string, { offset, limit, unit }: PartRange): ArtifactPart {
  const { length, slice } = TEXT_UNITS[unit];
  const part = slice(text, offset, limit);
  return partOf(artifact, part, { total: length(text), end: offset + length(part) });
}

/** A part with where to read on. */
export function partOf(artifact: Artifact, text: string, { total, end }: { total: number; end: number }): ArtifactPart {
  const { id, mimeType } = artifact;
  return { id, mimeType, text, total, ...(end < total ? { nextOffset: end } : {}) };
}

/** The JSON text of an artifact. Throws `invalid_arguments` where it is none. */
export function checkedJson(artifact: Artifact): string {
  parsedValue(artifact);
  return artifact.text;
}

/** The value of an artifact of JSON. Throws `invalid_arguments` where it is none. */
export function parsedValue(artifact: Artifact): unknown {
  try {
    const { text } = artifact;
    if (isDeeperThan(text, MOST_DEPTH)) throw new SyntaxError("The JSON text is nested too deeply to be read.");
    return parseJson(text);
  } catch (cause) {
    throw notJson(artifact, cause);
  }
}

/** The error of reading as JSON what is none. */
export function notJson({ id, mimeType }: Artifact, cause: unknown): CodemodeError {
  return new CodemodeError("invalid_arguments", `Artifact "${id}" is ${mimeType}, not JSON.`, {
    hint: "Read it by offset and limit, or by a line pattern.",
    cause,
  });
}

/** The error of a path that leads nowhere. */
export function nothingAt({ id, preview }: Artifact, path: string): CodemodeError {
  return new CodemodeError("invalid_arguments", `Nothing is at ${path} in artifact "${id}".`, {
    hint: `Its shape is: ${preview}`,
  });
}

/** A number that is asked for. Throws `invalid_arguments` where it is not whole or too small. */
export function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new CodemodeError("invalid_arguments", `${name} is ${value}, but must be a whole number from ${least} up.`, {
    hint: `Leave ${name} out for its default.`,
  });
}
