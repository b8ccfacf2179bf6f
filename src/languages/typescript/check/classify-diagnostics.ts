import type { ErrorReport } from "../../../base/codemode-error.ts";
import { findArgumentProblems } from "./argument-problems.ts";
import type { Checked } from "./checked.ts";
import { type Finding, joinFindings, toNotes } from "./finding.ts";
import type { FileDiagnostics } from "./native-server.ts";
import { isUnion } from "./type-display.ts";
import { findUnknownNames, hasAbsentGlobal } from "./unknown-names.ts";

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
  const awaits = findUnawaited(checked);
  if (semantic.length + awaits.length === 0 && !hasAbsentGlobal(prepared.mentions)) return { fatal: null, notes: [] };
  const problems = findArgumentProblems(semantic, checked);
  const fatal = [...findUnknownNames(semantic, checked), ...problems.sure, ...awaits];
  return {
    fatal: joinFindings(fatal, prepared),
    notes: toNotes(
      [
        ...problems.possible,
        ...findOddProperties(semantic, checked),
        ...findVainComparisons(semantic),
        ...findUnknownOptions(semantic),
      ],
      prepared,
    ),
  };
}

/** Functions of the built-in module that give no promise. */
const AT_ONCE: ReadonlySet<string> = new Set(["RateLimiter", "ToolError"]);

/** Promises used as if they were their values, where that is sure. */
function findUnawaited({ prepared, findTool }: Checked): readonly Finding[] {
  const told = new Set<string>();
  return prepared.missingAwaits().flatMap(({ start, message, callee }): Finding[] => {
    const isBuiltIn = callee?.server === "codemode" && !AT_ONCE.has(callee.tool);
    if (callee !== undefined && !isBuiltIn && findTool(callee.server, callee.tool) === undefined) return [];
    // One place shows how; the others are of the same kind.
    const kind = message.replaceAll(/`.*?`/g, "");
    const hint = told.has(kind) ? undefined : awaitHint(message);
    told.add(kind);
    return [{ code: "type_error", pos: start, message, hint }];
  });
}

function awaitHint(message: string): string {
  if (message.includes("callback")) return CALLBACK_HINT;
  if (message.startsWith("A `;`")) return "Write `;` behind the statement before it.";
  const write = "Write `await` before the call that gives it";
  const [whole, read] = /^A promise has no (?:property `(\w+)`|items)/.exec(message) ?? [];
  if (whole === undefined) return `${write}.`;
  // An `await` that stands there already takes in what is read of the promise.
  const field = read === undefined ? "[0]" : `.${read}`;
  return `${write}. It takes in all that follows, so put both in parentheses: \`(await call(…))${field}\`.`;
}

const CALLBACK_HINT =
  "Await all answers first, `const keep = await Promise.all(items.map(async …))`, then choose by `keep[index]`.";

/**
 * Properties that a declared type does not have. Types that say nothing are left out, and so is the whole result, which is
 * what the compiler takes a call for whose arguments fit none of its forms.
 */
function findOddProperties(semantic: FileDiagnostics["semantic"], { prepared }: Checked): readonly Finding[] {
  const asksForWhole = /\braw\b/.test(prepared.code);
  return semantic
    .filter(({ text }) => (asksForWhole || !text.includes("on type 'ToolResult'")) && !mayHave(text, prepared.code))
    .filter(
      ({ code, text }) =>
        (code === 2339 || code === 2551) && !/on type '(?:\{\}|never|object|unknown|any\[\]|typeof .*)'/.test(text),
    )
    .map(({ pos, text }) => ({
      code: "type_error",
      pos,
      message: /on type '\{ \(args/.test(text) ? UNCALLED : plain(text),
    }));
}

/** Without a method of texts that made HTML once and is near to what was meant in its name alone. */
function plain(text: string): string {
  return text.replace(
    / Did you mean '(?:anchor|big|blink|bold|fixed|font\w+|italics|link|small|strike|sub|sup)'\?/,
    "",
  );
}

const UNCALLED =
  "A tool is asked for a property and not called: write its arguments behind its name, `tool({ … })`. Its description " +
  'and schema are in `await codemode.describe("server__tool")`.';

/** Whether a member of the type, or of one that the program declares itself, has the property: the compiler does not narrow by all that programs ask. */
function mayHave(text: string, code: string): boolean {
  const [, property = "", type = ""] = /^Property '(.*?)' does not exist on type '(.*?)'\./s.exec(text) ?? [];
  if (isUnion(type)) return true;
  const [alias = ""] = /^[A-Z]\w*/.exec(type) ?? [];
  return alias !== "" && new RegExp(`\\btype ${alias}\\b`).test(code) && code.includes(`${property}:`);
}

/** Comparisons of types that have nothing in common, which give the same for all values. */
function findVainComparisons(semantic: FileDiagnostics["semantic"]): readonly Finding[] {
  return semantic.flatMap(({ code, pos, text }): Finding[] => {
    const [, left, right] = code === 2367 ? (/the types '(.*?)' and '(.*?)' have no overlap/.exec(text) ?? []) : [];
    if (left === undefined || right === undefined) return [];
    return [
      {
        code: "type_error",
        pos,
        message: `A value of type ${left} is compared with one of type ${right}, so they are never equal.`,
      },
    ];
  });
}

/** Options that a helper of ours does not have; it leaves them out of account. */
function findUnknownOptions(semantic: FileDiagnostics["semantic"]): readonly Finding[] {
  return semantic.flatMap(({ code, pos, text }): Finding[] => {
    const [, name, type = ""] = /(?<!\w)'?(\w+)'? does not exist in type '\{ (.*) \}'/.exec(text) ?? [];
    if ((code !== 2353 && code !== 2561) || name === undefined || !HELPER_OPTIONS.test(type)) return [];
    const known = type
      .replaceAll(/\??: [^;]*;?/g, "")
      .trim()
      .split(/\s+/)
      .join(", ");
    return [{ code: "type_error", pos, message: `There is no option \`${name}\`. It takes: ${known}.` }];
  });
}

const HELPER_OPTIONS = /^(?:maxAttempts|intervalMs|limit|maxCalls)\??: number/;
