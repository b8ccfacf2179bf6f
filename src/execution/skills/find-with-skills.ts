import type { Catalog, SearchOptions } from "../../catalog/catalog.ts";
import type { GuestLanguage } from "../../sandbox/port.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { findTools, type FoundTool, type FoundTools } from "../discovery.ts";
import type { SkillLibrary } from "./skill-library.ts";

/** A tool or a skill as a search shows it. */
interface FoundItem extends FoundTool {
  readonly kind: "tool" | "skill";
}

/** What a search among tools and skills found, best first. */
export interface FoundItems extends FoundTools {
  readonly tools: readonly FoundItem[];
}

/** Ranks tools and saved skills together. Skills are those of a server called `skills`, unless a real one has that name. */
export async function findWithSkills(
  { catalog, skills }: { readonly catalog: Catalog; readonly skills: SkillLibrary },
  query: string,
  options: SearchOptions & { readonly language?: GuestLanguage } = {},
): Promise<FoundItems> {
  const { server, limit = 10 } = options;
  const isSkills = server === SKILLS_SERVER && catalog.server(server) === undefined;
  const tools = isSkills ? { tools: [], total: 0 } : await findTools(catalog, query, options);
  const wanted = skills.isConfigured && (server === undefined || isSkills);
  const { server: _, ...rest } = options;
  const found = wanted
    ? await findTools(await (await skills.open()).catalog(), query, { ...rest, includeDeferred: true })
    : { tools: [], total: 0 };
  const items = [
    ...tools.tools.map((tool): FoundItem => ({ ...tool, kind: "tool" })),
    ...found.tools.map((tool): FoundItem => ({ ...tool, kind: "skill" })),
  ];
  // Without words nothing is better than anything else, and the order of the catalogs stays.
  const ranked = items.sort((left, right) => right.score - left.score).slice(0, limit);
  const total = tools.total + found.total;
  return { tools: ranked, total, hasMore: total > ranked.length };
}
