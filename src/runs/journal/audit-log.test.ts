import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuditLog, EMPTY_HEAD } from "./audit-log.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-audit-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("one changed byte anywhere is found, and the line it stands in is named", () => {
  const log = new AuditLog(join(folder, "audit.jsonl"));
  const entry = (callId: number, tool: string) =>
    ({
      at: "2026-01-02T03:04:05.006Z",
      runId: "run_1",
      callId,
      tool,
      argumentsHash: "ab12",
      kind: "call",
      outcome: "ok",
      by: "program",
    }) as const;
  const first = log.append(EMPTY_HEAD, [entry(1, "disk__write"), entry(2, 'naïve "tool" \\u0041 😀')]);
  const head = log.append(first, [entry(3, "disk__read")]);
  const whole = readFileSync(log.file);
  expect(log.verify(head)).toMatchObject({ ok: true, lines: 3 });

  const missed: string[] = [];
  let line = 1;
  for (const [place, byte] of whole.entries()) {
    for (const changed of [byte ^ 1, place % 2 === 0 ? 0x0a : byte ^ 0x80]) {
      if (changed === byte) continue;
      const bytes = Buffer.from(whole);
      bytes[place] = changed;
      writeFileSync(log.file, bytes);
      const verdict = log.verify(head);
      if (verdict.ok || verdict.line !== line) missed.push(`${place}: ${byte} to ${changed}: ${verdict.message}`);
    }
    if (byte === 0x0a) line += 1;
  }
  expect(missed).toEqual([]);
  expect(line).toBe(4);
}, 60_000);

test("a byte too many or too few is found", () => {
  const log = new AuditLog(join(folder, "length.jsonl"));
  const entry = { at: "now", runId: "run_1", callId: 1, tool: "a__b", argumentsHash: "", by: "policy" } as const;
  const head = log.append(EMPTY_HEAD, [
    { ...entry, kind: "decision", outcome: "allow" },
    { ...entry, kind: "call", outcome: "ok" },
  ]);
  const whole = readFileSync(log.file);
  for (let place = 0; place < whole.length; place += 1) {
    const [before, after] = [whole.subarray(0, place), whole.subarray(place)];
    for (const bytes of [
      Buffer.concat([before, Buffer.from(" "), after]),
      Buffer.concat([before, after.subarray(1)]),
    ]) {
      writeFileSync(log.file, bytes);
      expect(log.verify(head), `at ${place}`).toMatchObject({ ok: false });
    }
  }
}, 60_000);
