import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { CodemodeError } from "../../base/codemode-error.ts";
import { describeJsonFault } from "../../host/configuration/json-fault.ts";

/** Text in one format: reading it, and changing one member while all else stays unchanged. */
export interface MemberText {
  /** Reads it; nothing but blanks is an empty object. Throws `config_error` with line and column. */
  readonly parse: (text: string) => unknown;
  /** The text with a member set: replaced, or after the last one; objects on the way to it are made. */
  readonly set: (text: string, path: readonly string[], value: unknown) => string;
  /** The text without a member. Throws `config_error` where it cannot be taken out. */
  readonly remove: (text: string, path: readonly string[]) => string;
}

/** JSON with comments. */
export const JSON_TEXT: MemberText = { parse: parseJsonText, set: setJsonMember, remove: removeJsonMember };

function parseJsonText(text: string): unknown {
  const tree = treeOf(text);
  return tree === undefined ? {} : withinStack(() => getNodeValue(tree) as unknown);
}

/** The parser goes down into a text by calling itself, and the stack ends where no person writes settings. */
function withinStack<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CodemodeError("config_error", "The file is nested too deeply to be read.", {
      hint: "Correct the file first; nothing was written.",
      cause,
    });
  }
}

function setJsonMember(text: string, path: readonly string[], value: unknown): string {
  return setJsonMembers(text, path.slice(0, -1), { [path.at(-1) ?? ""]: value });
}

/** What {@link JSON_TEXT} does for one member, for many of the object at a path, in time linear in the text. */
export function setJsonMembers(
  text: string,
  path: readonly string[],
  members: Readonly<Record<string, unknown>>,
): string {
  const added = Object.entries(members);
  if (added.length === 0) return text;
  const tree = treeOf(text);
  const layout = layoutOf(text);
  const within = (keys: readonly string[]): unknown =>
    keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), members);
  if (tree === undefined) {
    return `${text.trim() === "" ? "" : text}${written(within(path), layout, "")}${layout.eol}`;
  }
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, depth));
    if (node === undefined) continue;
    if (node.type !== "object") break;
    if (depth === path.length) return inObject(text, node, { members: added, layout });
    return withMembers(text, node, { members: [[path[depth] ?? "", within(path.slice(depth + 1))]], layout });
  }
  throw new CodemodeError("config_error", `${path.join(".")} is not an object.`, {
    hint: "Correct the file by hand; nothing was written.",
  });
}

/** Members of an object replaced from the last to the first, so that the places of those before stay, and new ones after them. */
function inObject(text: string, object: Node, { members, layout }: AddedMembers): string {
  const nodes = new Map(
    (object.children ?? []).map(({ children: [key, value] = [] }) => [String(key?.value), value] as const),
  );
  const fresh = members.filter(([key]) => nodes.get(key) === undefined);
  const start = fresh.length === 0 ? text : withMembers(text, object, { members: fresh, layout });
  const found = members.flatMap(([key, value]) => {
    const node = nodes.get(key);
    return node === undefined ? [] : [{ node, value }];
  });
  return found
    .sort((one, other) => other.node.offset - one.node.offset)
    .reduce(
      (whole, { node, value }) => replaced(whole, node, written(value, layout, indentAt(text, node.offset))),
      start,
    );
}

function removeJsonMember(text: string, path: readonly string[]): string {
  const tree = treeOf(text);
  const property = tree === undefined ? undefined : findNodeAtLocation(tree, [...path])?.parent;
  const object = property?.parent;
  if (property === undefined || object === undefined) return text;
  const members = object.children ?? [];
  const at = members.indexOf(property);
  const [before, after] = [members[at - 1], members[at + 1]];
  if (after !== undefined) return withoutEarlier(text, property, after);
  if (before !== undefined) return withoutLast(text, property, before);
  const start = blankBefore(text, property.offset) ?? property.offset;
  return collapsed(cut(text, start, lineEnding(text, endOf(property)).end), object.offset);
}

function withoutEarlier(text: string, property: Node, after: Node): string {
  const { end, isBroken } = lineEnding(text, endOf(property));
  const start = blankBefore(text, property.offset);
  return start !== undefined && isBroken ? cut(text, start, end) : cut(text, property.offset, after.offset);
}

function withoutLast(text: string, property: Node, before: Node): string {
  const { comma: own, end } = lineEnding(text, endOf(property));
  const start = blankBefore(text, property.offset);
  if (start === undefined) return cut(text, endOf(before), own ?? endOf(property));
  const rest = cut(text, start, end);
  // The comma before it has lost its meaning, unless the last of this object is followed by one.
  const { comma } = lineEnding(text, endOf(before));
  return comma === undefined || own !== undefined ? rest : cut(rest, comma, comma + 1);
}

