import { CodemodeError } from "../base/codemode-error.ts";

/** The error for a name that no tool has, with the names that look like it. */
export function unknownTool(
  name: string,
  suggestions: readonly string[],
  place: { readonly line?: number; readonly column?: number } = {},
): CodemodeError {
  const nearest = suggestions.length === 0 ? "" : ` Did you mean ${suggestions.join(" or ")}?`;
  return new CodemodeError("unknown_tool", `There is no tool "${name}".${nearest}`, {
    ...place,
    tool: name,
    hint: "Look names up with search_tools or list_tool_names.",
  });
}
