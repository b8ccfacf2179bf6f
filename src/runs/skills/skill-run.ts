import { defined } from "../../base/defined.ts";
import { stringifyJson } from "../../base/exact-json.ts";

/** Settings of a skill's run. */
export interface SkillCall {
  /** Arguments of a code skill. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** A script of a folder skill. */
  readonly scriptName?: string | undefined;
  /** Arguments of the script. */
  readonly args?: readonly string[] | undefined;
}

/** A skill that was run, as history has it. */
export interface SkillRun extends SkillCall {
  readonly name: string;
}

/** The call of a skill with what was given. */
export function toSkillRun(name: string, { arguments: values, scriptName, args }: SkillCall): SkillRun {
  return {
    name,
    ...defined({ arguments: values, scriptName, args }),
  };
}

/** The call of a skill on one line, in the form programs write it. */
export function showSkillCall({ name, arguments: values, scriptName, args }: SkillRun): string {
  const parts = scriptName === undefined ? [name, values] : [name, scriptName, args];
  const given = parts.filter((part) => part !== undefined).map((part) => stringifyJson(part));
  return `run_skill(${given.join(", ")})`;
}
