import { CodemodeError } from "../../base/codemode-error.ts";
import { defined } from "../../base/defined.ts";
import { insteadOfMethod, kindOf, type MethodOwner, nearMethod } from "./foreign-methods.ts";
import { closestName } from "../../base/closest-name.ts";
import type { GuestFault } from "../../engines/engine.ts";
import { ENVELOPE_WORDS } from "../sketch-value.ts";
import { access, LIST_METHODS, parsedJson, textHint } from "./explain-text-value.ts";
import type { FailingExpression, ReachedResult } from "./program/finish/failing-expression.ts";

/** Facts known about the place of an error. */
interface ErrorPlace {
  readonly failing: FailingExpression;
  readonly position: { readonly line: number; readonly column: number };
  /** Shape of the result the expression comes from, as a trimmed copy of it; undefined when none is known. */
  readonly outline: unknown;
  /** One line of text for the shape of a value. */
  readonly sketch: (value: unknown) => string;
}

/** Names that lists go by in the envelopes of other systems. */
const ENVELOPE = new RegExp(`^(?:${ENVELOPE_WORDS}|items|rows|records|list|values?)$`);

/** Names that a whole result goes by there. */
const RESULT = new RegExp(`^(?:${ENVELOPE_WORDS})$`);

const MOST_SKETCH = 300;

/**
 * An error about a value that was not what the program took it for: names the expression, and for a tool result its real
 * shape and what to write. Undefined for other errors.
 */
export function explainValueError(fault: GuestFault, place: ErrorPlace): CodemodeError | undefined {
  const message = messageFor(fault, place.failing);
  if (message === undefined) return undefined;
  const hint = hintFor(fault, place);
  const elsewhere = hint === undefined && fault.message.endsWith(" of null") ? orNothing(place.failing) : undefined;
  return new CodemodeError("runtime_error", `TypeError: ${message}`, { ...place.position, hint: hint ?? elsewhere });
}

function messageFor({ message, within }: GuestFault, failing: FailingExpression): string | undefined {
  const { kind, text } = failing;
  const nothing = /^cannot (read|set) property(?: '([^]*)')? of (undefined|null)$/.exec(message);
  if (nothing !== null) return nothingThere(nothing, failing);
  if (within !== undefined) {
    const wants = WITHIN[message];
    return kind === "call" && wants !== undefined ? `\`${text}\` was given ${wants}.` : undefined;
  }
  const [wanted, say] = PLAIN[message] ?? [];
  return wanted?.includes(kind) === true ? say?.(text) : undefined;
}

const WHOLE_NUMBERS =
  "`BigInt` takes whole numbers: write `BigInt(Math.round(value))`, or use ordinary numbers, `Number(value)`.";

/** Messages of the engine about a value, by the operation on it. */
const PLAIN: Readonly<
  Record<string, readonly [kinds: readonly FailingExpression["kind"][], say: (text: string) => string] | undefined>
> = {
  "not a function": [["call"], (text) => `\`${text}\` is not a function.`],
  "not an object": [
    ["assign", "member"],
    (text) => `\`${text}\` is a text, a number or a truth value, so nothing can be set in it.`,
  ],
  "value is not iterable": [["iterate"], (text) => `\`${text}\` is not a list, so it cannot be iterated.`],
  "cannot convert to object": [
    ["destructure"],
    (text) => `\`${text}\` is undefined or null, so nothing can be taken out of it.`,
  ],
};

function nothingThere(
  [, verb = "read", name, value = ""]: RegExpExecArray,
  { kind, text, property }: FailingExpression,
): string | undefined {
  if (kind === "iterate" && name === "Symbol.iterator") return `\`${text}\` is ${value}, so it cannot be iterated.`;
  if (kind !== "member") return undefined;
  // The engine places this at the last step to the value, not at the value.
  if (name === "Symbol.iterator" && property !== undefined)
    return `\`${text}${access(property)}\` is ${value}, so it cannot be iterated.`;
  return name === undefined
    ? `\`${text}\` is ${value}, so nothing can be ${verb} of it.`
    : `\`${text}\` is ${value}, so '${name}' cannot be ${verb} of it.`;
}

/** What to write where big integers were used like ordinary numbers, by the engine's message. */
const BIG_INTEGERS: Readonly<Record<string, string | undefined>> = {
  "cannot convert bigint to number":
    "Big integers, as `2n`, and ordinary numbers do not mix: make both ordinary, `Number(big) * count`, or both big, " +
    "`big * BigInt(count)`. `Math` takes ordinary numbers alone.",
  "bigint argument with unary +": "Write `Number(value)` instead of `+value` for a big integer.",
  "cannot convert to BigInt: not an integer": WHOLE_NUMBERS,
  "invalid bigint literal": WHOLE_NUMBERS,
};

/** What to write instead of what the engine cannot do with big integers; undefined for other errors. */
export function bigIntegerHint({ message }: GuestFault): string | undefined {
  return BIG_INTEGERS[message];
}

