import { beginningOf } from "../../../base/bound-text.ts";
import type { ArgumentPart, ToolCallSite } from "../program/tool-calls.ts";
import { noParameter } from "../../calls/refused-arguments.ts";
import type { Checked, KnownTool } from "./checked.ts";
import type { Finding } from "./finding.ts";
import type { Diagnostic } from "./native-server.ts";
import { refusalOf } from "./written-refusal.ts";
import { areDisjoint, isNoObject, isPromise, isUnion } from "./type-display.ts";

const MISMATCH: ReadonlySet<number> = new Set([2322, 2820, 2345, 2559, 2769]);
const EXCESS: ReadonlySet<number> = new Set([2353, 2561]);
const MISSING: ReadonlySet<number> = new Set([2739, 2740, 2741]);
const COUNT: ReadonlySet<number> = new Set([2554, 2555]);

const AWAIT = "Write `await` before the call that gives it.";

// More would not be shown, and each costs a walk over the call it is in.
const MOST_SUSPECTS = 50;

/** What is wrong with the arguments of tool calls: what would surely be refused, and what may be. */
interface ArgumentProblems {
  readonly sure: readonly Finding[];
  readonly possible: readonly Finding[];
}

/** Finds problems in the arguments of tool calls themselves; those of calls and functions inside the arguments are not theirs. */
export function findArgumentProblems(semantic: readonly Diagnostic[], checked: Checked): ArgumentProblems {
  const sure: Finding[] = [];
  const possible: Finding[] = [];
  const suspects = semantic
    .filter(({ code }) => [MISMATCH, EXCESS, MISSING, COUNT].some((codes) => codes.has(code)))
    .slice(0, MOST_SUSPECTS);
  if (suspects.length === 0) return { sure, possible };
  const { prepared, sessionNames, findTool } = checked;
  const sites = prepared
    .toolCalls()
    .filter((site) => ![site.server, rootOf(site, prepared.code)].some((name) => sessionNames.includes(name)));
  const explained = new Map<ToolCallSite, { readonly tool: KnownTool; readonly suspects: Diagnostic[] }>();
  for (const suspect of suspects) {
    const site = siteOf(suspect, sites);
    const tool = site && findTool(site.server, site.tool);
    if (site === undefined || tool === undefined || fitsAfterAll(suspect, tool)) continue;
    if (!isSure(suspect, { tool, site })) possible.push(toFinding(suspect, tool, prepared.code));
    else if (tool.refuse === undefined) sure.push(toFinding(suspect, tool, prepared.code));
    else explained.set(site, { tool, suspects: [...(explained.get(site)?.suspects ?? []), suspect] });
  }
  for (const [site, { tool, suspects: surely }] of explained) {
    sure.push(...explainSuspects(surely, { tool, site, code: prepared.code }));
  }
  return { sure, possible };
}

interface SuspectCall {
  readonly tool: KnownTool;
  readonly site: ToolCallSite;
  readonly code: string;
}

/** One finding for all that the schema refuses in a call, at the first place; what it does not refuse is told by its place. */
function explainSuspects(suspects: readonly Diagnostic[], { tool, site, code }: SuspectCall): readonly Finding[] {
  const { written } = site.details();
  // Of an object that stands elsewhere only the compiler knows what is wrong.
  const isElsewhere = written.holes.includes("") && suspects.some((suspect) => innerPath(suspect) !== "");
  const refusal = isElsewhere ? undefined : refusalOf(tool, written, suspects);
  if (refusal === undefined) return suspects.map((suspect) => toFinding(suspect, tool, code));
  const pos = Math.min(...suspects.map((suspect) => suspect.pos));
  const isLate = suspects.some((suspect) => isPromise(typesIn(leafOf(suspect).text)[0] ?? ""));
  const hint = `${isLate ? `${AWAIT} ` : ""}${refusal.hint}`;
  return [{ code: "type_error", pos, message: refusal.message, tool: tool.name, hint }];
}

