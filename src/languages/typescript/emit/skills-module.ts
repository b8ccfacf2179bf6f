/** Names of the module that finds, reads and runs skills, in both spellings. */
export const SKILLS_FUNCTIONS: readonly string[] = [
  "list_skills",
  "load_skill",
  "read_skill_resource",
  "run_skill",
  "listSkills",
  "loadSkill",
  "readSkillResource",
  "runSkill",
];

/**
 * Writes the module that finds, reads and runs skills by name.
 *
 * @param prelude lines that bring `$skills(kind, request)`, which asks for what a program may ask about skills
 * @param untyped type of what only the skill itself describes
 */
export function emitSkillsModule(prelude: string, untyped: "any" | "unknown" = "unknown"): string {
  return TEXT.replace("PRELUDE", () => prelude).replaceAll("UNTYPED", untyped);
}

const TEXT = `/** Finds, reads and runs the saved skills. */
PRELUDE

/** A skill as a list shows it. */
export interface SkillSummary {
  name: string;
  /** \`code\` for one file with functions, \`folder\` for a \`SKILL.md\` with scripts. */
  kind: "code" | "folder";
  language?: "typescript" | "python";
  description: string;
  tags: string[];
  /** Its call, in one line. */
  signature: string;
  scripts: { name: string; description: string }[];
  resources: { name: string }[];
  /** The MCP server that publishes it, for a skill that is not your own. */
  server?: string;
}

/** Result of a script. */
export interface ScriptResult {
  success: boolean;
  exit_code: number;
  /** Its output, or its errors if it printed nothing. */
  output: string;
  stdout: string;
  stderr: string;
  /** Why it failed, as text; null when it did not. */
  error: string | null;
  error_type: string | null;
  error_value: string | null;
  error_traceback: string | null;
  /** Seconds. */
  execution_time: number;
  script_name: string;
  /** The value of its last expression. */
  value: UNTYPED;
}

/** Names a skill; both spellings are understood. */
export type SkillName = { name: string } | { skill_name: string };

/** Arguments of a script: words, or options as \`{ path: "x", verbose: true }\` for \`--path x --verbose\`. */
export type ScriptArguments = string[] | { [option: string]: string | number | boolean | null };

/** Lists the skills; with a query those that match, best first. */
export function list_skills(options: { query?: string; limit?: number } = {}): Promise<SkillSummary[]> {
  return $skills("list", options);
}

/** Gives a skill as text: its whole \`SKILL.md\`, or its code. */
export function load_skill(skill: string | SkillName): Promise<string> {
  return $skills("load", typeof skill === "string" ? { name: skill } : skill);
}

/**
 * Gives a file of a folder skill: its text, or a \`data:\` URL where it is not text. In a script of a skill a path alone
 * names a file of its own.
 */
export function read_skill_resource(skill: string, resource_name?: string): Promise<string>;
export function read_skill_resource(request: { name?: string; skill_name?: string; resource_name: string }): Promise<string>;
export function read_skill_resource(skill: any, resource_name?: string): Promise<string> {
  if (typeof skill !== "string") return $skills("resource", skill);
  return $skills("resource", resource_name === undefined ? { resource_name: skill } : { name: skill, resource_name });
}

/** Runs a script of a folder skill. */
export function run_skill(name: string, script_name: string, args?: ScriptArguments): Promise<ScriptResult>;
export function run_skill(request: SkillName & { script_name: string; args?: ScriptArguments }): Promise<ScriptResult>;
/** Runs a skill of code in its own language and returns its value. */
export function run_skill(name: string, args?: object): Promise<UNTYPED>;
export function run_skill(request: SkillName & { arguments?: object; script_name?: undefined }): Promise<UNTYPED>;
export function run_skill(skill: any, second?: any, args?: any): Promise<any> {
  if (typeof skill !== "string") return $skills("run", skill);
  if (typeof second === "string") return $skills("run", { name: skill, script_name: second, args: args ?? [] });
  return $skills("run", { name: skill, arguments: second ?? {} });
}

export {
  list_skills as listSkills,
  load_skill as loadSkill,
  read_skill_resource as readSkillResource,
  run_skill as runSkill,
};
`;
