/** One member of a union as the compiler prints it. */
interface TypeMember {
  /** `anything` when the text does not tell. */
  readonly kind: "string" | "number" | "boolean" | "null" | "array" | "object" | "promise" | "other" | "anything";
  /** The only value, when there is only one. */
  readonly literal?: string;
}

const PRIMITIVES: Readonly<Record<string, TypeMember>> = {
  string: { kind: "string" },
  number: { kind: "number" },
  boolean: { kind: "boolean" },
  true: { kind: "boolean", literal: "true" },
  false: { kind: "boolean", literal: "false" },
  null: { kind: "null" },
  undefined: { kind: "null" },
  void: { kind: "null" },
  bigint: { kind: "other" },
  symbol: { kind: "other" },
};

/**
 * Whether no value of one printed type can be a value of another, as far as the texts tell.
 *
 * `string` and `"a" | "b"` overlap although neither the compiler nor a schema accepts every string; `number` and
 * `string` do not. Named types may be anything.
 */
export function areDisjoint(source: string, target: string): boolean {
  const members = membersOf(source);
  const [only] = members;
  if (members.length === 1 && only?.literal !== undefined) return true;
  return members.every((member) => membersOf(target).every((other) => !mayOverlap(member, other)));
}

/** Whether a printed type is a promise, that is, an `await` is missing. */
export function isPromise(display: string): boolean {
  return membersOf(display).some(({ kind }) => kind === "promise");
}

/** Whether a printed type is a union. */
export function isUnion(display: string): boolean {
  return splitUnion(display).length > 1;
}

/** Whether no value of a printed type is an object with named properties. */
export function isNoObject(display: string): boolean {
  return membersOf(display).every(({ kind }) => kind !== "object" && kind !== "anything");
}

function mayOverlap(a: TypeMember, b: TypeMember): boolean {
  if (a.kind === "anything" || b.kind === "anything") return true;
  return a.kind === b.kind && (a.literal === undefined || b.literal === undefined || a.literal === b.literal);
}

function membersOf(display: string): readonly TypeMember[] {
  return splitUnion(display).map(memberOf);
}

function memberOf(text: string): TypeMember {
  const primitive = Object.hasOwn(PRIMITIVES, text) ? PRIMITIVES[text] : undefined;
  if (primitive !== undefined) return primitive;
  if (/^(["']).*\1$/s.test(text)) return { kind: "string", literal: text };
  if (/^`.*`$/s.test(text)) return { kind: "string" };
  if (/^-?[\d.]+(?:e[+-]?\d+)?$/i.test(text)) return { kind: "number", literal: text };
  if (/^Promise<.*>$/s.test(text)) return { kind: "promise" };
  if (/^(?:readonly )?(?:\[.*\]|[^=]*\[\]|Array<.*>)$/s.test(text)) return { kind: "array" };
  if (/^(?:async )?(?:<.*>)?\(.*\) => /s.test(text)) return { kind: "other" };
  if (/^\{ .*\}$|^Record<.*>$/s.test(text)) return { kind: "object" };
  return { kind: "anything" };
}

/** The members of a union, split at the bars outside brackets and quotes. */
function splitUnion(display: string): readonly string[] {
  const members: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < display.length; at++) {
    const unit = display[at] ?? "";
    if ("\"'`".includes(unit)) at = endOfQuote(display, at);
    else if ("({[<".includes(unit)) depth++;
    else if (")}]".includes(unit) || (unit === ">" && display[at - 1] !== "=")) depth--;
    else if (unit === "=" && depth === 0) return [display];
    else if (unit === "|" && depth === 0) {
      members.push(display.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...members, display.slice(start).trim()];
}

function endOfQuote(display: string, start: number): number {
  const quote = display[start];
  for (let at = start + 1; at < display.length; at++) {
    if (display[at] === "\\") at++;
    else if (display[at] === quote) return at;
  }
  return display.length;
}