/** What is converted on its way to a tool: an integer beyond 2^53 is exact only as a bigint, and dates, sets and maps become JSON. */
function fitsAfterAll(diagnostic: Diagnostic, tool: KnownTool): boolean {
  if (tool.isFunction === true) return false;
  const pairs = [diagnostic, leafOf(diagnostic)].map(({ text }) => typesIn(text));
  return pairs.some(([source = "", target = ""]) =>
    CONVERTED.some(([given, wanted]) => given.test(source) && wanted.test(target)),
  );
}

const CONVERTED: readonly (readonly [given: RegExp, wanted: RegExp])[] = [
  [/^(?:bigint|-?\d+n)$/, /\b(?:number|string)\b/],
  [/^Date$/, /\bstring\b/],
  [/^Set<.*>$/s, /\[\]$|^Array</],
  [/^Map<.*>$/s, /^(?:\{.*\}|Record<.*>|[A-Z]\w*)$/s],
];

function isBigint(source: string): boolean {
  return source === "bigint" || /^-?\d+n$/.test(source);
}

/** The innermost tool call whose own callee or arguments a problem concerns. */
function siteOf({ code, pos, end }: Diagnostic, sites: readonly ToolCallSite[]): ToolCallSite | undefined {
  let innermost: ToolCallSite | undefined;
  for (const site of sites) {
    const concerns =
      (COUNT.has(code) && end === site.callee.end) || (site.arguments.start < pos && end <= site.arguments.end);
    if (concerns && (innermost === undefined || site.end - site.start < innermost.end - innermost.start))
      innermost = site;
  }
  const isForeign = innermost
    ?.details()
    .foreign.some((range) => (range.start <= pos && pos < range.end) || (COUNT.has(code) && range.start === end));
  return isForeign === true ? undefined : innermost;
}

/** Loosely typed values often fit at run time although the compiler cannot know it; only what no value can repair is sure. */
function isSure(diagnostic: Diagnostic, { tool, site }: Pick<SuspectCall, "tool" | "site">): boolean {
  if (isRefusedAsWritten(diagnostic, { tool, site })) return true;
  const leaf = leafOf(diagnostic);
  const part = site.details().parts.find(({ start }) => start === diagnostic.pos);
  // The compiler reports a name too many instead of one that is missing, so the schema says whether one is.
  if (EXCESS.has(leaf.code)) {
    return tool.isOpen !== true || refusalOf(tool, site.details().written, [diagnostic]) !== undefined;
  }
  if (COUNT.has(leaf.code)) return true;
  if (mayFitInPart(diagnostic)) return false;
  return isSureMismatch(leaf, part, tool);
}

/** Whether the schema refuses arguments that the text spells out whole, by names with one value too. */
function isRefusedAsWritten(suspect: Diagnostic, { tool, site }: Pick<SuspectCall, "tool" | "site">): boolean {
  const { written } = site.details();
  const isWhole = written.holes.length + written.open.length === 0 && !JSON.stringify(written.value).includes("null");
  return isWhole && refusalOf(tool, written, [suspect]) !== undefined;
}

function isSureMismatch(leaf: Diagnostic, part: ArgumentPart | undefined, tool: KnownTool): boolean {
  const [source = "", target = ""] = typesIn(leaf.text);
  if (isPromise(source)) return true;
  // A null for what may be absent is left out, and a big integer goes where a number or a text does.
  if (tool.isFunction !== true && (source === "null" || isBigint(source))) return false;
  if (MISSING.has(leaf.code)) return part?.shape === "literal";
  if ((leaf.code === 2345 || leaf.code === 2559) && tool.isFunction !== true) return isNoObject(source);
  return areDisjoint(source, target);
}

function leafOf(diagnostic: Diagnostic): Diagnostic {
  const next = diagnostic.messageChain?.at(-1);
  return next === undefined ? diagnostic : leafOf(next);
}

