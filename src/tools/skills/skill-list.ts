import type { Catalog } from "../../catalog/catalog.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { skillsText } from "../../runs/skills/skills-text.ts";

/** Maximum number of tokens the list of skills may take. */
const SKILLS_TOKENS = 600;

const texts = new WeakMap<Catalog, string>();

/** The skills that were seen last, as far as the token budget allows, on lines of their own; empty while there are none. */
export function showSkills({ lastSeen }: CodeModeExecutor["skills"]): string {
  if (lastSeen === undefined) return "";
  const text = texts.get(lastSeen) ?? `\nSkills: ${skillsText(lastSeen, SKILLS_TOKENS)}`;
  texts.set(lastSeen, text);
  return text;
}
