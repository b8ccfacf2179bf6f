import type { AnyNode, Program } from "acorn";
import { childrenOf } from "../parse-program.ts";

const MANY_DIGITS = /\d{16}/;
const MOST_NOTED = 3;

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

function roundedIn(node: AnyNode): readonly { readonly raw: string; readonly start: number }[] {
  if (node.type !== "Literal") return childrenOf(node).flatMap(roundedIn);
  const { raw = "", value, start } = node;
  const isInteger = typeof value === "number" && /^\d{16,400}$/.test(raw);
  return isInteger && Number.isFinite(value) && BigInt(raw) !== BigInt(value) ? [{ raw, start }] : [];
}
