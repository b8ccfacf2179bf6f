import { isDeepStrictEqual } from "node:util";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ClientFiles } from "./client-files.ts";
import { parseJsonText, removeJsonMember, setJsonMember } from "./json-text.ts";
import { parseTomlText, removeTomlMember, setTomlMember } from "./toml-text.ts";

function parseClientText(format: ClientFiles["format"], text: string): Readonly<Record<string, unknown>> {
  const plain = text.replace(/^\uFEFF/, "");
  const value = format === "toml" ? parseTomlText(plain) : parseJsonText(plain);
  return isRecord(value) ? value : {};
}

/** The servers in the text of a client's file, by name. */
export function serversIn({ format, root }: ClientFiles, text: string): Readonly<Record<string, unknown>> {
  const servers = parseClientText(format, text)[root];
  return isRecord(servers) ? servers : {};
}

/**
 * The text with the entry of one server set, or taken out where the entry is undefined.
 *
 * Nothing else changes: the result is read again and compared before it is returned. Throws `config_error` for a text
 * that cannot be changed safely.
 */
export function withServer(
  { format, root }: ClientFiles,
  text: string,
  { name, entry }: { readonly name: string; readonly entry: Readonly<Record<string, unknown>> | undefined },
): string {
  const mark = /^\uFEFF?/.exec(text)?.[0] ?? "";
  const plain = text.slice(mark.length);
  const path = [root, name] as const;
  const edited =
    format === "toml"
      ? entry === undefined
        ? removeTomlMember(plain, path)
        : setTomlMember(plain, path, entry)
      : entry === undefined
        ? removeJsonMember(plain, path)
        : setJsonMember(plain, path, entry);
  const before = parseClientText(format, plain);
  const { [name]: _, ...others } = isRecord(before[root]) ? before[root] : {};
  const expected = { ...before, [root]: entry === undefined ? others : { ...others, [name]: entry } };
  const after = parseClientText(format, edited);
  if (isSameData({ ...after, [root]: after[root] ?? {} }, expected)) return mark + edited;
  throw new CodemodeError("config_error", `The entry ${root}.${name} cannot be changed without touching others.`, {
    hint: "Write the entry by hand; nothing was written.",
  });
}

/** True when a client's file has a map of servers, empty or not. */
export function hasRoot({ format, root }: ClientFiles, text: string): boolean {
  return parseClientText(format, text)[root] !== undefined;
}

/** The text without an empty map of servers. */
export function withoutRoot({ format, root }: ClientFiles, text: string): string {
  if (format === "toml") return text;
  const mark = /^\uFEFF?/.exec(text)?.[0] ?? "";
  return mark + removeJsonMember(text.slice(mark.length), [root]);
}

/** True for equal data, whichever parser it came from. */
export function isSameData(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(plainData(one), plainData(other));
}

/** Data without the prototypes and classes of a parser. */
function plainData(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)),
  );
}
