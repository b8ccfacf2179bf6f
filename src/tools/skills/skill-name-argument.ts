import { CodemodeError } from "../../base/codemode-error.ts";
import type { JsonSchemaObject } from "../../schema/json-schema.ts";
import type { ToolArguments } from "../tool-arguments.ts";

/** The parameters that name a skill: `name`, for which `skill_name` is understood too. */
export const SKILL_NAME: Readonly<Record<string, JsonSchemaObject>> = {
  name: { type: "string", description: "Name of the skill." },
  skill_name: { type: "string", description: "The same as name." },
};

/** The name that was given. */
export function skillName(args: ToolArguments): string {
  const name = args.text("name") ?? args.text("skill_name");
  if (name !== undefined) return name;
  throw new CodemodeError("invalid_arguments", "Missing skill name.", {
    hint: "Pass name exactly as list_skills shows it.",
  });
}
