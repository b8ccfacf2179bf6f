import { CodemodeError } from "../../../base/codemode-error.ts";
import { quoteName } from "../../skill-name.ts";

/** The error for a skill that does not exist or cannot be used. */
export function missingSkill(name: string, similar: readonly string[], reason = ""): CodemodeError {
  const hint = similar.length === 0 ? "List the skills to see their names." : `Did you mean ${similar.join(", ")}?`;
  const message =
    reason === "" ? `There is no skill ${quoteName(name)}.` : `The skill ${quoteName(name)} cannot be used. ${reason}`;
  return new CodemodeError("unknown_tool", message, { hint });
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
