import type { ToolEntry } from "../../catalog/tool.ts";
import { CodemodeError } from "../../errors/codemode-error.ts";

/** Refuses a tool by throwing. */
export type ToolRule = (tool: ToolEntry) => void;

/**
 * The rule a folder skill sets for its scripts. Entries name tools as `server__tool`, `server.tool` or a server alone;
 * `*` stands for any characters. What is denied stays denied when it is allowed too.
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
    const isDenied = skill.deniedTools?.some((entry) => matches(entry, tool)) ?? false;
    const isAllowed = skill.allowedTools?.some((entry) => matches(entry, tool)) ?? true;
    if (!isDenied && isAllowed) return;
    const reason = isDenied ? "denies itself" : "does not list among its allowed tools";
    throw new CodemodeError("policy_denied", `${tool.name} is a tool the skill "${skill.name}" ${reason}.`, {
      tool: tool.name,
      hint: "Change allowed-tools or denied-tools in its SKILL.md, or do without this tool.",
    });
  };
}

function matches(entry: string, tool: ToolEntry): boolean {
  const names = [
    tool.name,
    `${tool.serverName}.${tool.toolName}`,
    `${tool.serverIdentifier}__${tool.identifier}`,
    `${tool.serverIdentifier}.${tool.identifier}`,
    tool.serverName,
  ];
  return names.some((name) => (entry.includes("*") ? fits(entry, name) : entry === name));
}

/** Matches `*` in time linear in the name for each star. */
function fits(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  return rest.every((part) => {
    const found = name.indexOf(part, at);
    at = found + part.length;
    return found !== -1 && at <= name.length - last.length;
  });
}
