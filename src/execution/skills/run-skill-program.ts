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
  const data = JSON.stringify(JSON.stringify(request));
  return `import { run_skill } from "generated/skills";\nawait run_skill(JSON.parse(${data}));`;
}