interface Layout {
  readonly unit: string;
  readonly eol: string;
}

interface AddedMembers {
  readonly members: readonly (readonly [key: string, value: unknown])[];
  readonly layout: Layout;
}

function treeOf(text: string): Node | undefined {
  const problems: ParseError[] = [];
  const tree = withinStack(() => parseTree(text, problems, { allowTrailingComma: true, allowEmptyContent: true }));
  const [problem] = problems;
  if (problem !== undefined) {
    const { line, column, reason } = describeJsonFault(text, problem);
    throw new CodemodeError("config_error", `line ${line}, column ${column}: ${reason}.`, {
      hint: "Correct the file first; nothing was written.",
      line,
      column,
    });
  }
  if (tree !== undefined && tree.type !== "object") {
    throw new CodemodeError("config_error", "The file does not hold an object.", { hint: "Nothing was written." });
  }
  return tree;
}

function layoutOf(text: string): Layout {
  return { unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ", eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

function written(value: unknown, { unit, eol }: Layout, indent: string): string {
  return JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indent}`);
}

function withMembers(text: string, object: Node, { members, layout }: AddedMembers): string {
  const last = object.children?.at(-1);
  if (last === undefined) return inEmpty(text, object, { members, layout });
  const lead = blankBefore(text, last.offset);
  if (lead === undefined) {
    const gap = /^\s*"(?:[^"\\]|\\.)*"\s*:\S/.test(text.slice(last.offset)) ? "" : " ";
    const added = members.map(([key, value]) => `,${gap}${JSON.stringify(key)}:${gap}${JSON.stringify(value)}`);
    return inserted(text, endOf(last), added.join(""));
  }
  const added = lines(members, layout, indentAt(text, last.offset));
  const { comma, end } = lineEnding(text, endOf(last));
  return comma === undefined
    ? inserted(inserted(text, end, added), endOf(last), ",")
    : inserted(text, end, `${added},`);
}

function inEmpty(text: string, object: Node, { members, layout }: AddedMembers): string {
  const outer = indentAt(text, object.offset);
  const added = lines(members, layout, outer + layout.unit);
  const inside = text.slice(object.offset + 1, endOf(object) - 1);
  const kept = inside.trimEnd();
  return replaced(text, object, `{${kept}${added}${layout.eol}${outer}}`);
}

/** Members on lines of their own, with commas between them. */
function lines(members: AddedMembers["members"], layout: Layout, indent: string): string {
  return members
    .map(([key, value]) => `${layout.eol}${indent}${JSON.stringify(key)}: ${written(value, layout, indent)}`)
    .join(",");
}

/** Blanks and comments after a member, with its comma if that is on the same line, and whether nothing else is there. */
const REST =
  /((?:[ \t]*\/\*(?:(?!\*\/).)*\*\/)*[ \t]*)(,?)((?:[ \t]*\/\*(?:(?!\*\/).)*\*\/)*(?:[ \t]*\/\/.*)?)(?=[ \t]*(\r?\n)?)/y;

/** End of a member's line. */
interface LineEnding {
  readonly comma: number | undefined;
  /** End of the comma and the comments on the line. */
  readonly end: number;
  /** Nothing of the next member is on the line. */
  readonly isBroken: boolean;
}

function lineEnding(text: string, from: number): LineEnding {
  REST.lastIndex = from;
  const [, lead = "", sign = "", comments = "", lineBreak] = REST.exec(text) ?? [];
  const comma = sign === "" ? undefined : from + lead.length;
  const isEmpty = sign === "" && comments === "" && lead.trim() === "";
  const end = isEmpty ? from : from + lead.length + sign.length + comments.trimEnd().length;
  return { comma, end, isBroken: lineBreak !== undefined };
}

/** Start of the line break before a member that is the first on its line; undefined when something precedes it there. */
function blankBefore(text: string, offset: number): number | undefined {
  const lead = /\r?\n[ \t]*$/.exec(text.slice(0, offset));
  return lead?.index;
}

/** Blanks at the start of the line of a place. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function collapsed(text: string, offset: number): string {
  const rest = /^\{\s*\}/.exec(text.slice(offset));
  return rest === null ? text : `${text.slice(0, offset)}{}${text.slice(offset + rest[0].length)}`;
}

const endOf = ({ offset, length }: Node): number => offset + length;
const cut = (text: string, from: number, to: number): string => text.slice(0, from) + text.slice(to);
const inserted = (text: string, at: number, added: string): string => text.slice(0, at) + added + text.slice(at);

function replaced(text: string, node: Node, value: string): string {
  return text.slice(0, node.offset) + value + text.slice(endOf(node));
}
