import { unknownMember } from "../../catalog/unknown-name.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { quoteName } from "../skill-name.ts";

/** The error for a skill that is not among the known names, or that cannot be used. */
export function missingSkill(name: string, known: readonly string[], reason = ""): CodemodeError {
  const hint = "List the skills to see their names.";
  if (reason !== "")
    return new CodemodeError("unknown_tool", `The skill ${quoteName(name)} cannot be used. ${reason}`, { hint });
  const { code, message, details } = unknownMember({ kind: "skill", name, known });
  return new CodemodeError(code, message, { ...details, hint: details.hint ?? hint });
}

/** The error for a change where changes are switched off. */
export function readOnlyError(where: string): CodemodeError {
  return new CodemodeError("policy_denied", `Skills in ${quoteName(where)} cannot be changed: it is read-only.`, {
    hint: "Switch off readOnly for skills in the configuration, or name another directory.",
  });
}

/** The error for a skill to be saved where no directory is configured. */
export function noDirectoryError(): CodemodeError {
  return new CodemodeError("config_error", "There is no directory to save skills in.", {
    hint: "Make the folder skills beside the configuration, or name one in skills.directories.",
  });
}
