import type { JsonObject, JsonValue } from "../../base/json.ts";

/** Which skill is meant; `skill_name` is what some programs are used to. */
export interface NamedSkill {
  readonly name?: string;
  readonly skill_name?: string;
}

/** A request to run a skill. */
export interface SkillRunRequest extends NamedSkill {
  readonly kind: "skill-run";
  readonly arguments?: JsonObject | null | undefined;
  /** An exported function other than the one that running the skill calls. */
  readonly function?: string;
  /** Arguments by position, as in a call of an imported function. */
  readonly positional?: readonly JsonValue[];
  /** A script of a folder skill, with its arguments: words, or options by name. */
  readonly script_name?: string | null | undefined;
  readonly args?: readonly string[] | JsonObject | null | undefined;
}

/** What guest code may ask about skills. */
export type SkillRequest =
  | {
      readonly kind: "skill-list";
      readonly query?: string | null | undefined;
      readonly limit?: number | null | undefined;
    }
  | ({ readonly kind: "skill-load" } & NamedSkill)
  | ({ readonly kind: "skill-resource"; readonly resource_name: string } & NamedSkill)
  | SkillRunRequest;
