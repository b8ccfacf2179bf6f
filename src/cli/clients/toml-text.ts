import { parse, stringify, TomlError } from "smol-toml";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import type { MemberText } from "./json-text.ts";

/** TOML; a member is a table of its own, at the end, two keys deep. */
export const TOML_TEXT: MemberText = { parse: parseTomlText, set: setTomlMember, remove: removeTomlMember };

function parseTomlText(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new CodemodeError("config_error", "The file is nested too deeply to be read.", {
        hint: "Correct the file first; nothing was written.",
        cause,
      });
    }
    if (!(cause instanceof TomlError)) throw cause;
    const { line, column, message } = cause;
    const [reason = "not TOML"] = message.split("\n");
    throw new CodemodeError("config_error", `line ${line}, column ${column}: ${reason}.`, {
      hint: "Correct the file first; nothing was written.",
      line,
      column,
      cause,
    });
  }
}

function setTomlMember(text: string, [root = "", name = "", field]: readonly string[], value: unknown): string {
  if (field !== undefined) return withField(text, [root, name, field], value);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const rest = removeTomlMember(text, [root, name]);
  const table = stringify({ [root]: { [name]: value } })
    .trimEnd()
    .replaceAll("\n", eol);
  const gap = rest.trim() === "" ? "" : rest.endsWith("\n") ? eol : eol + eol;
  return `${rest}${gap}${table}${eol}`;
}

function removeTomlMember(text: string, [root = "", name = "", field]: readonly string[]): string {
  if (field !== undefined) return withField(text, [root, name, field], undefined);
  const path = [root, name];
  const result = holds(text, path) ? withoutSections(text.split(/(?<=\n)/), path).join("") : text;
  if (!holds(result, path)) return result;
  throw new CodemodeError("config_error", `${root}.${name} is written within a line and cannot be taken out.`, {
    hint: `Remove ${name} from the file by hand; nothing was written.`,
  });
}

/** Sets a field of a member on a line of its own, as the first of its table, or takes that line out. */
function withField(text: string, [root = "", name = "", field = ""]: readonly string[], value: unknown): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/(?<=\n)/);
  const at = lines.findIndex((line) => {
    const heading = headingOf(line) ?? [];
    return heading.length === 2 && heading[0] === root && heading[1] === name;
  });
  if (at === -1) {
    throw new CodemodeError("config_error", `${root}.${name} is written within a line and cannot be changed.`, {
      hint: `Change ${name} in the file by hand; nothing was written.`,
    });
  }
  const own = lines.findIndex(
    (line, index) => index > at && index < at + sectionLength(lines, at, [root, name]) && isField(line, field),
  );
  if (own !== -1) lines.splice(own, 1);
  if (value === undefined) return lines.join("");
  const heading = lines[at] ?? "";
  const line = stringify({ [field]: value }).trimEnd();
  lines[at] = `${heading.endsWith("\n") ? heading : heading + eol}${line}${eol}`;
  return lines.join("");
}

function isField(line: string, field: string): boolean {
  try {
    return Object.hasOwn(parse(line), field);
  } catch {
    return false;
  }
}

/** Takes out the tables of a member, each with one blank line beside it. */
function withoutSections(lines: readonly string[], path: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const length = sectionLength(lines, at, path);
    if (length === 0) {
      kept.push(lines[at] ?? "");
      continue;
    }
    const isLast = at + length >= lines.length;
    if (isLast && kept.at(-1)?.trim() === "") kept.pop();
    at += lines[at + length]?.trim() === "" ? length : length - 1;
  }
  return kept;
}

function holds(text: string, [root = "", name = ""]: readonly string[]): boolean {
  const members = parseTomlText(text)[root];
  return isRecord(members) && Object.hasOwn(members, name);
}

/** Lines of a table of the member, from its heading to its last line that is not blank or a comment; 0 if none begins here. */
function sectionLength(lines: readonly string[], start: number, path: readonly string[]): number {
  const heading = headingOf(lines[start] ?? "");
  if (heading === undefined || !path.every((key, at) => heading[at] === key)) return 0;
  let length = 1;
  for (let at = start + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (headingOf(line) !== undefined) break;
    if (!/^(?:#.*)?$/.test(line.trim())) length = at - start + 1;
  }
  return length;
}

/** The keys of a line that opens a table; undefined for any other line. */
function headingOf(line: string): readonly string[] | undefined {
  if (!/^\s*\[/.test(line)) return undefined;
  try {
    // The parser itself reads quoted and dotted keys.
    const keys: string[] = [];
    let inner: unknown = parse(line);
    while (isRecord(inner) || (Array.isArray(inner) && inner.length === 1)) {
      const table: unknown = Array.isArray(inner) ? inner[0] : inner;
      const [key] = isRecord(table) ? Object.keys(table) : [];
      if (key === undefined || !isRecord(table)) break;
      keys.push(key);
      inner = table[key];
    }
    return keys;
  } catch {
    return undefined;
  }
}
