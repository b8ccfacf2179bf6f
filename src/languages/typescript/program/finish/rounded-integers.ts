import type { AnyNode, Program } from "acorn";
import { childrenOf } from "../parse-program.ts";

const MANY_DIGITS = /\d{16}/;
const MOST_NOTED = 3;

interface Rounded {
  readonly raw: string;
  readonly start: number;
}

/** Sentences about integers in a program that a number cannot hold, each with its line. */
export function noteRoundedIntegers(
  program: Program,
  js: string,
  lineOf: (offset: number) => number,
): readonly string[] {
  if (!MANY_DIGITS.test(js)) return [];
  return roundedIn(program)
    .slice(0, MOST_NOTED)
    .map(
      ({ raw, start }) =>
        `${raw} in line ${lineOf(start)} is too large for a number, which became ${Number(raw)}: write \`${raw}n\`, or the digits in quotes where a text is wanted.`,
    );
}

function roundedIn(program: Program): readonly Rounded[] {
  const found: Rounded[] = [];
  const waiting: AnyNode[] = [program];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type !== "Literal") {
      for (const child of childrenOf(node).toReversed()) waiting.push(child);
      continue;
    }
    const { raw = "", value, start } = node;
    const isInteger = typeof value === "number" && /^\d{16,400}$/.test(raw);
    if (isInteger && Number.isFinite(value) && BigInt(raw) !== BigInt(value)) found.push({ raw, start });
  }
  return found;
}
