import { wildcard } from "../../base/wildcard.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { CodemodeError } from "../../base/codemode-error.ts";

/** Refuses a tool by throwing. */
export type ToolRule = (tool: ToolEntry) => void;

/**
 * The rule a folder skill sets for its scripts. Entries name tools as `server__tool`, `server.tool`, `mcp__server__tool`
 * or a server alone; `*` stands for any characters. What is denied stays denied when it is allowed too. An entry with a
 * condition in brackets, `Bash(git:*)`, allows nothing, since the condition cannot be checked here, and denies the
 * tool.
 *
 * @param server the one that publishes the skill: whatever it allows itself, tools of other servers stay out of its reach
 */
export function skillToolRule(
  skill: {
    readonly name: string;
    readonly allowedTools?: readonly string[];
    readonly deniedTools?: readonly string[];
  },
  server?: string,
): ToolRule {
  return (tool) => {
    if (server !== undefined && tool.serverName !== server) {
      throw new CodemodeError("policy_denied", `${tool.name} is not a tool of the server "${server}".`, {
        tool: tool.name,
        hint: `Scripts of the skill "${skill.name}" come from that server and call its tools only.`,
      });
    }
    const isDenied = skill.deniedTools?.some((entry) => namesTool(toolOf(entry), tool)) ?? false;
    const isAllowed = skill.allowedTools?.some((entry) => !hasCondition(entry) && namesTool(entry, tool)) ?? true;
    if (!isDenied && isAllowed) return;
    const reason = isDenied
      ? `is listed in denied-tools of the skill "${skill.name}"`
      : `is a tool the skill "${skill.name}" does not list among its allowed tools (${listed(skill.allowedTools ?? [])})`;
    throw new CodemodeError("policy_denied", `${tool.name} ${reason}.`, {
      tool: tool.name,
      hint: "Change allowed-tools or denied-tools in its SKILL.md, or do without this tool.",
    });
  };
}

/** True when an entry has a condition in brackets, as other clients write them. */
export function hasCondition(entry: string): boolean {
  return entry.endsWith(")") && entry.includes("(");
}

/** The tool of an entry, without its condition. */
export function toolOf(entry: string): string {
  return hasCondition(entry) ? entry.slice(0, entry.indexOf("(")) : entry;
}

/** True when an entry without a condition names a tool, also in the spelling of other clients, `mcp__server__tool`. */
export function namesTool(entry: string, tool: ToolEntry): boolean {
  const names = [
    tool.name,
    `${tool.serverName}.${tool.toolName}`,
    `${tool.serverIdentifier}__${tool.identifier}`,
    `${tool.serverIdentifier}.${tool.identifier}`,
    tool.serverName,
  ];
  const spellings = entry.startsWith("mcp__") ? [entry, entry.slice("mcp__".length)] : [entry];
  return spellings.some((spelling) => names.some(wildcard(spelling)));
}

function listed(entries: readonly string[]): string {
  if (entries.length === 0) return "none";
  const shown = entries.slice(0, 10).join(", ").slice(0, 200);
  return entries.length > 10 ? `${shown}, … ${entries.length - 10} more` : shown;
}
