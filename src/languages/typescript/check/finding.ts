import { defined } from "../../../base/defined.ts";
import type { ErrorCode } from "../../../base/error-codes.ts";
import type { ErrorReport } from "../../../base/codemode-error.ts";
import type { CheckedCell } from "../program/prepared-cell.ts";
import { TextLines, type TextPosition } from "../../../base/text-position.ts";

/** Something a check found at an offset of the program. */
export interface Finding {
  readonly code: ErrorCode;
  readonly pos: number;
  readonly message: string;
  readonly tool?: string | undefined;
  readonly hint?: string | undefined;
}

const MAX_SHOWN = 5;
const MAX_NOTE = 300;

/**
 * Several findings as one error, in order of the text; the first five are told, the others counted.
 *
 * The place of the first is in the report's own fields, so only the others name theirs.
 */
export function joinFindings(findings: readonly Finding[], prepared: CheckedCell): ErrorReport | null {
  const ordered = findings.toSorted((a, b) => a.pos - b.pos);
  const [first] = ordered;
  if (first === undefined) return null;
  const locate = locator(prepared);
  const shown = ordered.slice(0, MAX_SHOWN);
  const others = shown.slice(1).map((finding) => `${placeText(locate(finding.pos))}: ${finding.message}`);
  const lines = [first.message, ...others];
  if (ordered.length > shown.length) lines.push(`… and ${ordered.length - shown.length} more.`);
  const hints = [...new Set(shown.flatMap(({ hint }) => hint ?? []))];
  return {
    code: first.code,
    message: lines.join("\n"),
    ...locate(first.pos),
    ...defined({ tool: first.tool }),
    ...(hints.length === 0 ? {} : { hint: hints.join(" ") }),
  };
}

/** Findings that need not be fatal, as at most five sentences. */
export function toNotes(findings: readonly Finding[], prepared: CheckedCell): readonly string[] {
  const locate = locator(prepared);
  const notes = findings.map(({ pos, message }) => `${placeText(locate(pos))}: ${message}`.slice(0, MAX_NOTE));
  return [...new Set(notes)].slice(0, MAX_SHOWN);
}

function locator(prepared: CheckedCell): (pos: number) => TextPosition {
  const lines = new TextLines(prepared.code);
  return (pos) => prepared.toUserText(lines.positionAt(pos));
}

function placeText({ line, column }: TextPosition): string {
  return `Line ${line}, column ${column}`;
}