/** Whether some member of a union that was given may be what is wanted; the reasons below tell of the other members only. */
function mayFitInPart(diagnostic: Diagnostic): boolean {
  const [source = "", target = ""] = typesIn(diagnostic.text);
  if (isUnion(source) && !areDisjoint(source, target)) return true;
  return diagnostic.messageChain?.some(mayFitInPart) ?? false;
}

/** The types a message names as the one given and the one wanted. */
function typesIn(text: string): readonly string[] {
  const names =
    /^(?:Argument of type|Type|Property '.*?' is missing in type) '(.*?)' (?:is not assignable to (?:parameter of )?type|has no properties in common with type|is missing the following properties from type|but required in type) '(.*)'[.:]?/s;
  return names.exec(text)?.slice(1) ?? [];
}

function toFinding(diagnostic: Diagnostic, tool: KnownTool, code: string): Finding {
  const leaf = leafOf(diagnostic);
  const [source = "", target = ""] = typesIn(leaf.text);
  const word = code.slice(diagnostic.pos, diagnostic.end) + innerPath(diagnostic);
  // A function of a skill in the program's own language is called like any other.
  const isNamed = tool.isFunction === true && EXCESS.has(leaf.code) && tool.signature.includes(`${word}: `);
  const message = isNamed
    ? "its arguments are given in order, not by name in one object."
    : describe(leaf, { word, source, target, tool });
  const rename = /Did you mean (?:to write )?'([^']+)'/.exec(leaf.text)?.[1];
  const isSaid = rename === undefined || message.includes("Did you mean");
  const advice = isPromise(source) ? AWAIT : isSaid ? "" : `Did you mean \`${rename}\`?`;
  const hint = `${advice}${advice === "" ? "" : " "}Signature: ${tool.signature}`;
  return { code: "type_error", pos: diagnostic.pos, message: `${tool.name}: ${message}`, tool: tool.name, hint };
}

/** The property that a value which stands elsewhere has wrong, as code reaches it. */
function innerPath({ messageChain = [], text }: Pick<Diagnostic, "messageChain" | "text">): string {
  const name = /^Types of property '(.*?)' are incompatible/.exec(text)?.[1];
  const step = name === undefined ? "" : /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  const inner = messageChain.at(-1);
  return inner === undefined ? step : step + innerPath(inner);
}

function describe(
  leaf: Diagnostic,
  {
    word,
    source,
    target,
    tool,
  }: { readonly word: string; readonly source: string; readonly target: string; readonly tool: KnownTool },
): string {
  if (EXCESS.has(leaf.code)) return describeExcess(leaf.text, word, tool);
  if (COUNT.has(leaf.code)) return leaf.text.replace(/^E/, "e");
  if (/^(?:Raw)?CallOptions$/.test(target))
    return `options stand after the arguments, as in \`{ timeoutMs: 5000 }\`, not \`${shorten(word)}\`.`;
  const missing =
    /^Property '(.*?)' is missing/.exec(leaf.text)?.[1] ??
    (target.endsWith("[]") ? undefined : /properties from type '.*?': (.*)$/s.exec(leaf.text)?.[1]);
  if (missing !== undefined) return `\`${missing}\` is required.`;
  return source === "" ? leaf.text : `\`${shorten(word)}\` is ${shorten(source)}, but ${shorten(target)} is expected.`;
}

/** What is said of a name too many. Types of parts of the arguments have other names than that of all of them. */
function describeExcess(text: string, word: string, { parameters = [] }: KnownTool): string {
  const [, type = ""] = / in type '(\w+)'/.exec(text) ?? [];
  if (/^(?:Raw)?CallOptions$/.test(type)) return `there is no option \`${word}\`. It takes: timeoutMs, raw, signal.`;
  return noParameter(word, type.endsWith("Input") ? parameters : []);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 100 ? `${beginningOf(line, 99)}…` : line;
}

/** The name at the root of a callee. */
function rootOf(site: ToolCallSite, code: string): string {
  return /^[\w$]*/.exec(code.slice(site.callee.start, site.callee.start + 200))?.[0] ?? "";
}
