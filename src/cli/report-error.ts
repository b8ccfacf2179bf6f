import { defined } from "../base/defined.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { systemFault } from "../base/files/file-fault.ts";
import type { ExitStatus } from "./command-context.ts";
import { plainText } from "./plain-text.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { writeJson } from "./write-json.ts";

/** Reports a failure, as JSON when requested, and returns the exit status. */
export function reportError(thrown: unknown, terminal: Terminal, json: boolean): ExitStatus {
  const fault = systemFault(thrown);
  const error = fault === undefined ? toCodemodeError(thrown) : unusable(fault, thrown);
  if (json) {
    const { code, message, hint } = error.toReport();
    writeJson(terminal, { error: { code, message, ...defined({ hint }) } });
  } else {
    showProblem(terminal, error);
  }
  return error instanceof UsageError || error.code === "config_error" ? 2 : 1;
}

/** What the system refuses is put right by a person: a folder without room or rights. */
function unusable(fault: string, cause: unknown): CodemodeError {
  return new CodemodeError("config_error", fault, {
    hint: 'Give write access and free space to its folder; where state is kept, "stateDir" in the configuration says.',
    cause,
  });
}

/** Writes an error for people: what happened, and what to do next. */
export function showProblem({ err }: Terminal, error: CodemodeError): void {
  const { colors } = err;
  const { message, hint } = error.toReport();
  err.write(`${colors.red("error")} ${plainText(message)}\n`);
  if (hint !== undefined) err.write(`${colors.dim("hint:")} ${plainText(hint)}\n`);
}
