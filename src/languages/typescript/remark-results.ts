import { TextLines } from "../../base/text-position.ts";
import { ENVELOPE_WORDS } from "../sketch-value.ts";
import { missingProperty } from "./explain-value-error.ts";
import type { FailingExpression } from "./program/finish/failing-expression.ts";
import { type FaultKnowledge, outlineOf, sketchOutline } from "./explain-fault.ts";

const MOST_REMARKS = 3;
/** Places that are looked at. */
const MOST_PLACES = 20;
/** What a program ends with is its value, whatever it is called. */
const ASKED = new RegExp(
  `(?<=[\\w)\\]])\\s*\\+\\s*\\d|\\??\\.(?:${ENVELOPE_WORDS}|length)\\b(?!\\s*\\()|\\??\\.\\w+(?=\\s*;?\\s*$)`,
  "g",
);

/**
 * Sentences on envelopes that a program which completed took for part of the results of tools: \`r?.content?.[0]?.text ?? ""\`
 * fails nowhere and gives nothing; and on numbers added to text. A program that also provides for a result without one is left alone.
 */
export async function remarkResults({ prepared, catalog, results }: FaultKnowledge): Promise<readonly string[]> {
  const { source } = prepared;
  if (results.size === 0) return [];
  const asked = [...source.matchAll(ASKED)].slice(0, MOST_PLACES);
  if (asked.length === 0) return [];
  const lines = new TextLines(source);
  const remarks = new Set<string>();
  for (const { index } of asked) {
    const { line, column } = lines.positionAt(index);
    const failing = await prepared.failing(line, column);
    if (failing === undefined || providesForOther(source, failing)) continue;
    const outline = outlineOf(failing.result, { catalog, results });
    const what = joinedText(failing, outline) ?? missingProperty({ failing, outline, sketch: sketchOutline });
    if (what !== undefined) remarks.add(`Line ${(await prepared.map(line, column)).line}: ${what}`);
  }
  return [...remarks].slice(0, MOST_REMARKS);
}

/** A number that came as text, with a number added to it. */
function joinedText({ kind, text, result }: FailingExpression, outline: unknown): string | undefined {
  if (kind !== "add" || result?.isAwaited !== true || result.path.length > 0) return undefined;
  if (typeof outline !== "string" || !/^\s*-?\d+(?:\.\d+)?\s*$/.test(outline)) return undefined;
  return `\`${text}\` is the text ${JSON.stringify(outline)}, to which \`+\` appends: write \`Number(${text})\` to calculate with it.`;
}

/** True where a program asks what a value is or whether the property is there, or falls back to the value itself. */
function providesForOther(source: string, { text, property = "" }: FailingExpression): boolean {
  const word = text.replace(/[^\w$.]/g, "\\$&");
  const asked = `${word}\\??\\.${property}\\s*(?:\\?(?!\\.)|&&|\\|\\|)|(?:if|!)\\s*\\(?${word}\\??\\.${property}\\b`;
  return new RegExp(
    `typeof\\s+${word}\\b|\\bin\\s+${word}\\b|isArray\\(${word}\\)|(?:\\?\\?|\\|\\||:)\\s*${word}(?![\\w$.?[])|${asked}`,
  ).test(source);
}
