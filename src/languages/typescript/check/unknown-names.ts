import { closest, distance } from "fastest-levenshtein";
import { TextLines } from "../../../base/text-position.ts";
import type { FreeName } from "../../mentions.ts";
import { insteadOfName } from "./absent-names.ts";
import type { Checked } from "./checked.ts";
import type { Finding } from "./finding.ts";
import type { Diagnostic } from "./native-server.ts";

/** Codes that say a name is not known, or not known as a value. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2552, 2503, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2662, 2663, 2693, 18_004,
]);

/** Names that the compiler's library declares and the sandbox does not have. */
const NOT_HERE: ReadonlySet<string> = new Set([
  "Temporal",
  "SharedArrayBuffer",
  "Atomics",
  "DisposableStack",
  "AsyncDisposableStack",
  "SuppressedError",
]);

/** Characters of a server and its tool together. */
const MOST_SPELLED = 400;

/** Names that are read or written as values and exist nowhere. A name that the program asks about with `typeof`, or makes itself, is left alone. */
export function findUnknownNames(
  semantic: readonly Diagnostic[],
  { prepared, suggest, names, sessionNames }: Checked,
): readonly Finding[] {
  const isAny = hasAbsentGlobal(prepared.mentions);
  const said = semantic.filter(({ code }) => UNKNOWN_NAME.has(code));
  if (said.length === 0 && !isAny) return [];
  const lines = new TextLines(prepared.code);
  const uses = new Map(prepared.freeUses().map(({ name, position }) => [lines.offsetAt(position), name]));
  const absent = [...uses].flatMap(([pos, name]) =>
    isAny && NOT_HERE.has(name) && !sessionNames.includes(name) ? [{ pos }] : [],
  );
  const suspects = [...said, ...absent];
  const { freeNames, placed = [] } = prepared.mentions;
  const guarded = new Set([...placed, ...freeNames.filter((free) => free.underTypeof).map((free) => free.name)]);
  const mayBeMade = freeNames.some(mayMakeNames);
  let readTo = 0;
  return suspects.flatMap(({ pos }): Finding[] => {
    const name = uses.get(pos);
    if (name === undefined || guarded.has(name) || pos < readTo) return [];
    const spelled = names.spelled(prepared.code.slice(pos, pos + MOST_SPELLED));
    if (spelled !== undefined) {
      const { written, inCode } = spelled;
      readTo = pos + written.length;
      const message = `\`${written}\` is read as a calculation.`;
      return [{ code: "type_error", pos, message, hint: `In code it is called \`${inCode}\`.` }];
    }
    const members = requiredAt(prepared.code, pos) ?? freeNames.find((free) => free.name === name)?.members ?? [];
    const instead = insteadOfName(name, members, names);
    if (instead === undefined && mayBeMade) return [];
    const hint = nearName(name, instead, prepared.globals) ?? instead ?? hintFor(name, suggest);
    return [{ code: "type_error", pos, message: `\`${name}\` is not defined.`, hint }];
  });
}

/** The module that `require` is asked for at a place of the program. */
function requiredAt(code: string, pos: number): readonly string[] | undefined {
  const [, module] = /^require\s?\(\s?["'`]([^"'`\n]+)["'`]/.exec(code.slice(pos, pos + MOST_SPELLED)) ?? [];
  return module === undefined ? undefined : [module];
}

/** Whether it is not to be read from a program which names it makes. */
function mayMakeNames({ name, otherUses }: FreeName): boolean {
  return name === "eval" || (name === "globalThis" && otherUses);
}

/** True for a program that uses a global which the compiler takes to be there. */
export function hasAbsentGlobal({ freeNames }: Checked["prepared"]["mentions"]): boolean {
  return freeNames.some(({ name, underTypeof, written }) => NOT_HERE.has(name) && !underTypeof && !written);
}

/** A class of another platform is not a variable of nearly its name, as in `const worker = new Worker(…)`. */
function nearName(name: string, instead: string | undefined, declared: readonly string[]): string | undefined {
  return instead !== undefined && /^[A-Z]/.test(name) ? undefined : nearDeclared(name, declared);
}

function nearDeclared(name: string, declared: readonly string[]): string | undefined {
  if (name.length < 3) return undefined;
  const near = declared.length === 0 ? undefined : closest(name, declared);
  return near !== undefined && near !== name && distance(near, name) <= Math.max(1, name.length / 4)
    ? `Did you mean \`${near}\`?`
    : undefined;
}

function hintFor(name: string, suggest: Checked["suggest"]): string {
  const [tool] = suggest(name);
  if (tool === undefined) return `Declare \`${name}\` before it is used.`;
  return `Declare \`${name}\` before it is used; to call the tool \`${tool}\`, write \`callTool("${tool}", { … })\`.`;
}
