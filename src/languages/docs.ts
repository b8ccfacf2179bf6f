import { beginningOf } from "../base/bound-text.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import type { ShapeDocs } from "../schema/shape/shape.ts";
import { toolShapes } from "./tool-shapes.ts";

/** Limits of printed documentation; lengths count characters. */
export interface DocBudget {
  /** Longest description of a tool. */
  readonly tool: number;
  /** Longest description of a property; properties are not documented at 0. */
  readonly property: number;
}

/** Budgets from generous to none; an emitter takes the first that keeps its text small enough. */
export const DOC_BUDGETS: readonly DocBudget[] = [
  { tool: 6000, property: 1200 },
  { tool: 1500, property: 160 },
  { tool: 300, property: 0 },
];

/**
 * Documentation of a property: its description, then its facts in brackets. Untrusted text, possibly many lines.
 *
 * @param known facts the type says already.
 */
export function propertyText(docs: ShapeDocs, budget: DocBudget, known: readonly string[] = []): string {
  if (budget.property === 0) return "";
  const description = (docs.description ?? "").trim();
  const news = docs.facts.filter((fact) => !alreadySaid(fact, description) && !known.includes(fact));
  const facts = news.length === 0 ? "" : `(${news.join("; ")})`;
  if (description === "") return facts;
  const kept =
    description.length > budget.property
      ? `${beginningOf(description, budget.property)}… (${description.length - budget.property} more characters)`
      : description;
  return facts === "" ? kept : `${kept} ${facts}`;
}

/** Longest default that a signature shows, with the words before it. */
const DEFAULT_CHARACTERS = 40;

/** The value that a property has where it is left out: a short text, a number or a truth value, else undefined. */
export function shortDefault({ facts }: ShapeDocs): string | number | boolean | undefined {
  const fact = facts.find((each) => each.startsWith("default "));
  if (fact === undefined || fact.length > DEFAULT_CHARACTERS) return undefined;
  try {
    const value: unknown = JSON.parse(fact.slice("default ".length));
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Descriptions often name the default themselves. */
function alreadySaid(fact: string, description: string): boolean {
  const value = /^default "?(.+?)"?$/su.exec(fact)?.[1];
  return value !== undefined && /default/i.test(description) && description.includes(value);
}

/** Documentation of a tool beside its description: its own name when code spells it otherwise, and its hints. */
export function toolFacts(entry: ToolEntry): string[] {
  const facts: string[] = [];
  const title = entry.title?.trim() ?? "";
  if (title !== "" && !saysTitle(entry, title)) facts.push(`Title: ${title.slice(0, 200)}.`);
  facts.push(...rootFacts(entry));
  if (entry.identifier !== entry.toolName)
    facts.push(`Name at the server: ${JSON.stringify(entry.toolName.slice(0, 200))}.`);
  const hints = entry.annotations;
  if (hints?.readOnlyHint === true) facts.push("Read-only.");
  else if (hints?.destructiveHint === true) facts.push("Destructive.");
  return facts;
}

/** Documentation in the schema of the arguments as a whole. */
function rootFacts(entry: ToolEntry): string[] {
  const { docs } = toolShapes(entry).input;
  const description = docs.description?.trim() ?? "";
  const isNew = description !== "" && !entry.description.includes(description);
  const text = propertyText(isNew ? docs : { facts: docs.facts }, { tool: 0, property: 600 });
  return text === "" ? [] : [`Arguments: ${text}`];
}

/** Tells whether name and description of a tool say its title, whatever the case and the signs between the words. */
function saysTitle({ toolName, description }: ToolEntry, title: string): boolean {
  return fold(`${toolName} ${description}`).includes(fold(title));
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Example arguments as JSON, the short ones only. */
export function exampleTexts(entry: ToolEntry): string[] {
  return (entry.inputExamples ?? [])
    .slice(0, 2)
    .map((example) => JSON.stringify(example) ?? "")
    .filter((text) => text !== "" && text.length <= 400);
}
