import { CodemodeError } from "../../base/codemode-error.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import type { Validator } from "../../schema/validator.ts";
import { signatureOf } from "../calls/tool-signature.ts";
import type { Position } from "../program.ts";
import { noParameter } from "../calls/refused-arguments.ts";
import { checkWritten, type WrittenProblems } from "../calls/check-written.ts";
import type { ToolCall } from "./tool-calls.ts";
import { readCall } from "./written-arguments.ts";

/** Context of the check of a program's arguments. */
interface CheckSurroundings {
  readonly catalog: Catalog;
  readonly validator: Validator;
  /** Names that mean something else in the session than they would without it. */
  readonly sessionNames: ReadonlySet<string>;
  /** Place of an offset of the program in the user's text. */
  readonly placeOf: (offset: number) => Required<Position>;
}

/** What a check of arguments found. */
interface CheckedArguments {
  /** The `type_error` of each call whose arguments, as they are written, its tool would surely refuse. */
  readonly errors: readonly CodemodeError[];
  /** Names that tools let through although their schemas do not list them, as at most five sentences. */
  readonly notes: readonly string[];
}

const MAX_NOTES = 5;

/** Checks the arguments of calls as far as the text of the program spells them out. */
export function checkArguments(calls: readonly ToolCall[], known: CheckSurroundings): CheckedArguments {
  const errors: CodemodeError[] = [];
  const notes: string[] = [];
  for (const call of calls) {
    if (call.root !== undefined && known.sessionNames.has(call.root)) continue;
    const tool = toolOf(call, known.catalog);
    if (tool === undefined) continue;
    const found = problemsOf(call, tool, known.validator);
    if (found.refusal !== undefined) {
      const { message, hint, at } = found.refusal;
      errors.push(new CodemodeError("type_error", message, { ...known.placeOf(at), tool: tool.name, hint }));
    }
    for (const { name, at, listed } of found.unlisted) {
      const { line, column } = known.placeOf(at);
      notes.push(`Line ${line}, column ${column}: ${tool.name}: ${noParameter(name, listed)}`);
    }
  }
  return { errors, notes: notes.slice(0, MAX_NOTES) };
}

/** A tool that could not be asked for yet is not known well enough. */
export function toolOf({ server, tool, root }: ToolCall, catalog: Catalog): ToolEntry | undefined {
  if (server === "") return settled(catalog.get(tool));
  const owner = catalog.server(server);
  // A global goes by the server's identifier alone.
  if (owner === undefined || (root === server && owner.identifier !== server)) return undefined;
  return settled(owner.tools.find(({ identifier, toolName }) => identifier === tool || toolName === tool));
}

function settled(tool: ToolEntry | undefined): ToolEntry | undefined {
  return tool?.assumed === true ? undefined : tool;
}

function problemsOf(call: ToolCall, tool: ToolEntry, validator: Validator): WrittenProblems {
  const written = readCall(call, tool);
  if (written === undefined) return { unlisted: [] };
  if ("message" in written) {
    const hint = `${written.hint} Signature: ${signatureOf(tool, "python")}`;
    return { refusal: { ...written, hint }, unlisted: [] };
  }
  return checkWritten(tool, written, { validator, language: "python" });
}
