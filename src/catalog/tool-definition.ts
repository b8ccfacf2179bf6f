import { hash } from "node:crypto";
import { boundText } from "../base/bound-text.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { isRecord } from "../base/is-record.ts";
import { hashDefinition } from "./catalog-version.ts";
import type { ToolDefinition } from "./tool.ts";

/** Parts of a definition that say what a tool is and does. */
export type PinnedDefinition = Pick<
  ToolDefinition,
  "title" | "description" | "inputSchema" | "outputSchema" | "annotations"
>;

/** Characters of a value in a difference, and lines of one difference. */
const SHOWN = { characters: 120, lines: 20 } as const;

const hashes = new WeakMap<ToolDefinition, string>();

/** What is pinned of a tool. */
export function definitionOf(tool: ToolDefinition): PinnedDefinition {
  const { title, description, inputSchema, outputSchema, annotations } = tool;
  return {
    ...(title === undefined ? {} : { title }),
    description,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** SHA-256 of a definition, in hexadecimal; the order of properties does not count. */
export function definitionHash(tool: ToolDefinition): string {
  const known = hashes.get(tool);
  if (known !== undefined) return known;
  const made = hashOf(tool);
  hashes.set(tool, made);
  return made;
}

function hashOf(tool: ToolDefinition): string {
  try {
    return hash("sha256", stringifyJson(sorted(definitionOf(tool))));
  } catch {
    // Too deep to be put in order.
    return hashDefinition(tool);
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** How a definition differs from an earlier one: a line for each place, with what was and is there. */
export function describeChange(before: PinnedDefinition, after: PinnedDefinition): readonly string[] {
  const lines: string[] = [];
  compare({ before, after, place: "" }, lines);
  const more = lines.length - SHOWN.lines;
  return more > 0 ? [...lines.slice(0, SHOWN.lines), `… and ${more} more differences`] : lines;
}

function compare(
  { before, after, place }: { readonly before: unknown; readonly after: unknown; readonly place: string },
  lines: string[],
): void {
  if (before === after) return;
  if (!isRecord(before) || !isRecord(after)) {
    if (stringifyJson(before) !== stringifyJson(after)) lines.push(...changedValue(place, before, after));
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const inner = place === "" ? key : `${place}.${key}`;
    if (!Object.hasOwn(after, key)) lines.push(`- ${inner}: ${shown(before[key])}`);
    else if (Object.hasOwn(before, key)) compare({ before: before[key], after: after[key], place: inner }, lines);
    else lines.push(`+ ${inner}: ${shown(after[key])}`);
  }
}

/** Long texts are shown from a little before the first character that differs. */
function changedValue(place: string, before: unknown, after: unknown): readonly string[] {
  const texts = [before, after].map((value) => (typeof value === "string" ? value : stringifyJson(value)));
  const [old = "", now = ""] = texts;
  let same = 0;
  while (same < old.length && old[same] === now[same]) same += 1;
  const from = old.length + now.length <= 2 * SHOWN.characters ? 0 : Math.max(0, same - 20);
  const partOf = (text: string): string => shown(from === 0 ? text : `…${text.slice(from)}`);
  return [`- ${place}: ${partOf(old)}`, `+ ${place}: ${partOf(now)}`];
}

function shown(value: unknown): string {
  return boundText(stringifyJson(value), SHOWN.characters);
}
