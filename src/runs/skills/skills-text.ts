import { beginningOf } from "../../base/bound-text.ts";
import { escapeInvisible, firstLine } from "../../catalog/brief.ts";
import { CHARACTERS_PER_TOKEN } from "../../catalog/catalog-text.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { compareCodePoints } from "../../base/code-point-order.ts";
import type { ToolEntry } from "../../catalog/tool.ts";

/** Characters of a description, from many to none; the most with which all skills fit are shown. */
const DESCRIPTIONS = [100, 50, 0] as const;

/** Characters of a description when not all skills fit even by their names. */
const SHORT = 50;

/**
 * The skills as a text for a model, one line each as far as the budget allows, in the order of their names; it says
 * whether it is complete and counts what is left out. Equal skills produce equal bytes.
 */
export function skillsText(skills: Catalog, maxTokens: number): string {
  const entries = skills.tools.toSorted((a, b) => compareCodePoints(a.toolName, b.toolName));
  const room = maxTokens * CHARACTERS_PER_TOKEN;
  const complete = `COMPLETE: all ${entries.length === 1 ? "1 skill" : `${entries.length} skills`}.`;
  for (const characters of DESCRIPTIONS) {
    const text = [complete, ...entries.map((entry) => line(entry, characters))].join("\n");
    if (text.length <= room) return text;
  }
  return partialText(entries, room);
}

function partialText(entries: readonly ToolEntry[], room: number): string {
  const head = (shown: number): string =>
    `PARTIAL ${shown} of ${entries.length} skills; list_skills or search_tools finds the others.`;
  const lines: string[] = [];
  let left = room - head(entries.length).length;
  for (const entry of entries) {
    const text = line(entry, SHORT);
    if (text.length + 1 > left) break;
    lines.push(text);
    left -= text.length + 1;
  }
  return [head(lines.length), ...lines].join("\n");
}

function line({ toolName, description, meta }: ToolEntry, characters: number): string {
  const name = escapeInvisible(toolName) + (meta?.["skillKind"] === "folder" ? " (folder)" : "");
  const about = escapeInvisible(firstLine(description));
  if (about === "" || characters === 0) return name;
  return `${name}: ${about.length > characters ? `${beginningOf(about, characters - 1).trimEnd()}…` : about}`;
}
