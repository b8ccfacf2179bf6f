import { tokenizer } from "acorn";

/** A bracket of a program that has no partner, or one of another kind. */
interface LoneBracket {
  readonly pos: number;
  /** Fault at the bracket, as a sentence. */
  readonly message: string;
  readonly hint: string;
}

const CLOSE_OF: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "${": "}" };
const CLOSING: ReadonlySet<string> = new Set(Object.values(CLOSE_OF));

/** The first bracket that closes nothing or closes another kind, or the innermost one that the program leaves open. */
export function findLoneBracket(code: string): LoneBracket | undefined {
  const open: { readonly sign: string; readonly pos: number }[] = [];
  try {
    for (const token of tokenizer(code, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true })) {
      const sign = token.type.label;
      if (CLOSE_OF[sign] !== undefined) open.push({ sign, pos: token.start });
      if (!CLOSING.has(sign)) continue;
      const last = open.pop();
      if (last === undefined)
        return { pos: token.start, message: `\`${sign}\` closes nothing.`, hint: "Leave it out, or open it before." };
      if (CLOSE_OF[last.sign] !== sign)
        return notClosed(last, `\`${sign}\` stands where \`${CLOSE_OF[last.sign]}\` is missing.`);
    }
  } catch {
    // What cannot be split into words has other faults.
    return undefined;
  }
  const last = open.at(-1);
  return last && notClosed(last, "Close it; if the program was cut off, send all of it.");
}

function notClosed({ sign, pos }: { readonly sign: string; readonly pos: number }, hint: string): LoneBracket {
  return { pos, message: `\`${sign}\` is not closed.`, hint };
}
