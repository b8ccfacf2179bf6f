import { ParseProblem } from "./syntax-error.ts";
import { listTexts } from "./text/unwrap-code.ts";

/** Syntax that stripping types removes although it is more than a type, and what to write instead. */
const DROPPED = [
  {
    pattern: /(?<!\bdeclare\s{1,20})\b(?:namespace|module)\s+[\w$.]+\s*\{/g,
    message: "Namespaces are not supported.",
    hint: "Use an object, `const Name = { … }`, or top-level functions.",
  },
  {
    pattern: /^[ \t]*(?:export\s+)?import\s+[\w$]+\s*=/gm,
    message: "`import … =` is not supported.",
    hint: 'Use `import { name } from "generated/servers/<server>"`, or `const` for a shorter name.',
  },
  {
    pattern: /^[ \t]*export\s*=/gm,
    message: "`export =` is not supported.",
    hint: "Use `export default`, `return`, or the value as the last line.",
  },
] as const;

/** Throws a {@link ParseProblem} for TypeScript that is code and would be lost with the types. */
export function refuseDropped(code: string): void {
  for (const { pattern, message, hint } of DROPPED) {
    for (const { index, 0: match } of code.matchAll(pattern)) {
      const pos = index + (match.length - match.trimStart().length);
      if (listTexts(code).some(({ start, end }) => start <= pos && pos < end)) continue;
      throw new ParseProblem(message, { pos, hint });
    }
  }
}
