import { beginningOf } from "../base/bound-text.ts";
import { isReservedWord } from "../catalog/reserved-words.ts";
import { CodemodeError } from "../base/codemode-error.ts";

/** `code` for a skill in one file, `folder` for one with a `SKILL.md`. */
export type SkillKind = "code" | "folder";

/** Longest name of a skill, in characters. */
const MAX_SKILL_NAME = 64;

/** A file of code is a module in both languages, so its name is an identifier; a single `_` between words. */
const CODE_NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** The Agent Skills specification: letters, digits and single hyphens between them. `_` is what folders out there also have. */
const FOLDER_NAME = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;

/** Names Windows keeps for devices: a file of such a name cannot be copied there. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** Modules and members that exist beside the skills in guest code. */
const MODULE_NAMES: ReadonlySet<string> = new Set(["skills", "generated", "servers", "codemode", "index", "init"]);

/**
 * Says what is wrong with a name for a skill, as the end of a sentence; undefined for a good one.
 *
 * There is one grammar for all of them: lower-case letters and digits, words joined by one `_` (code) or `-` (folder),
 * 64 characters at most. So a name is never a path, a device, an option or a word of a language, means the same on
 * file systems that ignore case, and never contains the `__` that separates server and tool.
 */
export function skillNameProblem(name: unknown, kind: SkillKind): string | undefined {
  if (typeof name !== "string") return "is not text";
  if (name === "") return "is empty";
  if (name.length > MAX_SKILL_NAME) return `has ${name.length} characters, ${MAX_SKILL_NAME} are allowed`;
  if (DEVICE.test(name)) return "is the name of a device on some systems";
  if (kind === "folder") {
    return FOLDER_NAME.test(name)
      ? undefined
      : "may have lower-case letters, digits and single hyphens between them only";
  }
  if (!CODE_NAME.test(name)) {
    return "may have lower-case letters, digits and single underscores between them only, and begins with a letter";
  }
  return isTaken(name) ? "is a word that already means something in guest code" : undefined;
}

/**
 * Passes a good name on and refuses any other with `invalid_arguments`; the hint proposes one that would do.
 */
export function parseSkillName(name: unknown, kind: SkillKind): string {
  const problem = skillNameProblem(name, kind);
  if (problem === undefined && typeof name === "string") return name;
  const proposal = typeof name === "string" ? proposeName(name, kind) : undefined;
  throw new CodemodeError("invalid_arguments", `The skill name ${quoteName(name)} ${problem}.`, {
    hint: proposal === undefined ? "Choose a name such as batch_process." : `Use for instance ${proposal}.`,
  });
}

/** The identifier guest code uses for a skill, the same in both languages. Distinct names can share one: see {@link parseSkillName}'s grammar. */
export function skillIdentifier(name: string): string {
  const replaced = name.replace(/-/g, "_");
  if (/^[0-9]/.test(replaced)) return `_${replaced}`;
  return isTaken(replaced) ? `${replaced}_` : replaced;
}

/** A name as it can stand in a sentence: quoted, without control characters, and short. */
export function quoteName(name: unknown): string {
  const text = typeof name === "string" ? name : String(name);
  const cut = text.length > 80 ? `${beginningOf(text, 80)}…` : text;
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, "?");
}

function isTaken(identifier: string): boolean {
  return MODULE_NAMES.has(identifier) || isReservedWord(identifier, "tool");
}

function proposeName(name: string, kind: SkillKind): string | undefined {
  const separator = kind === "code" ? "_" : "-";
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const proposal = words
    .join(separator)
    .slice(0, MAX_SKILL_NAME)
    .replace(/(?<![-_])[-_]+$/, "");
  return skillNameProblem(proposal, kind) === undefined ? proposal : undefined;
}
