import { stringifyJson } from "../../base/exact-json.ts";
import { dataExpression } from "./skill-call.ts";

/** How a skill is run. */
export interface SkillCall {
  /** Arguments of a code skill. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** A script of a folder skill. */
  readonly scriptName?: string | undefined;
  /** Arguments of the script. */
  readonly args?: readonly string[] | undefined;
}

/** The program that runs one skill, whatever language that is in. */
export function runSkillProgram(name: string, { arguments: values, scriptName, args }: SkillCall): string {
  const request = { name, arguments: values, script_name: scriptName, args };
  return `import { run_skill } from "generated/skills";\nawait run_skill(${dataExpression(request)});`;
}

/** A skill that was run, as history has it. */
export interface SkillRun extends SkillCall {
  readonly name: string;
}

/** The call of a skill with what was given. */
export function toSkillRun(name: string, { arguments: values, scriptName, args }: SkillCall): SkillRun {
  return {
    name,
    ...(values === undefined ? {} : { arguments: values }),
    ...(scriptName === undefined ? {} : { scriptName }),
    ...(args === undefined ? {} : { args }),
  };
}

/** The call of a skill on one line, in the form programs write it. */
export function showSkillCall(name: string, { arguments: values, scriptName, args }: SkillCall): string {
  const parts = scriptName === undefined ? [name, values] : [name, scriptName, args];
  const given = parts.filter((part) => part !== undefined).map((part) => stringifyJson(part));
  return `run_skill(${given.join(", ")})`;
}
