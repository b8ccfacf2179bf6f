import type { Catalog } from "../../catalog/catalog.ts";
import { escapeInvisible, firstLine } from "../../catalog/brief.ts";
import { unknownName } from "../../catalog/unknown-name.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { type ToolSearch, findTools, type FoundTool, type FoundTools } from "../../languages/discovery.ts";
import type { Skills } from "../../skills/skills.ts";
import { skillViews } from "./skill-views.ts";

/** A tool or a skill as a search shows it. */
interface FoundItem extends FoundTool {
  readonly kind: "tool" | "skill";
  /** The line that imports a skill; tools need none. */
  readonly import?: string;
}

/** Result of a search among tools and skills, best first. */
export interface FoundItems extends FoundTools {
  readonly tools: readonly FoundItem[];
}

/**
 * Ranks tools and saved skills together. Skills are those of a server called `skills`, unless a real one has that name.
 * Throws `unknown_tool` for a server that does not exist.
 */
export async function findWithSkills(
  { catalog, skills }: { readonly catalog: Catalog; readonly skills: Skills },
  query: string,
  options: ToolSearch = {},
): Promise<FoundItems> {
  const { server, limit = 10, offset = 0, language = "typescript" } = options;
  // Both lists are merged, so a page of them begins at the first of each.
  const page = { ...options, offset: 0, limit: offset + limit };
  const isSkills = isSkillsAlone(catalog, server);
  const tools = isSkills ? NOTHING : await findTools(catalog, query, page);
  const wanted = skills.isConfigured && (server === undefined || isSkills);
  const found = wanted ? await findSkills(skills, query, { limit: page.limit, language }) : NOTHING;
  const ranked = inOrder(tools.tools, found.tools).slice(offset, offset + limit);
  const total = tools.total + found.total;
  return { ...tools, tools: ranked, total, hasMore: total > offset + ranked.length };
}

const NOTHING: Pick<FoundItems, "tools" | "total"> = { tools: [], total: 0 };

/** Whether a server that was asked for stands for the skills. Throws `unknown_tool` for one that does not exist. */
function isSkillsAlone(catalog: Catalog, server: string | undefined): boolean {
  if (server === undefined || catalog.server(server) !== undefined) return false;
  if (server !== SKILLS_SERVER) throw unknownName(catalog, { kind: "server", name: server });
  return true;
}

/** Without words nothing is better than anything else, and the order of the catalogs stays. */
function inOrder(tools: readonly FoundTool[], skills: readonly FoundItem[]): readonly FoundItem[] {
  const items = [...tools.map((tool): FoundItem => ({ ...tool, kind: "tool" })), ...skills];
  return items.sort((left, right) => right.score - left.score);
}

async function findSkills(
  library: Skills,
  query: string,
  { limit, language }: { readonly limit: number; readonly language: GuestLanguage },
): Promise<{ readonly tools: readonly FoundItem[]; readonly total: number }> {
  const { skills, total } = await library.search(query, limit);
  const views = skillViews(language);
  const tools = skills.map((skill): FoundItem => ({
    name: `${SKILLS_SERVER}__${skill.name}`,
    kind: "skill",
    server: SKILLS_SERVER,
    description: escapeInvisible(firstLine(skill.description)),
    signature: views.signature(skill),
    import: views.importLine(skill),
    score: skill.score,
  }));
  return { tools, total };
}