const WITHIN: Readonly<Record<string, string>> = {
  "not a function": "something that is not a function",
  "value is not iterable": "a value that is not a list and cannot be iterated",
  "not an object": "something that is not an object",
};

const missingSemicolon = (bracket: string): string =>
  `A \`;\` is missing at the end of the line before: the ${bracket === "`" ? "template text" : `\`${bracket}\``} is read as part of it.`;

/** What a search gives that finds nothing. */
function nothingFound({ kind, text }: FailingExpression): string | undefined {
  // Nobody writes a space there, so it was a line break.
  if (/^[^"'`]*[\w$)\]}] \[/.test(text)) return missingSemicolon("[");
  const [, called = ""] = kind === "call" ? (/\.([\w$]+)$/.exec(text) ?? []) : [];
  const near = called === "" ? undefined : nearMethod(called);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  const [, method] = /\.(find|findLast|match|exec|at|pop|shift|get)\([^]*\)$/.exec(text) ?? [];
  if (kind !== "member" || method === undefined) return undefined;
  return `\`${method}\` found nothing: check for that first, or read it with \`?.\`.`;
}

/** What to write where a value may be null. */
function orNothing({ kind, text, property }: FailingExpression): string | undefined {
  if (kind !== "member" || property === undefined) return undefined;
  return `Check for null first, or write \`${text}?.${access(property).replace(/^\./, "")}\`.`;
}

/** A part of an outline; undefined for one that is not there. */
export function partAt(outline: unknown, path: readonly string[] = []): unknown {
  return path.reduce((part: unknown, key) => {
    return typeof part === "object" && part !== null && Object.hasOwn(part, key) ? Reflect.get(part, key) : undefined;
  }, outline);
}

/** Whether an item of a list fails as another did whose shape is known. */
function explains(
  { message }: GuestFault,
  { kind }: FailingExpression,
  [path, outline]: readonly [readonly string[], unknown],
): boolean {
  const value = partAt(outline, path);
  if (message.endsWith(" of undefined")) return value === undefined;
  if (message.endsWith(" of null")) return value === null;
  if (message === "value is not iterable") return typeof value !== "string" && !Array.isArray(value);
  if (message !== "not a function" || kind !== "call") return true;
  const owner = partAt(outline, path.slice(0, -1));
  return owner !== undefined && owner !== null && !((path.at(-1) ?? "") in Object(owner));
}

function hintFor(fault: GuestFault, { failing, outline, sketch }: ErrorPlace): string | undefined {
  const { result, property, continued } = failing;
  if (continued !== undefined) return missingSemicolon(continued);
  if (result === undefined) return nothingFound(failing);
  if (!result.isAwaited) return `\`${result.root}\` is a promise: write \`(await ${result.root})\`.`;
  if (outline === undefined) return undefined;
  if (result.within !== undefined && !explains(fault, failing, [result.path, outline])) return undefined;
  const steps = property === undefined || failing.kind === "call" ? result.path : [...result.path, property];
  return hintForPath(result, steps, { outline, sketch, kind: failing.kind });
}

/** What to write where a value of nothing was parsed that should have been in a result; undefined where none is known. */
export function hintForGiven(result: ReachedResult, known: Pick<ErrorPlace, "outline" | "sketch">): string | undefined {
  if (!result.isAwaited || known.outline === undefined) return undefined;
  return hintForPath(result, result.path, { ...known, kind: "member" });
}

/** What a result is that has no property of the name it was asked for; undefined where it has one, or none is known. */
export function missingProperty({ failing, outline, sketch }: Omit<ErrorPlace, "position">): string | undefined {
  const { result, property, kind } = failing.kind === "add" ? lastStepOf(failing) : failing;
  if (result?.isAwaited !== true || property === undefined || outline === undefined) return undefined;
  let value = outline;
  for (const step of result.path) value = hasProperty(value, step) ? Reflect.get(value, step) : undefined;
  // Texts and lists have properties of their own.
  if (value === undefined || value === null || property in Object(value)) return undefined;
  return hintForPath(result, [...result.path, property], { outline, sketch, kind });
}

/** What a number is added to is itself the last property that is taken. */
function lastStepOf(failing: FailingExpression): FailingExpression {
  const { result } = failing;
  if (result === undefined || result.path.length === 0) return failing;
  const { path } = result;
  return {
    ...failing,
    kind: "member",
    ...defined({ property: path.at(-1) }),
    result: { ...result, path: path.slice(0, -1) },
  };
}

function hintForPath(
  { root }: ReachedResult,
  steps: readonly string[],
  { outline, sketch, kind }: Pick<ErrorPlace, "outline" | "sketch"> & Pick<FailingExpression, "kind">,
): string | undefined {
  let value = outline;
  let at = 0;
  while (at < steps.length && hasProperty(value, steps[at])) {
    value = Object.entries(value).find(([key]) => key === steps[at])?.[1];
    at += 1;
  }
  const owner = `${root}${steps.slice(0, at).map(access).join("")}`;
  const shape = sketch(value).slice(0, MOST_SKETCH);
  const [missing, ...rest] = steps.slice(at);
  if (value === null) return undefined;
  if (missing === undefined)
    return kind === "iterate" ? listHint(owner, value, { shape, method: undefined }) : `\`${owner}\` is ${shape}.`;
  const instead = kind === "call" && rest.length === 0 ? methodHint(owner, value, missing) : undefined;
  return instead ?? hintForMissing(owner, value, { missing, rest: kind === "iterate" ? [...rest, "0"] : rest, shape });
}

/** What to write for a method that texts, lists or objects have elsewhere. */
function methodHint(owner: string, value: unknown, name: string): string | undefined {
  const kind = kindOf(value);
  if (kind === undefined || isOfList(kind, value, name)) return undefined;
  const write = insteadOfMethod(owner, kind, name);
  return write === undefined
    ? undefined
    : `\`${owner}\` is ${kind === "object" ? "an" : "a"} ${kind}, which has no method \`${name}\`: write \`${write}\`.`;
}

/** Methods of dates and numbers. */
const OF_OTHERS =
  /^(?:[gs]et(?:UTC)?(?:Date|Day|FullYear|Month|Hours|Minutes|Seconds|Time|Milliseconds)|to(?:ISO|UTC|Date|Time|Fixed|Precision))/;

/** Whether a method was meant for something else: a list inside the object, the lines of a text, or what its JSON holds; a date or a number. */
function isOfList(kind: MethodOwner, value: unknown, name: string): boolean {
  if (kind === "text")
    return LIST_METHODS.has(name) || OF_OTHERS.test(name) || typeof parsedJson(String(value)) === "object";
  return kind === "object" && LIST_METHODS.has(name) && listIn(value) !== undefined;
}

function listIn(value: unknown): string | undefined {
  return Object.entries(value ?? {}).find(([, item]) => Array.isArray(item))?.[0];
}

function hintForMissing(
  owner: string,
  value: unknown,
  { missing, rest, shape }: { readonly missing: string; readonly rest: readonly string[]; readonly shape: string },
): string {
  if (typeof value === "string") return textHint(owner, value, [missing, ...rest]);
  if (Array.isArray(value)) return itemHint(owner, value, { missing, rest, shape });
  if (typeof value !== "object" || value === null) return `\`${owner}\` is ${shape}.`;
  if (LIST_METHODS.has(missing) || missing === "length") return listHint(owner, value, { shape, method: missing });
  const meant = rest.find((each) => Object.hasOwn(value, each)) ?? nearKey(missing, Object.keys(value));
  const whole = RESULT.test(missing) ? `: a call returns the result itself, so use \`${owner}\`` : "";
  const write = meant === undefined ? whole : `: write \`${owner}${access(meant)}\``;
  return `\`${owner}\` has no \`${missing}\`; it is ${shape}${write}.`;
}

/** The key a wrong one means; a word for a whole result is near to none by its letters. */
function nearKey(name: string, keys: readonly string[]): string | undefined {
  const near = closestName(name, keys);
  return near === undefined || !RESULT.test(name) || near.startsWith(name) || name.startsWith(near) ? near : undefined;
}

/** What is asked of a list is a property of its items, or the list itself where it was taken for an envelope. */
function itemHint(
  owner: string,
  list: readonly unknown[],
  { missing, rest, shape }: { readonly missing: string; readonly rest: readonly string[]; readonly shape: string },
): string {
  const [next = ""] = rest;
  if (!hasProperty(list[0], missing) && (ENVELOPE.test(missing) || LIST_METHODS.has(next) || /^\d+$/.test(next))) {
    const write = LIST_METHODS.has(next) ? `: write \`${owner}${access(next)}(…)\`` : `: use \`${owner}\``;
    return `\`${owner}\` is the list itself, ${shape}${write}.`;
  }
  return `\`${owner}\` is a list, ${shape}: take an item of it, as in \`${owner}[0]\`.`;
}

function listHint(
  owner: string,
  value: unknown,
  { shape, method }: { readonly shape: string; readonly method: string | undefined },
): string {
  const list = listIn(value);
  const isObject = typeof value === "object" && value !== null;
  const what = `\`${owner}\` is ${isObject ? `an object, ${shape}` : shape}, not a list`;
  if (list === undefined || !isObject) return `${what}.`;
  const call = method === undefined ? "" : method === "length" ? ".length" : `.${method}(…)`;
  return `${what}: the list is in \`${list}\`, so write \`${owner}${access(list)}${call}\`.`;
}

function hasProperty(value: unknown, name: string | undefined): value is object {
  return typeof value === "object" && value !== null && name !== undefined && Object.hasOwn(value, name);
}
