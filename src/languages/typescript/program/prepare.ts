import type { AnyNode, CallExpression, Program } from "acorn";
import { analyzeScopes } from "./analyze-scopes.ts";
import type { NameUse, ScopeAnalysis } from "./scope.ts";
import { checkRunnable, findLateNames } from "./check-runnable.ts";
import { findEndlessWaits, findFailing, type ToolOfCall, toolsByCall } from "./finish/failing-expression.ts";
import { readMentions } from "./read-mentions.ts";
import { findForeign } from "./text/foreign-text.ts";
import { childrenOf, parseProgram } from "./parse-program.ts";
import { staticMember } from "./patterns.ts";
import type { PreparedCell } from "./prepared-cell.ts";
import { rewriteProgram } from "./rewrite-program.ts";
import { findMissingAwaits } from "./finish/missing-awaits.ts";
import { withObjectAtEnd } from "./finish/object-at-end.ts";
import { noteLostValues } from "./finish/lost-values.ts";
import { noteRoundedIntegers } from "./finish/rounded-integers.ts";
import { refuseDropped } from "./refuse-dropped.ts";
import { BoundExceeded, runBounded } from "./reader/run-bounded.ts";
import { loadTypeStripper, type StrippedCode, stripTypes } from "./strip-types.ts";
import { ParseProblem, toSyntaxError } from "./syntax-error.ts";
import { TextLines, type TextPosition } from "../../../base/text-position.ts";
import { createCalleeLookup, findToolCalls, toolOfSites } from "./tool-calls.ts";
import { unwrapCode } from "./text/unwrap-code.ts";

/** Settings for reading a text. */
interface PrepareOptions {
  /** JavaScript is TypeScript without types. */
  readonly language: "typescript";
  /** Gives up with {@link BoundExceeded} when one of the three steps takes longer, instead of after the bound for all texts. */
  readonly stepMs?: number;
}

/**
 * Turns the text of a user into a program for the sandbox.
 *
 * Throws a `syntax_error` with line and column of the text when that is impossible. Stops after a bounded time on any text,
 * at most 0.5 s and 8 ms for each kilobyte for each of its three steps.
 */
export function prepare(text: string, { stepMs }: PrepareOptions): PreparedCell {
  const { code: found, lineOffset, notes } = unwrapCode(text);
  const toUserLines = ({ line, column }: TextPosition): TextPosition => ({ line: line + lineOffset, column });
  try {
    const { code, parsed, toFound } = readProgram(found, stepMs);
    const cell = bounded(code, stepMs, () => prepareCode(code, parsed, (place) => toUserLines(toFound(place))));
    return { ...cell, notes: [...notes, ...cell.notes] };
  } catch (error) {
    if (stepMs !== undefined && error instanceof BoundExceeded) throw error;
    throw toSyntaxError(error, { text, code: found, toUserText: toUserLines });
  }
}

interface ReadText {
  readonly code: string;
  readonly parsed: ParsedCode;
  /** Place in the text that was found of a place in `code`. */
  readonly toFound: (place: TextPosition) => TextPosition;
}

function readProgram(code: string, stepMs: number | undefined): ReadText {
  const read = (text: string): ParsedCode =>
    bounded(text, stepMs, () => parseJavaScript(text)) ?? parseTypeScript(text, stepMs);
  let parsed: ParsedCode | undefined;
  let problem: unknown;
  try {
    parsed = read(code);
    if (parsed.program.body.at(-1)?.type !== "BlockStatement") return { code, parsed, toFound: (place) => place };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    problem = error;
  }
  const withObject = readObjectAtEnd(code, read);
  if (withObject !== undefined) return withObject;
  if (parsed === undefined) throw problem;
  return { code, parsed, toFound: (place) => place };
}

