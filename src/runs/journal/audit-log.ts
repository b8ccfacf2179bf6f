import { hash as digest } from "node:crypto";
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { assertFile, readBytes } from "../../base/files/read-file.ts";
import { isRecord } from "../../base/is-record.ts";
import type { AuditEntry, AuditVerdict } from "./run-store.ts";

/** Where the log ends, as it is kept beside it. */
export interface AuditHead {
  /** Number of lines. */
  readonly n: number;
  /** Hash of the last line; empty for an empty log. */
  readonly hash: string;
  /** Size of the file. */
  readonly bytes: number;
}

/** The head of a log without lines. */
export const EMPTY_HEAD: AuditHead = { n: 0, hash: "", bytes: 0 };

/**
 * A file of JSON lines in which each line carries the hash of the line before it, so that no line can be changed, moved
 * or taken out unseen. The head is kept elsewhere, so that a missing end is seen too.
 *
 * Whoever writes holds a lock over all processes that write.
 */
export class AuditLog {
  readonly file: string;

  /** @param file is made by the first line */
  constructor(file: string) {
    this.file = file;
  }

  /** Writes lines after those of the head, and returns the new head. What a crash left after the head is replaced. */
  append(head: AuditHead, entries: readonly AuditEntry[]): AuditHead {
    const lines: string[] = [];
    let { n, hash } = head;
    for (const { at, runId, callId, tool, argumentsHash, kind, outcome, by } of entries) {
      n += 1;
      const line = { n, at, runId, callId, tool, argumentsHash, kind, outcome, by, previous: hash };
      hash = hashOf(line);
      lines.push(`${JSON.stringify({ ...line, hash })}\n`);
    }
    const text = Buffer.from(lines.join(""));
    assertFile(this.file);
    const descriptor = openSync(this.file, "a+", 0o600);
    try {
      const { size } = fstatSync(descriptor);
      // What lies behind the head was written by a process that died before it was counted. A shorter file stays short.
      if (size > head.bytes) ftruncateSync(descriptor, head.bytes);
      // All of it or an error: of a single write a disk that is nearly full may take a part.
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    return { n, hash, bytes: head.bytes + text.length };
  }

  /** Reads the whole log and compares it with its head. */
  verify(head: AuditHead): AuditVerdict {
    // Bytes that are not UTF-8 must not look like those that are.
    const lines = (existsSync(this.file) ? readBytes(this.file).toString("latin1") : "").split("\n");
    const rest = lines.pop() ?? "";
    if (rest !== "") lines.push(rest);
    const found = lines.length;
    let previous = "";
    for (const [index, line] of lines.entries()) {
      const isEnded = index < found - 1 || rest === "";
      const problem = problemOf(Buffer.from(line, "latin1"), { n: index + 1, previous, isEnded });
      if (typeof problem === "string") return wrong(index + 1, found, problem);
      previous = problem.hash;
    }
    if (found < head.n) return wrong(found + 1, found, `Lines ${found + 1} to ${head.n} are missing at the end.`);
    if (found > head.n)
      return wrong(
        head.n + 1,
        found,
        "It was added by something else, or by a process that died before it was counted.",
      );
    if (previous !== head.hash) return wrong(found, found, "It is not the line that was written last.");
    return { ok: true, line: null, lines: found, message: `All ${found} lines are as they were written.` };
  }
}

function wrong(line: number, lines: number, reason: string): AuditVerdict {
  return { ok: false, line, lines, message: `Line ${line}: ${reason}` };
}

/** The hash of a line, or what is wrong with it. */
function problemOf(
  bytes: Buffer,
  { n, previous, isEnded }: { readonly n: number; readonly previous: string; readonly isEnded: boolean },
): string | { readonly hash: string } {
  const text = bytes.toString();
  const { hash, ...rest } = parsed(text);
  if (typeof hash !== "string") return "It is not a line of the log.";
  // Written again it must be the same bytes, so that nothing hides in spaces, escapes or keys given twice.
  if (!bytes.equals(Buffer.from(JSON.stringify({ ...rest, hash })))) return "Its text was changed.";
  if (rest["n"] !== n) return "It is not the line of this number.";
  if (rest["previous"] !== previous) return "It does not follow the line before it.";
  if (hashOf(rest) !== hash) return "Its content was changed.";
  return isEnded ? { hash } : "Its end is missing.";
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const line: unknown = JSON.parse(text);
    return isRecord(line) ? line : {};
  } catch {
    return {};
  }
}

function hashOf(line: object): string {
  return digest("sha256", JSON.stringify(line));
}
