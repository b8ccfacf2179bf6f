import type { Catalog } from "../../catalog/catalog.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { Skill } from "../skill.ts";
import type { SkillListOptions, SkillMatches } from "../skill-options.ts";
import { skillToolDefinition } from "../skill-tools.ts";
import type { ShelfContents } from "./shelf.ts";

/** Several shelves as one set. */
export interface ShelvesView {
  /** Of the directories first, then of each server. */
  readonly contents: readonly ShelfContents[];
  readonly skills: readonly Skill[];
  /** The skills that count, as tools. */
  readonly catalog: Catalog;
}

/** Several shelves as one set; the one before where no shelf has changed. */
export function viewShelves(contents: readonly ShelfContents[], before: ShelvesView | undefined): ShelvesView {
  const isSame =
    before?.contents.length === contents.length && contents.every((each, i) => each === before.contents[i]);
  if (before !== undefined && isSame) return before;
  const skills = contents.flatMap((each) => each.skills);
  return { contents, skills, catalog: createToolCatalog(counting(skills).map(skillToolDefinition)) };
}

/** The skills that a list shows, before its limit is applied. */
export function narrowSkills(view: ShelvesView, options: SkillListOptions): readonly Skill[] {
  const { query, tags = [], includeShadowed = false, includeServers = true } = options;
  const all = counting(view.skills);
  const found = query === undefined ? all : rankSkills(view, query, all.length);
  const hidden = includeShadowed ? view.skills.filter(({ shadowedBy }) => shadowedBy !== undefined) : [];
  return [...found, ...hidden]
    .filter((skill) => tags.every((tag) => skill.tags.includes(tag)))
    .filter(({ provenance }) => includeServers || provenance?.kind !== "server");
}

/** The skills that match a few words, best first. */
export function rankSkills({ catalog, skills }: ShelvesView, query: string, limit: number): SkillMatches["skills"] {
  const byName = new Map(counting(skills).map((skill) => [skill.name, skill]));
  return catalog.search(query, { limit }).tools.flatMap(({ toolName, score }) => {
    const skill = byName.get(toolName);
    return skill === undefined ? [] : [{ ...skill, score }];
  });
}

function counting(skills: readonly Skill[]): readonly Skill[] {
  return skills.filter(({ shadowedBy }) => shadowedBy === undefined);
}
