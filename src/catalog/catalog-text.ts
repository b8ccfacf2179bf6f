import { briefLine, escapeInvisible, firstLine } from "./brief.ts";
import type { Catalog } from "./catalog.ts";
import { compareCodePoints } from "../base/code-point-order.ts";
import type { CatalogServer, ToolEntry } from "./tool.ts";

/** Size limit of the text and form of a tool in it. */
export interface CatalogTextOptions {
  /** Maximum number of tokens, estimated as a quarter of the characters. The first line is there even if nothing else fits. */
  readonly maxTokens: number;
  /** Maximum number of tokens where not every tool fits into `maxTokens`. @default `maxTokens` */
  readonly partialTokens?: number;
  /** The text for one tool, without a line end after it. @default {@link briefLine} */
  readonly line?: (entry: ToolEntry) => string;
  /** Names of servers whose tools are still unknown; with any, the text is partial. @default none */
  readonly connecting?: readonly string[];
}

/** A server's part of the text while it grows. */
interface CatalogSection {
  readonly server: CatalogServer;
  /** Tools that may be shown, by name. */
  readonly tools: readonly ToolEntry[];
  readonly lines: string[];
  /** True when the heading is in the text. */
  isNamed: boolean;
  /** True when the next line did not fit. */
  isFull: boolean;
}

/** Characters a token stands for in the estimate. */
export const CHARACTERS_PER_TOKEN = 4;

/**
 * The catalogue as a text for a model: every server with its tools, as far as `maxTokens` allows.
 *
 * It begins with `COMPLETE` when every tool is there that is not deferred, and with `PARTIAL n of m` otherwise. Servers
 * are named first and then take turns, so that a large one cannot push out the others. Equal catalogs produce equal
 * bytes, whatever order their tools arrived in, so that a prompt cache keeps its value.
 */
export function catalogText(
  catalog: Catalog,
  { maxTokens, partialTokens = maxTokens, line = briefLine, connecting = [] }: CatalogTextOptions,
): string {
  const budget = Math.floor(maxTokens) * CHARACTERS_PER_TOKEN;
  const tools = catalog.tools.filter((tool) => !tool.deferLoading).length;
  const figures = { total: tools, deferred: catalog.tools.length - tools, connecting };
  const whole = fillSections(catalog, budget - header({ ...figures, shown: tools, unnamed: 0 }).length, {
    line,
    isPartial: false,
  });
  if (countLines(whole) === tools) return assemble(header({ ...figures, shown: tools, unnamed: 0 }), whole);
  const longest = header({ ...figures, shown: tools, unnamed: whole.length, isPartial: true });
  const room = Math.min(budget, Math.floor(partialTokens) * CHARACTERS_PER_TOKEN) - longest.length;
  const sections = fillSections(catalog, room, { line, isPartial: true });
  const unnamed = sections.filter((section) => !section.isNamed).length;
  return assemble(header({ ...figures, shown: countLines(sections), unnamed, isPartial: true }), sections);
}

function assemble(first: string, sections: readonly CatalogSection[]): string {
  const lines = [first];
  for (const section of sections) {
    if (section.isNamed) lines.push(heading(section, section.lines.length), ...section.lines);
  }
  return lines.join("\n");
}

function countLines(sections: readonly CatalogSection[]): number {
  return sections.reduce((sum, section) => sum + section.lines.length, 0);
}

function fillSections(
  catalog: Catalog,
  room: number,
  { line, isPartial }: { readonly line: (entry: ToolEntry) => string; readonly isPartial: boolean },
): readonly CatalogSection[] {
  const sections = catalog.servers
    .map((server) => createSection(server))
    .filter((section) => section.tools.length > 0)
    .sort((a, b) => compareCodePoints(a.server.name, b.server.name));
  takeTurns(sections, nameServers(sections, room, isPartial), line);
  return sections;
}

function createSection(server: CatalogServer): CatalogSection {
  const tools = server.tools.filter((tool) => !tool.deferLoading).sort((a, b) => compareCodePoints(a.name, b.name));
  return { server, tools, lines: [], isNamed: false, isFull: false };
}

/** Spends room on headings, in order, and returns what is left. A partial text needs room for the figures in them. */
function nameServers(sections: readonly CatalogSection[], room: number, isPartial: boolean): number {
  let left = room;
  for (const section of sections) {
    const { length } = section.tools;
    const cost = heading(section, length).length + (isPartial ? figuresText(length, length).length : 0) + 1;
    if (cost > left) break;
    section.isNamed = true;
    left -= cost;
  }
  return left;
}

/** Gives each named server one more tool per round, until nothing fits any more. */
function takeTurns(sections: readonly CatalogSection[], room: number, line: (entry: ToolEntry) => string): void {
  let left = room;
  let isGrowing = true;
  while (isGrowing) {
    isGrowing = false;
    for (const section of sections) {
      const tool = section.tools[section.lines.length];
      if (tool === undefined || section.isFull || !section.isNamed) continue;
      const text = line(tool);
      if (text.length + 1 > left) {
        section.isFull = true;
        continue;
      }
      section.lines.push(text);
      left -= text.length + 1;
      isGrowing = true;
    }
  }
}

function header(figures: {
  readonly shown: number;
  readonly total: number;
  readonly deferred: number;
  readonly unnamed: number;
  readonly connecting: readonly string[];
  readonly isPartial?: boolean;
}): string {
  const { shown, total, deferred, unnamed, connecting, isPartial = false } = figures;
  const tools = count(total, "tool");
  const whole = connecting.length === 0 ? `COMPLETE: all ${tools}.` : `PARTIAL: ${tools} so far.`;
  const parts = [isPartial ? `PARTIAL ${shown} of ${tools}; search for the others.` : whole];
  if (connecting.length > 0) parts.push(`Still connecting: ${connecting.map(escapeInvisible).join(", ")}.`);
  if (unnamed > 0) parts.push(`${count(unnamed, "server")} not named here.`);
  if (deferred > 0) parts.push(`${count(deferred, "deferred tool")} only by search.`);
  return parts.join(" ");
}

/** @param shown how many of the server's tools follow; said only when it is not all of them. */
function heading({ server, tools }: CatalogSection, shown: number): string {
  const figures = shown < tools.length ? figuresText(shown, tools.length) : "";
  const description = escapeInvisible(firstLine(server.description ?? "").slice(0, 100));
  return `## ${server.identifier}${figures}${description === "" ? "" : `: ${description}`}`;
}

function figuresText(shown: number, total: number): string {
  return ` (${shown} of ${total} tools)`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
