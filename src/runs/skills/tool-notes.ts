import type { Catalog } from "../../catalog/catalog.ts";
import { hasCondition, namesTool, toolOf } from "./tool-rule.ts";

/** The tools there are, and the servers that may bring more. */
export interface PresentTools {
  catalog(): Catalog;
  listServers(): readonly { readonly name: string; readonly toolCount: number }[];
}

/**
 * Effects of a folder skill's lists of tools here, where they differ from the expected ones: entries of other clients
 * such as `Read` or `Bash(git:*)` name no tools here, and a list of nothing else leaves its scripts without any.
 */
export function toolNotes(
  skill: { readonly allowedTools?: readonly string[]; readonly deniedTools?: readonly string[] },
  tools: PresentTools,
): readonly string[] {
  const { allowedTools = [], deniedTools = [] } = skill;
  const isForeign = (entry: string): boolean => !isPresent(toolOf(entry), tools);
  const foreign = allowedTools.filter(isForeign);
  const conditional = allowedTools.filter((entry) => hasCondition(entry) && !isForeign(entry));
  const isNothingLeft = allowedTools.length > 0 && foreign.length + conditional.length === allowedTools.length;
  return [
    ...noEffect("allowed-tools", foreign),
    ...(conditional.length === 0
      ? []
      : [
          `allowed-tools sets conditions (${quoted(conditional)}), which are not checked here: these entries allow nothing.`,
        ]),
    ...(isNothingLeft
      ? [
          "So its scripts may call no tools. To allow some, name them in allowed-tools as server__tool, or remove the field.",
        ]
      : []),
    ...noEffect("denied-tools", deniedTools.filter(isForeign)),
  ];
}

function noEffect(field: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const are = entries.length === 1 ? "is not a tool here and has" : "are not tools here and have";
  return [`${field} names ${quoted(entries)}, which ${are} no effect.`];
}

/** Tools of a server that is not connected are not known yet, so its name is enough. */
function isPresent(entry: string, tools: PresentTools): boolean {
  if (tools.catalog().tools.some((tool) => namesTool(entry, tool))) return true;
  const spellings = entry.startsWith("mcp__") ? [entry, entry.slice("mcp__".length)] : [entry];
  return tools
    .listServers()
    .filter(({ toolCount }) => toolCount === 0)
    .some(({ name }) =>
      spellings.some((spelling) => spelling === name || /^(?:__|\.)/.test(afterName(spelling, name))),
    );
}

function afterName(entry: string, name: string): string {
  const identifier = name.replace(/\W/g, "_");
  const start = [name, identifier].find((each) => entry.startsWith(each));
  return start === undefined ? "" : entry.slice(start.length);
}

function quoted(entries: readonly string[]): string {
  const shown = entries.slice(0, 10).map((entry) => JSON.stringify(entry.slice(0, 80)));
  return entries.length > 10 ? `${shown.join(", ")} and ${entries.length - 10} more` : shown.join(", ");
}
