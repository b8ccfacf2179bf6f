/** Skills: code and folders that programs and agents find, import and run. */
export type { SkillCall, SkillRun } from "./runs/skills/skill-run.ts";
export type { BundleFile, SkillBundle } from "./skills/shelves/skill-bundle.ts";
export type {
  CheckedCode,
  CodeDraft,
  FolderDraft,
  SkillCheck,
  SkillCheckProblem,
} from "./skills/shelves/disk/prepare-draft.ts";
export type { SkillResource, SkillScript } from "./skills/shelves/read-skill.ts";
export type {
  SkillSupplier,
  SuppliedFile,
  SuppliedSkill,
  SuppliedSkills,
} from "./skills/shelves/server/skill-supplier.ts";
export type { CodeFacts, SkillFunction, SkillLanguage, SkillParameter, SkillUses } from "./languages/function.ts";
export type { FolderFacts } from "./skills/format/folder-facts.ts";
export type { SkillDependencies } from "./skills/skill-graph.ts";
export type {
  CodeSkill,
  FolderSkill,
  Skill,
  SkillContent,
  SkillFields,
  SkillProblem,
  SkillProvenance,
} from "./skills/skill.ts";
export { Skills } from "./skills/skills.ts";
export type {
  SaveOptions,
  SkillChange,
  SkillDraft,
  SkillList,
  SkillListOptions,
  SkillMatches,
  SkillPlace,
  SkillSettings,
  SkillsOptions,
  SkillVersion,
} from "./skills/skill-options.ts";
export type { ParameterPassing } from "./languages/function.ts";
export type { SkillFileEntry } from "./skills/format/folder-facts.ts";
export type { FrontMatter } from "./skills/format/front-matter.ts";
