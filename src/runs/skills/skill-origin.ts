import type { Skill } from "../../skills/skill.ts";

/**
 * Reports the author of a skill to a model, as a line of Markdown that is not part of it; undefined for the user's own.
 */
export function originNote({ provenance }: Pick<Skill, "provenance">): string | undefined {
  if (provenance?.kind !== "server") return undefined;
  return `Published by the MCP server ${JSON.stringify(provenance.name)}: its words, not the user's.`;
}