function readObjectAtEnd(code: string, read: (text: string) => ParsedCode): ReadText | undefined {
  for (const { text, toOriginal } of withObjectAtEnd(code)) {
    try {
      const parsed = read(text);
      const last = parsed.program.body.at(-1);
      if (last?.type === "ExpressionStatement" && last.expression.type === "ObjectExpression")
        return { code: text, parsed, toFound: toOriginal };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

const SHORT = 16_384;
const SHALLOW = 6;
// Several times what honest texts take on a busy machine.
const LEAST_MS = 500;
const UNITS_PER_MS = 125;

/** Reading takes time linear in the text for all but long or deeply nested texts; those are stopped when they take too long. */
function bounded<T>(code: string, stepMs: number | undefined, work: () => T): T {
  if (code.length <= SHORT && nestingOf(code) <= SHALLOW) return work();
  return runBounded(work, stepMs ?? Math.ceil(LEAST_MS + code.length / UNITS_PER_MS));
}

function nestingOf(code: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < code.length; at++) {
    const unit = code.charCodeAt(at);
    if (unit === OPEN) deepest = Math.max(deepest, ++depth);
    else if (unit === CLOSE) depth = Math.max(0, depth - 1);
  }
  return deepest;
}

const OPEN = "(".charCodeAt(0);
const CLOSE = ")".charCodeAt(0);

interface ParsedCode {
  readonly js: string;
  readonly program: Program;
  readonly analysis: ScopeAnalysis;
  readonly stripped: StrippedCode | undefined;
}

function prepareCode(code: string, parsed: ParsedCode, toUserText: PreparedCell["toUserText"]): PreparedCell {
  const { js, program, analysis, stripped } = parsed;
  const codeLines = new TextLines(code);
  const jsLines = stripped === undefined ? codeLines : new TextLines(js);
  const toCode = (offset: number): TextPosition => {
    const position = jsLines.positionAt(offset);
    return stripped === undefined ? position : stripped.toOriginal(position);
  };
  const toUser = (offset: number): TextPosition => toUserText(toCode(offset));
  locateProblems(() => {
    const foreign = findForeign(program, js, (name) => !analysis.top.names.has(name));
    if (foreign !== undefined) throw new ParseProblem(foreign.message, foreign);
    checkRunnable(program, analysis);
  }, toCode);
  // Stripping keeps lines where they are.
  const lineOf = (offset: number): number => toUserText(jsLines.positionAt(offset)).line;
  const { pieces, valueKind, notes } = rewriteProgram({ program, js, analysis, lineOf });
  const source = pieces.toString();
  const sourceLines = new TextLines(source);
  const uses = analysis.uses.filter((use) => use.scope.find(use.name) === undefined);
  const toolOf = (): ToolOfCall => toolsByCall(analysis, toolOfSites(program, analysis));
  return {
    source,
    globals: [...analysis.top.names],
    lateGlobals: findLateNames(program, analysis),
    valueKind,
    notes: [...notes, ...noteRoundedIntegers(program, js, lineOf), ...noteLostValues(program, js, lineOf)],
    code,
    isTypeScript: stripped !== undefined,
    mentions: readMentions({ program, js, analysis, toUser }),
    map: (line, column) => toUser(pieces.originOf(sourceLines.offsetAt({ line, column }))),
    toUserText,
    checkedCode: () => withoutReturns(code, analysis.returns, (offset) => codeLines.offsetAt(toCode(offset))),
    missingAwaits: () =>
      findMissingAwaits({ program, js }, analysis, createCalleeLookup(program, analysis)).map(
        ({ start, message, callee }) => ({
          start: codeLines.offsetAt(toCode(start)),
          message,
          callee,
        }),
      ),
    freeUses: () => {
      const late = lastResorts(program, uses);
      const read = uses.filter((use) => !use.underTypeof && !late.has(use));
      return read.map((use) => ({ name: use.name, position: toCode(use.start) }));
    },
    failing: (line, column) =>
      findFailing({ program, js }, pieces.originOf(sourceLines.offsetAt({ line, column })), toolOf()),
    endlessWaits: () => findEndlessWaits(program, toolOf()).map(toUser),
    toolCalls: () => findToolCalls(program, analysis, (offset) => codeLines.offsetAt(toCode(offset))),
  };
}

/**
 * Uses of `process` where an error has been caught, as in `main().catch((error) => { …; process.exit(1); })`: a
 * program in which nothing fails does not come to them.
 */
function lastResorts(program: Program, uses: readonly NameUse[]): ReadonlySet<NameUse> {
  const asked = uses.filter(({ name }) => name === "process").toSorted((one, other) => one.start - other.start);
  const handlers: AnyNode[] = [];
  const pending: AnyNode[] = asked.length === 0 ? [] : [program];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === "CatchClause") handlers.push(node.body);
    else if (node.type === "CallExpression") handlers.push(...handlerOf(node));
    pending.push(...childrenOf(node));
  }
  const found = new Set<NameUse>();
  const later = handlers.sort((one, other) => other.start - one.start);
  let end = 0;
  for (const use of asked) {
    for (let next = later.at(-1); next !== undefined && next.start <= use.start; next = later.at(-1)) {
      end = Math.max(end, next.end);
      later.pop();
    }
    if (use.start < end) found.add(use);
  }
  return found;
}

function handlerOf({ callee, arguments: [first, second] }: CallExpression): readonly AnyNode[] {
  const method = callee.type === "MemberExpression" ? staticMember(callee) : undefined;
  const handler = method === "catch" ? first : method === "then" ? second : undefined;
  return handler === undefined ? [] : [handler];
}

/**
 * A compiler does not look into a `return` outside a function; into a `throw`, which ends a program as well and is as long,
 * it does.
 */
function withoutReturns(code: string, returns: ScopeAnalysis["returns"], toOffset: (offset: number) => number): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, argument } of returns) {
    const at = toOffset(start);
    if (!argument || at < from || !code.startsWith("return", at)) continue;
    parts.push(code.slice(from, at), "throw ");
    from = at + "return".length;
  }
  return parts.join("") + code.slice(from);
}

/** Reads a text as JavaScript if that is all it is, so that the compiler for types is not needed. */
function parseJavaScript(code: string): ParsedCode | undefined {
  try {
    const program = parseProgram(code);
    const analysis = analyzeScopes(program, code);
    return analysis.ambiguous ? undefined : { js: code, program, analysis, stripped: undefined };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseTypeScript(code: string, stepMs: number | undefined): ParsedCode {
  // Loading is not to be interrupted, so it does not count.
  loadTypeStripper();
  return bounded(code, stepMs, () => {
    const codeLines = new TextLines(code);
    const stripped = locateProblems(
      () => {
        refuseDropped(code);
        return stripTypes(code);
      },
      (offset) => codeLines.positionAt(offset),
    );
    const { js } = stripped;
    const lines = new TextLines(js);
    const program = locateProblems(
      () => parseProgram(js),
      (offset) => stripped.toOriginal(lines.positionAt(offset)),
    );
    return { js, program, analysis: analyzeScopes(program, js), stripped };
  });
}

/** Turns offsets in errors into places in the code. */
function locateProblems<T>(work: () => T, toCode: (offset: number) => TextPosition): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("pos" in error) || typeof error.pos !== "number") throw error;
    const hint = error instanceof ParseProblem ? error.hint : undefined;
    throw new ParseProblem(error.message, { position: toCode(error.pos), hint, cause: error });
  }
}
