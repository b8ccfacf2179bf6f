import { stringifyJson } from "../../base/exact-json.ts";
import { JSONPathEnvironment, type JSONPathQuery, type JSONValue } from "json-p3";
import { RE2JS } from "re2js";
import type { JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import {
  type ArtifactPart,
  characterRange,
  cutCharacters,
  MOST_PART_CHARACTERS,
  nothingAt,
  type PartRange,
  parsedValue,
  partOf,
  type ReadArtifactOptions,
  wholeNumber,
} from "./artifact-part.ts";
import type { Artifact } from "./artifact-store.ts";

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

/** The value at a JSON path: the single match, or a list when the path can match several places. */
export function artifactValueAt(artifact: Artifact, path: string): JsonValue {
  const query = compilePath(path);
  const parsed = parsedValue(artifact);
  // One by one: the library puts all at once on the stack, where there is no room for some hundred thousand.
  const nodes = query.lazyQuery(isJson(parsed) ? parsed : null);
  const values = Array.from(nodes, ({ value }) => value).filter(isDefined);
  if (!query.singularQuery()) return values;
  const [value] = values;
  if (value !== undefined) return value;
  throw nothingAt(artifact, path);
}

// The library's type of a JSON value has room for undefined; parsed text never holds it.
type ParsedValue = Exclude<JSONValue, undefined>;

function isDefined(value: JSONValue): value is ParsedValue & JsonValue {
  return value !== undefined;
}

/** A value read from JSON text is JSON; the library walks past a `bigint` like past any other scalar. */
function isJson(value: unknown): value is JSONValue {
  return value !== undefined;
}

function cutLines(artifact: Artifact, lines: readonly string[], { offset, limit }: PartRange): ArtifactPart {
  let end = offset;
  let characters = 0;
  while (end < offset + limit && end < lines.length) {
    characters += (lines[end]?.length ?? 0) + 1;
    if (characters > MOST_PART_CHARACTERS && end > offset) break;
    end += 1;
  }
  return partOf(artifact, lines.slice(offset, end).join("\n"), { total: lines.length, end });
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
