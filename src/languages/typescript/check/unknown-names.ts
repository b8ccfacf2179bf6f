import { closest, distance } from "fastest-levenshtein";
import { TextLines } from "../program/text-lines.ts";
import type { Checked } from "./checked.ts";
import type { Finding } from "./finding.ts";
import type { Diagnostic } from "./native-server.ts";

/** Codes that say a name is not known, or not known as a value. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2552, 2503, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2662, 2663, 2693, 18_004,
]);

const INSTEAD: Readonly<Record<string, string>> = {
  fetch: "There is no network here: use a tool of a server for requests.",
  XMLHttpRequest: "There is no network here: use a tool of a server for requests.",
  axios: "There is no network here: use a tool of a server for requests.",
  process: "There is no process here: pass values in the program, and use `return` to end it.",
  require: "Nothing can be required: import tools from `generated/servers/<server>` and helpers from `codemode`.",
  module: "The program is not a CommonJS module: use `return` or `export default` for its value.",
  exports: "The program is not a CommonJS module: use `return` or `export default` for its value.",
  fs: "There is no file system here: use the tools of a server for files.",
  path: "There is no `path` module: build paths with template strings.",
  __dirname: "There is no file system here: use the tools of a server for files.",
  Buffer: "There is no Buffer: use strings, Uint8Array and base64 text.",
  window: "There is no browser here: use the tools of a server.",
  document: "There is no browser here: use the tools of a server.",
  localStorage: "There is no browser here: top-level names stay available in the session.",
};

/** Names that are read or written as values and exist nowhere. A name the program asks about with `typeof` is left alone. */
export function findUnknownNames(semantic: readonly Diagnostic[], { prepared, suggest }: Checked): readonly Finding[] {
  const suspects = semantic.filter(({ code }) => UNKNOWN_NAME.has(code));
  if (suspects.length === 0) return [];
  const lines = new TextLines(prepared.code);
  const uses = new Map(prepared.freeUses().map(({ name, position }) => [lines.offsetAt(position), name]));
  const guarded = new Set(prepared.freeNames.filter((free) => free.underTypeof).map((free) => free.name));
  return suspects.flatMap(({ pos }): Finding[] => {
    const name = uses.get(pos);
    if (name === undefined || guarded.has(name)) return [];
    const hint = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : hintFor(name, prepared.globals, suggest);
    return [{ code: "type_error", pos, message: `\`${name}\` is not defined.`, hint }];
  });
}

function hintFor(name: string, declared: readonly string[], suggest: Checked["suggest"]): string {
  const near = declared.length === 0 ? undefined : closest(name, declared);
  if (near !== undefined && near !== name && distance(near, name) <= Math.max(1, name.length / 4))
    return `Did you mean \`${near}\`?`;
  const [tool] = suggest(name);
  if (tool === undefined) return `Declare \`${name}\` before it is used.`;
  return `Declare \`${name}\` before it is used; to call the tool \`${tool}\`, import it from \`generated/servers/<server>\`.`;
}
