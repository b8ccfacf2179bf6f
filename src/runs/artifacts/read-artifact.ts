import { parseJson, stringifyJson } from "../../base/exact-json.ts";
import { JSONPathEnvironment, type JSONPathQuery, type JSONValue } from "json-p3";
import { RE2JS } from "re2js";
import type { JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Artifact } from "./artifact-store.ts";

/** Part of an artifact to read. `path` selects first, then `pattern` filters lines, then the range is cut. */
export interface ReadArtifactOptions {
  /** First character (with `pattern`: first matching line) to return, from 0. @default 0 */
  readonly offset?: number;
  /** Maximum number of characters (with `pattern`: lines) to return. @default 8,000 characters or 100 lines */
  readonly limit?: number;
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

const DEFAULT_CHARACTERS = 8_000;
const DEFAULT_LINES = 100;

/**
 * Reads a part of an artifact. A path or a pattern may take any time: see {@link ArtifactReader}, which bounds it.
 * A bad path or pattern is `invalid_arguments` and says what is wrong with it.
 */
export function readArtifact(artifact: Artifact, options: ReadArtifactOptions = {}): ArtifactPart {
  const selected = options.path === undefined ? artifact.text : selectPath(artifact, options.path);
  if (options.pattern === undefined) return cutCharacters(artifact, selected, characterRange(options));
  const range = { ...characterRange(options), limit: wholeNumber("limit", options.limit ?? DEFAULT_LINES, 1) };
  return cutLines(artifact, matchingLines(selected, options.pattern), range);
}

/** The range of characters that is asked for. */
export function characterRange({ offset = 0, limit = DEFAULT_CHARACTERS }: ReadArtifactOptions): Range {
  return { offset: wholeNumber("offset", offset, 0), limit: wholeNumber("limit", limit, 1) };
}

/** Lines passed over in one step. */
const LINES_PER_STEP = 2_000;

/** Lines of a text from the line `offset` on, without their ends, in small steps. */
export function* linesOf(text: string, offset: number, limit: number): Generator<void, string[]> {
  const lines: string[] = [];
  let start = 0;
  for (let number = 0; start <= text.length && number < offset + limit; number++) {
    const end = text.indexOf("\n", start);
    const stop = end === -1 ? text.length : end;
    if (number >= offset) lines.push(text.slice(start, stop).replace(/\r$/, ""));
    start = stop + 1;
    if (number % LINES_PER_STEP === LINES_PER_STEP - 1) yield;
  }
  return lines;
}

/** The value at a JSON path: the single match, or a list when the path can match several places. */
export function artifactValueAt(artifact: Artifact, path: string): JsonValue {
  const query = compilePath(path);
  const values = [...query.query(parsedValue(artifact)).values()].filter(isDefined);
  if (!query.singularQuery()) return values;
  const [value] = values;
  if (value !== undefined) return value;
  throw new CodemodeError("invalid_arguments", `Nothing is at ${path} in artifact "${artifact.id}".`, {
    hint: `Its shape is: ${artifact.preview}`,
  });
}

// The library's type of a JSON value has room for undefined; parsed text never holds it.
type ParsedValue = Exclude<JSONValue, undefined>;

function isDefined(value: JSONValue): value is ParsedValue & JsonValue {
  return value !== undefined;
}

interface Range {
  readonly offset: number;
  readonly limit: number;
}

function cutCharacters(artifact: Artifact, text: string, { offset, limit }: Range): ArtifactPart {
  return partOf(artifact, text.slice(offset, offset + limit), { total: text.length, end: offset + limit });
}

function cutLines(artifact: Artifact, lines: readonly string[], { offset, limit }: Range): ArtifactPart {
  const text = lines.slice(offset, offset + limit).join("\n");
  return partOf(artifact, text, { total: lines.length, end: offset + limit });
}

/** A part with where to read on. */
export function partOf(artifact: Artifact, text: string, { total, end }: { total: number; end: number }): ArtifactPart {
  const { id, mimeType } = artifact;
  return { id, mimeType, text, total, ...(end < total ? { nextOffset: end } : {}) };
}

/** Lines that match, each with its number, counted from 1. */
function matchingLines(text: string, pattern: string): string[] {
  const expression = compilePattern(pattern);
  const matching: string[] = [];
  let start = 0;
  for (let number = 1; start <= text.length; number += 1) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    if (expression.matcher(line).find()) matching.push(`${number}: ${line}`);
    start = end + 1;
  }
  return matching;
}

function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new CodemodeError("invalid_arguments", `The pattern ${JSON.stringify(pattern)} cannot be used.`, {
      hint: "Write it in RE2 syntax, without back-references and look-around.",
      cause,
    });
  }
}

function selectPath(artifact: Artifact, path: string): string {
  const value = artifactValueAt(artifact, path);
  return typeof value === "string" ? value : stringifyJson(value, 2);
}

/** The JSON text of an artifact. Throws `invalid_arguments` where it is none. */
export function checkedJson(artifact: Artifact): string {
  parsedValue(artifact);
  return artifact.text;
}

function parsedValue(artifact: Artifact): JSONValue {
  try {
    const value = parseJson(artifact.text);
    return isJson(value) ? value : null;
  } catch (cause) {
    throw new CodemodeError("invalid_arguments", `Artifact "${artifact.id}" is ${artifact.mimeType}, not JSON.`, {
      hint: "Read it by offset and limit, or by a line pattern.",
      cause,
    });
  }
}

/** A value read from JSON text is JSON; the library walks past a `bigint` like past any other scalar. */
function isJson(value: unknown): value is JSONValue {
  return value !== undefined;
}

function compilePath(path: string): JSONPathQuery {
  try {
    const environment = new JSONPathEnvironment();
    // Their patterns would run on the backtracking engine of the host, over unvetted text.
    environment.functionRegister.delete("match");
    environment.functionRegister.delete("search");
    return environment.compile(path);
  } catch (cause) {
    throw new CodemodeError("invalid_arguments", `The path ${JSON.stringify(path)} cannot be used.`, {
      hint: "Write a JSON path such as $.items[0].name or $.items[*].id; match() and search() are not available.",
      cause,
    });
  }
}

function wholeNumber(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new CodemodeError("invalid_arguments", `${name} is ${value}, but must be a whole number from ${least} up.`, {
    hint: `Leave ${name} out for its default.`,
  });
}
