import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { signatureOf } from "../../languages/calls/tool-signature.ts";
import { type ArgumentRefusal, refusedArguments, refusedNonObject } from "../../languages/calls/refused-arguments.ts";
import { acceptArguments } from "../../schema/check/accept-arguments.ts";
import type { Run } from "../run.ts";

/** Maximum number of reasons noted for which a tool's arguments were not checked in full. */
const MAX_UNCHECKED = 3;

/** The arguments as a tool takes them. Throws `invalid_arguments` that says what does not match. */
export function matchingArguments(run: Run, tool: ToolEntry, args: unknown): Readonly<Record<string, unknown>> {
  const value = args ?? {};
  if (!isRecord(value)) {
    throw refused(run, tool, (named) => refusedNonObject(named, value));
  }
  const verdict = acceptArguments(run.host.validator, tool.inputSchema, value);
  if (verdict.ok) {
    const { unchecked } = verdict;
    for (const reason of unchecked.length > MAX_UNCHECKED ? unchecked.slice(0, MAX_UNCHECKED) : unchecked) {
      run.record.resultNotes.add(`Not all arguments of ${tool.name} were checked: ${reason}`);
    }
    return verdict.value;
  }
  throw refused(run, tool, (named) => refusedArguments(named, verdict.issues));
}

function refused(
  run: Run,
  tool: ToolEntry,
  say: (tool: { readonly name: string; readonly signature: string }) => ArgumentRefusal,
): CodemodeError {
  const { message, hint } = say({ name: tool.name, signature: signatureOf(tool, run.language) });
  return new CodemodeError("invalid_arguments", message, { tool: tool.name, hint });
}
