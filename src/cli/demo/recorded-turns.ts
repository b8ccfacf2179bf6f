import type { Turn } from "./conversation-cost.ts";
import type { RecordedCall } from "./recording-registry.ts";

/** A call as a model writes it. */
export function writtenCall(name: string, args: unknown): string {
  return JSON.stringify({ name, arguments: args });
}

/** The same calls made by a model that makes one in each turn. */
export function oneByOne(calls: readonly RecordedCall[]): readonly Turn[] {
  return calls.map((call) => toTurn([call]));
}

/** The same calls made by a model that makes calls of one tool that follow each other side by side, in one turn. */
export function sideBySide(calls: readonly RecordedCall[]): readonly Turn[] {
  const rounds: RecordedCall[][] = [];
  for (const call of calls) {
    const round = rounds.at(-1);
    if (round?.[0]?.tool === call.tool) round.push(call);
    else rounds.push([call]);
  }
  return rounds.map(toTurn);
}

function toTurn(calls: readonly RecordedCall[]): Turn {
  return { written: calls.map(({ tool, args }) => writtenCall(tool, args)), read: calls.map(({ text }) => text) };
}
