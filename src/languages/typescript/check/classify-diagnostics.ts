import type { ErrorReport } from "../../../base/codemode-error.ts";
import { findArgumentProblems } from "./argument-problems.ts";
import type { Checked } from "./checked.ts";
import { type Finding, joinFindings, toNotes } from "./finding.ts";
import type { FileDiagnostics } from "./native-server.ts";
import { findUnknownNames } from "./unknown-names.ts";

/**
 * Sorts what the compiler says into what would surely fail and what is worth a note. Most of it is neither: programs of
 * agents are loosely typed, and run.
 */
export function classifyDiagnostics(
  { syntactic, semantic }: FileDiagnostics,
  checked: Checked,
): { readonly fatal: ErrorReport | null; readonly notes: readonly string[] } {
  const { prepared } = checked;
  // A text that is JavaScript was parsed by its own rules already.
  const grammar: readonly Finding[] = prepared.isTypeScript
    ? syntactic.map(({ pos, text }) => ({ code: "syntax_error", pos, message: text }))
    : [];
  if (grammar.length > 0) return { fatal: joinFindings(grammar, prepared), notes: [] };
  if (semantic.length === 0) return { fatal: null, notes: [] };
  const problems = findArgumentProblems(semantic, checked);
  const fatal = [...findUnknownNames(semantic, checked), ...problems.sure];
  return {
    fatal: joinFindings(fatal, prepared),
    notes: toNotes([...problems.possible, ...findOddProperties(semantic)], prepared),
  };
}

/** Properties that a declared type does not have. Types that say nothing are left out. */
function findOddProperties(semantic: FileDiagnostics["semantic"]): readonly Finding[] {
  return semantic
    .filter(
      ({ code, text }) =>
        (code === 2339 || code === 2551) && !/on type '(?:\{\}|never|object|unknown|any\[\]|typeof .*)'/.test(text),
    )
    .map(({ pos, text }) => ({ code: "type_error", pos, message: text }));
}
