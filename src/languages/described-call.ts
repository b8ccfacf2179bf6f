import { CodemodeError } from "../base/codemode-error.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { ToolEntry } from "../catalog/tool.ts";

/** A call as data, in the forms that models and clients write. */
interface DescribedCall {
  readonly name: string;
  readonly args: unknown;
}

const NAME_KEYS = ["name", "tool", "tool_name", "toolName", "function"];
const ARGUMENT_KEYS = ["arguments", "args", "input", "parameters", "params"];

/**
 * Throws a `syntax_error` for a text that describes calls of tools as data and is not a program, with the call to write.
 * @param write the call of a tool in the language of the program
 */
export function refuseDescribedCall(
  code: string,
  catalog: Catalog,
  write: (entry: ToolEntry, args: unknown) => string,
): void {
  const call = describedCall(code);
  if (call === undefined) return;
  const entry = catalog.get(call.name) ?? catalog.tools.find(({ toolName }) => toolName === call.name);
  if (entry === undefined) return;
  throw new CodemodeError("syntax_error", `The text describes a call of ${entry.name}, but it is not a program.`, {
    line: 1,
    column: 1,
    hint: `Write the call: \`${write(entry, call.args)}\`.`,
  });
}

/** The call that a text of JSON describes, or the first of a list of them. */
export function describedCall(code: string): DescribedCall | undefined {
  if (!/^\s*[{[]/.test(code)) return undefined;
  try {
    const data: unknown = JSON.parse(code);
    const calls = (Array.isArray(data) ? data : [data]).map(toCall);
    return calls.includes(undefined) ? undefined : calls[0];
  } catch {
    return undefined;
  }
}

function toCall(data: unknown): DescribedCall | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(data));
  const nested = fields.get("function");
  if (typeof nested === "object" && nested !== null) return toCall(nested);
  const name = NAME_KEYS.map((key) => fields.get(key)).find((value) => typeof value === "string");
  if (typeof name !== "string") return undefined;
  const args = ARGUMENT_KEYS.map((key) => fields.get(key)).find((value) => value !== undefined);
  // Any record may have a name.
  if (args === undefined && name === fields.get("name") && !name.includes("__")) return undefined;
  // Some carry the arguments as a text of their own.
  return { name, args: typeof args === "string" ? JSON.parse(args) : args };
}
