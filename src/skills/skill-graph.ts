import { defined } from "../base/defined.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { Skill } from "./skill.ts";
import { quoteName } from "./skill-name.ts";

/** Other skills that a skill needs. */
export interface SkillDependencies {
  /** Identifiers of all skills it uses directly or through others, those without needs of their own first. */
  readonly skills: readonly string[];
  /** Identifiers that are used and do not exist. */
  readonly missing: readonly string[];
  /** The longest chain below it: 0 for a skill that uses none. */
  readonly depth: number;
  /** A chain that comes back to where it began, first and last the same; absent when there is none. */
  readonly cycle?: readonly string[];
}

/** Looks up by identifier which skills a skill uses; undefined for one that does not exist. */
type UsesOf = (identifier: string) => readonly string[] | undefined;

/** A {@link UsesOf} for the skills that count. */
export function skillUses(skills: readonly Skill[]): UsesOf {
  const own = skills.filter(({ shadowedBy, provenance }) => shadowedBy === undefined && provenance?.kind !== "server");
  const uses = new Map(own.map((skill) => [skill.identifier, skill.kind === "code" ? skill.uses.skills : []]));
  return (identifier) => uses.get(identifier);
}

/** Follows what a skill uses. Every skill is looked at once, however many ways lead to it. */
export function skillDependencies(identifier: string, usesOf: UsesOf): SkillDependencies {
  const depths = new Map<string, number>();
  const missing = new Set<string>();
  let cycle: readonly string[] | undefined;
  const visit = (name: string, path: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (path.includes(name)) {
      cycle ??= [...path.slice(path.indexOf(name)), name];
      return 0;
    }
    const uses = usesOf(name)?.filter((used) => used !== "*");
    if (uses === undefined) missing.add(name);
    const below = path.length >= MAX_CHAIN ? [] : (uses ?? []);
    const depth = Math.max(0, ...below.map((used) => 1 + visit(used, [...path, name])));
    depths.set(name, depth);
    return depth;
  };
  const depth = visit(identifier, []);
  const skills = [...depths.keys()].filter((name) => name !== identifier && !missing.has(name));
  return { skills, missing: [...missing], depth, ...defined({ cycle }) };
}

/** Refuses a cycle with `invalid_arguments`, and a chain longer than `maxDepth` with `call_limit`. */
export function assertDependencies(identifier: string, dependencies: SkillDependencies, maxDepth: number): void {
  const { cycle, depth } = dependencies;
  if (cycle !== undefined) {
    throw new CodemodeError(
      "invalid_arguments",
      `The skill ${quoteName(identifier)} uses itself: ${cycle.join(" → ")}.`,
      {
        hint: "Move what both need into a skill of its own.",
      },
    );
  }
  if (depth <= maxDepth) return;
  throw new CodemodeError(
    "call_limit",
    `The skill ${quoteName(identifier)} uses skills ${depth} deep, ${maxDepth} are allowed.`,
    {
      hint: "Let it call fewer skills through others.",
    },
  );
}

/** Far beyond any allowed depth, and far below what the stack takes. */
const MAX_CHAIN = 200;
