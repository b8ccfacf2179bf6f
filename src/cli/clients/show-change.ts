import { plainText } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import type { EntryChange } from "./install-entry.ts";

/** True when a file will differ. */
export function isChange({ before, after }: EntryChange): boolean {
  return before === null || after === null ? before !== after : !before.equals(after);
}

/** A change as `--json` reports it. */
export function changeDocument(change: EntryChange): object {
  const { client, scope, file } = change.target;
  return { client, scope, file, backup: change.backup, changed: isChange(change), entry: change.entry };
}

/** Shows the lines of a client's file that a change takes out and adds, before it is made. */
export function showChange({ target, before, after, backup }: EntryChange, { out }: Terminal): void {
  const { colors } = out;
  out.write(
    `${colors.bold(plainText(target.file))}${before === null ? " (new)" : after === null ? " (removed)" : ""}\n`,
  );
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const start = old.findIndex((line, at) => line !== fresh[at]);
  const from = start === -1 ? Math.min(old.length, fresh.length) : start;
  const tail = sameAtEnd(old.slice(from), fresh.slice(from));
  for (const line of old.slice(from, old.length - tail)) out.write(colors.red(`- ${plainText(line)}\n`));
  for (const line of fresh.slice(from, fresh.length - tail)) out.write(colors.green(`+ ${plainText(line)}\n`));
  if (backup !== null) out.write(colors.dim(`  the file as it was: ${plainText(backup)}\n`));
}

function linesOf(contents: Buffer | null): readonly string[] {
  const lines = contents?.toString("utf8").split(/\r?\n/) ?? [];
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function sameAtEnd(one: readonly string[], other: readonly string[]): number {
  const most = Math.min(one.length, other.length);
  for (let count = 0; count < most; count += 1) {
    if (one.at(-1 - count) !== other.at(-1 - count)) return count;
  }
  return most;
}
